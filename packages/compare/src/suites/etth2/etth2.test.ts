import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ColumnError, FileError, matrix, ShapeError } from "@telltale/core";
import { transformerLoad, transformerLoadText } from "@telltale/datasets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stableJson } from "../../record/index.js";
import { runSuite } from "../run-suite.js";
import { etth2 } from "./etth2.js";
import { trialsOf } from "./trials.js";

const DATA = join(import.meta.dirname, "../../../../../../shared/datasets/etdataset/ETTh2.csv");
const present = existsSync(DATA);
if (!present) console.log(`skipped: the transformer benchmark on its file, since ${DATA} is not there`);

describe("trials", () => {
  it("put one kind at a time into the tested rows, at other places in each repeat", () => {
    const x = matrix(
      Float64Array.from({ length: 4000 }, (_, i) => Math.sin(i / 8) + (i % 7) / 5),
      2000,
      2,
    );
    const trials = trialsOf(x, 500, { seed: 3, repeats: 2, count: 4, strength: 3 });
    expect(new Set(trials.map(({ kind }) => kind)).size).toBe(trials.length / 2);
    for (const { x: test, anomaly, episodes } of trials) {
      expect([test.rows, anomaly.length, episodes.length]).toEqual([1500, 1500, 4]);
      const labelled = new Uint8Array(1500);
      for (const { from, to } of episodes) labelled.fill(1, from, to);
      expect(anomaly).toEqual(labelled);
      for (let i = 0; i < 1500; i++) {
        if (anomaly[i] === 1) continue;
        expect(test.data[2 * i]).toBe(x.data[2 * (i + 500)]);
      }
    }
    expect(trials[0]?.episodes).not.toEqual(trials[1]?.episodes);
  });
});

describe("the transformer benchmark on simulated loads", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "telltale-etth2-"));
    await writeFile(
      join(folder, "ETTh2.csv"),
      [...transformerLoadText(transformerLoad({ rows: 13_000, seed: 4 }))].join(""),
    );
    await writeFile(join(folder, "short.csv"), "MUFL,MULL\n1,2\n3,4\n");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("gives the same bits in every run, from the file or its folder, and stands beside its controls", async () => {
    const options = { detectors: ["var"], repeats: 1, seed: 1 };
    const first = await runSuite(etth2, folder, options);
    const second = await runSuite(etth2, join(folder, "ETTh2.csv"), options);
    const bare = ({ rows }: typeof first) => stableJson(rows.map(({ seconds: _, ...row }) => row));
    expect(bare(second)).toBe(bare(first));
    expect(second.provenance.data.map(({ file, sha256 }) => [file, sha256])).toEqual(
      first.provenance.data.map(({ sha256 }) => ["ETTh2.csv", sha256]),
    );
    const row = (name: string) => first.rows.find((each) => each.name === name);
    expect(first.rows.flatMap(({ failures }) => failures)).toEqual([]);
    expect(row("random")?.measures.rocAuc).toBeCloseTo(0.5, 1);
    expect(row("constant")?.measures).toMatchObject({ rocAuc: 0.5, found: 0, falseAlertRate: 0, agreement: null });
    const ap = (name: string) => row(name)?.measures.averagePrecision as number;
    expect(ap("var")).toBeGreaterThan(1.5 * ap("random"));
    expect(row("var")?.parts.map(({ name }) => name)).toContain("level-shift");
    expect(row("var")?.parts.map(({ name }) => name)).toContain("quantile 0.99");
  }, 120_000);

  it("says what is missing", async () => {
    const run = (path: string, options = {}) => runSuite(etth2, join(folder, path), options);
    await expect(run("nothing.csv")).rejects.toThrow(FileError);
    await expect(run("short.csv")).rejects.toThrow(ShapeError);
    await expect(run("ETTh2.csv", { columns: ["MUFL", "OT2"], detectors: [] })).rejects.toThrow(ColumnError);
    await expect(run("ETTh2.csv", { alertRate: 2, detectors: [] })).rejects.toThrow(/alertRate: expected a share/);
    await expect(run("ETTh2.csv", { repeats: 0 })).rejects.toThrow(/repeats: expected/);
    await expect(run("ETTh2.csv", { detectors: ["boosted-trees"] })).rejects.toThrow(/learns from labels/);
  }, 60_000);
});

describe.skipIf(!present)("the transformer benchmark on its own file", () => {
  it("finds more than its controls", async () => {
    const { rows } = await runSuite(etth2, DATA, { detectors: ["var"], repeats: 1 });
    const ap = (name: string) => rows.find((row) => row.name === name)?.measures.averagePrecision as number;
    expect(ap("var")).toBeGreaterThan(2.5 * ap("random"));
  }, 120_000);
});
