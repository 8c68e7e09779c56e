import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ParamError } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { dataSet, dataSets } from "./manifest.js";

const shared = fileURLToPath(new URL("../../../../shared/datasets/", import.meta.url));

describe("the manifest", () => {
  it("says of every set what one has to know, and names every file once", () => {
    const names = dataSets.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const set of dataSets) {
      for (const text of [set.title, set.summary, set.columns, set.label, set.licence.name]) expect(text).not.toBe("");
      expect(set.files.length > 0 || set.byHand !== undefined).toBe(true);
      expect(new Set(set.files.map(({ path }) => path)).size).toBe(set.files.length);
      for (const { path, address, sha256, bytes } of set.files) {
        expect(path).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
        expect(path).not.toContain("..");
        expect(new URL(address).protocol).toBe("https:");
        expect(sha256 === null).toBe(bytes === null);
        if (sha256 !== null) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      }
    }
    expect(dataSets.map(({ files }) => files.length)).toEqual([35, 4, 47, 60, 2, 0]);
  });

  it("finds sets by name and alias", () => {
    expect(dataSet("ETTh2").name).toBe("etdataset");
    expect(() => dataSet("mnist")).toThrow(ParamError);
    expect(() => dataSet("mnist")).toThrow(/There are skab, etdataset, adbench, nab, tsb-ad, pump/);
  });

  it.skipIf(!existsSync(shared))(`has the checksums of the files themselves (skipped without ${shared})`, () => {
    let compared = 0;
    for (const { name, files } of dataSets) {
      for (const { path, bytes, sha256 } of files) {
        const place = `${shared}${name}/${path}`;
        if (sha256 === null || !existsSync(place)) continue;
        const content = readFileSync(place);
        expect(content.byteLength, path).toBe(bytes);
        expect(createHash("sha256").update(content).digest("hex"), path).toBe(sha256);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(30);
  });
});
