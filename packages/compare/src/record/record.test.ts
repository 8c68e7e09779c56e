import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { dataFileOf, Journal, provenance, stableJson } from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "telltale-record-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("stableJson", () => {
  it("is JSON of the same value, whatever JSON has no word for", () => {
    const value = {
      name: "lof",
      missing: undefined,
      rocAuc: 0.1 + 0.2,
      none: Number.NaN,
      scores: Float64Array.of(1, Number.POSITIVE_INFINITY, -0.5),
      rows: Array.from({ length: 40 }, (_, i) => ({ fold: i, values: [i, i / 3] })),
      empty: [],
      nothing: {},
      made: new Date(0),
    };
    const text = stableJson(value);
    expect(stableJson(value)).toBe(text);
    expect(JSON.parse(text)).toEqual({
      ...JSON.parse(JSON.stringify(value)),
      scores: [1, null, -0.5],
    });
    expect(text).toContain('    { "fold": 1, "values": [1, 0.3333333333333333] },\n');
    expect(text.endsWith("}\n")).toBe(true);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(112);
  });
});

describe("provenance", () => {
  it("names the bytes that a result was made from", async () => {
    const path = join(folder, "a.csv");
    writeFileSync(path, "abc");
    expect(await dataFileOf(path)).toEqual({
      file: "a.csv",
      bytes: 3,
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    });
    await expect(dataFileOf(join(folder, "none"))).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    await expect(dataFileOf(folder)).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  });

  it("names versions, machine and time", () => {
    const made = provenance({ command: "telltale compare", seeds: [1], kernels: "native:avx2" });
    expect(made.versions).toMatchObject({ node: process.versions.node, kernels: "native:avx2" });
    expect(made.machine.cores).toBeGreaterThanOrEqual(1);
    expect(new Date(made.date).toISOString()).toBe(made.date);
  });
});

describe("a journal", () => {
  const question = { detectors: ["lof"], data: "1234" };

  it("gives back what was finished, and nothing of what a stop cut short", async () => {
    const path = join(folder, "run.journal");
    const first = await Journal.open<{ auc: number }>(path, question);
    expect(first.done.size).toBe(0);
    await first.add("lof 1", { auc: 1 / 3 });
    await first.add("lof 2", { auc: Number.NaN });
    await first.close();
    appendFileSync(path, '{"key":"lof 3","val');
    const second = await Journal.open<{ auc: number }>(path, question);
    expect([...second.done]).toEqual([
      ["lof 1", { auc: 1 / 3 }],
      ["lof 2", { auc: null }],
    ]);
    await second.add("lof 3", { auc: 1 });
    await second.close();
    const third = await Journal.open(path, question);
    expect([...third.done.keys()]).toEqual(["lof 1", "lof 2", "lof 3"]);
    await third.close();
    expect(first.done.get("lof 2")).toEqual({ auc: null });
  });

  it("begins anew where a stop came before the first line was whole", async () => {
    const path = join(folder, "young.journal");
    writeFileSync(path, '{"journal":"tellt');
    const journal = await Journal.open(path, question);
    await journal.add("a", 1);
    await journal.close();
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
  });

  it("is not taken for another question, and no other file for a journal", async () => {
    const path = join(folder, "question.journal");
    await (await Journal.open(path, question)).close();
    await expect(Journal.open(path, { ...question, data: "5678" })).rejects.toMatchObject({
      code: "JOURNAL_MISMATCH",
    });
    const other = join(folder, "data.csv");
    for (const text of ["a,b\n1,2\n", "no line end", '{"journal":"telltale-journal-1"}\nnot json\n', "{}\n"]) {
      writeFileSync(other, text);
      await expect(Journal.open(other, question)).rejects.toMatchObject({ code: "DATA_FORMAT" });
      expect(readFileSync(other, "utf8")).toBe(text);
    }
    await expect(Journal.open(join(folder, "no", "where"), question)).rejects.toMatchObject({
      code: "FILE_UNWRITABLE",
    });
  });
});
