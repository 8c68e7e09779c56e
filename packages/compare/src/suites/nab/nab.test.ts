import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nabBestThreshold, Random } from "@telltale/core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stableJson } from "../../record/index.js";
import { runSuite } from "../run-suite.js";
import { nabCorpus, readNab } from "./files.js";
import { nab } from "./nab.js";

const ROOT = mkdtempSync(join(tmpdir(), "telltale-nab-"));
let folder = "";
let count = 0;
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const timeOf = (minutes: number) =>
  new Date(Date.UTC(2014, 3, 1) + 300_000 * minutes).toISOString().slice(0, 19).replace("T", " ");

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A series with noise and, in the window, a shift. */
function series(rows: number, seed: number, shifted: readonly [number, number] | undefined, end = "\n"): string {
  const random = new Random(seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const value = random.normal() + (shifted !== undefined && i >= shifted[0] && i <= shifted[1] ? 9 : 0);
    return `${timeOf(i)},${value}`;
  });
  return ["timestamp,value", ...lines, ""].join(end);
}

const windows: Record<string, [string, string][]> = {
  "artificial/shift.csv": [[`${timeOf(600)}.000000`, `${timeOf(649)}.000000`]],
  "artificial/calm.csv": [],
  "real/late.csv": [[`${timeOf(800)}.000000`, `${timeOf(849)}.000000`]],
};

beforeEach(() => {
  folder = join(ROOT, String(count++));
  mkdirSync(folder);
  write("labels/combined_windows.json", JSON.stringify(windows));
  write("data/artificial/shift.csv", series(1000, 1, [600, 649]));
  write("data/artificial/calm.csv", series(1000, 2, undefined));
  write("data/real/late.csv", series(1200, 3, [800, 849], "\r\n"));
});

describe("nab", () => {
  it("reads series and windows as rows", async () => {
    const found = [];
    for await (const each of readNab(folder, await nabCorpus(folder))) found.push(each);
    expect(found.map(({ name, x, probation, windows: rows }) => [name, x.rows, probation, rows])).toEqual([
      ["artificial/shift.csv", 1000, 150, [{ start: 600, end: 650 }]],
      ["artificial/calm.csv", 1000, 150, []],
      ["real/late.csv", 1200, 180, [{ start: 800, end: 850 }]],
    ]);
  });

  it("finds shifts, beside controls, and gives the same bits again", async () => {
    const options = { detectors: ["ewma", "isolation-forest"], seed: 3 };
    const result = await runSuite(nab, folder, options);
    const row = (name: string) => result.rows.find((each) => each.name === name)?.measures ?? {};
    expect(row("ewma").nabStandard).toBeGreaterThan(90);
    expect(row("ewma").windowsFound).toBe(2);
    expect(row("random").nabStandard).toBeLessThan(row("ewma").nabStandard as number);
    expect(row("constant").nabOwnLimit).toBeLessThan(row("alarm every 60 rows").nabOwnLimit as number);
    expect(row("alarm every 60 rows").windows).toBe(2);
    expect(result.measures.filter(({ oracle }) => oracle).map(({ key }) => key)).toEqual([
      "nabStandard",
      "nabLowFalsePositives",
      "nabLowFalseNegatives",
    ]);
    expect(result.provenance.data.map(({ file }) => file)).toEqual([
      "labels/combined_windows.json",
      "data/artificial/shift.csv",
      "data/artificial/calm.csv",
      "data/real/late.csv",
    ]);
    const figures = ({ rows }: typeof result) => stableJson(rows.map(({ seconds: _, ...rest }) => rest));
    expect(figures(await runSuite(nab, folder, options))).toBe(figures(result));
  });

  it("takes one limit for the corpus, that of the profile", async () => {
    const { rows } = await runSuite(nab, folder, { detectors: ["random"], seed: 1 });
    const scores = [];
    for await (const { name, x, windows: found } of readNab(folder, await nabCorpus(folder))) {
      let hash = 0;
      for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) as number)) >>> 0;
      const random = new Random(1, hash);
      scores.push({ scores: Float64Array.from({ length: x.rows }, () => random.uniform()), windows: found });
    }
    const control = rows.find(({ name }) => name === "random (control)");
    expect(control?.measures.nabStandard).toBe(nabBestThreshold(scores).score);
  });

  it("counts a detector's failure as no alarm, and tells it", async () => {
    const { rows } = await runSuite(nab, folder, { detectors: ["knn:k=170"] });
    const [row] = rows;
    expect(row?.failures.map(({ part, code }) => [part, code])).toEqual([
      ["artificial/shift.csv", "PARAM_RANGE"],
      ["artificial/calm.csv", "PARAM_RANGE"],
    ]);
    expect(row?.parts).toHaveLength(3);
  });

  it.each([
    ["no folder", () => rmSync(folder, { recursive: true }), "FILE_NOT_FOUND", /not a folder/],
    ["no windows", () => rmSync(join(folder, "labels"), { recursive: true }), "FILE_NOT_FOUND", /windows is not there/],
    [
      "a file that is not there",
      () => rmSync(join(folder, "data/real/late.csv")),
      "FILE_NOT_FOUND",
      /1 is not there: real\/late\.csv/,
    ],
    [
      "a file without windows",
      () => write("data/more.csv", series(100, 5, undefined)),
      "DATA_FORMAT",
      /no windows are given for more\.csv/,
    ],
    ["windows that are no JSON", () => write("labels/combined_windows.json", "{"), "DATA_FORMAT", /JSON/],
    [
      "windows that are no pairs",
      () => write("labels/combined_windows.json", '{"a.csv": [1]}'),
      "DATA_FORMAT",
      /pairs/,
    ],
    ["other columns", () => write("data/real/late.csv", "time,value\n1,2\n"), "COLUMN_MISSING", /timestamp/],
    [
      "no times",
      () => write("data/real/late.csv", "timestamp,value\nmonday,2\ntuesday,3\n"),
      "DATA_TIME",
      /times are expected/,
    ],
    [
      "windows of other data",
      () => write("data/real/late.csv", series(100, 5, undefined)),
      "DATA_TIME",
      /a row is expected in the window/,
    ],
    ["few rows", () => write("data/artificial/calm.csv", series(5, 5, undefined)), "SHAPE_TOO_FEW_ROWS", /14 rows/],
  ])("refuses %s", async (_, spoil, code, text) => {
    spoil();
    const failure = await runSuite(nab, folder, { detectors: ["ewma"] }).catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(text);
  });

  it("refuses detectors that are not there, and those that learn from labels", async () => {
    await expect(runSuite(nab, folder, { detectors: ["oracle"] })).rejects.toMatchObject({ code: "PARAM_UNKNOWN" });
    await expect(runSuite(nab, folder, { detectors: ["boosted-trees"] })).rejects.toMatchObject({
      code: "PARAM_RANGE",
    });
  });
});
