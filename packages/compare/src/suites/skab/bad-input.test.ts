import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Random } from "@telltale/core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stableJson } from "../../record/index.js";
import { runSuite } from "../run-suite.js";
import { readSkab, SENSORS, SKAB_FILES } from "./files.js";
import { skab } from "./skab.js";

const ROOT = mkdtempSync(join(tmpdir(), "telltale-skab-"));
let folder = "";
let count = 0;
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

/** A file as the benchmark has them, with a shift of one sensor. */
function text(seed: number, end = "\r\n", rows = 470): string {
  const random = new Random(seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const odd = i >= 430 && i < 450;
    const time = new Date(Date.UTC(2020, 2, 9, 10) + 1000 * i).toISOString().slice(0, 19).replace("T", " ");
    const values = SENSORS.map((_, j) => (random.normal() + (odd && j === 3 ? 20 : 0)).toFixed(4));
    return [time, ...values, odd ? "1.0" : "0.0", i === 430 || i === 450 ? "1.0" : "0.0"].join(";");
  });
  return [["datetime", ...SENSORS, "anomaly", "changepoint"].join(";"), ...lines, ""].join(end);
}

const path = (name: string) => join(folder, name);

beforeEach(() => {
  folder = join(ROOT, String(count++));
  SKAB_FILES.forEach((name, i) => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text(i, i % 2 === 0 ? "\r\n" : "\n"));
  });
});

describe("skab on files of its layout", () => {
  it("reads 34 files in the benchmark's order, whatever their line ends", async () => {
    const files = await readSkab(folder);
    expect(files.map(({ name }) => name)).toEqual(SKAB_FILES);
    expect(SKAB_FILES).toHaveLength(34);
    expect([SKAB_FILES[2], SKAB_FILES[16], SKAB_FILES[20]]).toEqual(["valve1/2.csv", "valve2/0.csv", "other/1.csv"]);
    for (const { train, test, anomaly, changepoint, times } of files.slice(0, 2)) {
      expect([train.rows, test.rows, test.cols]).toEqual([400, 70, 8]);
      expect([anomaly.indexOf(1), anomaly.lastIndexOf(1)]).toEqual([30, 49]);
      expect([...changepoint].flatMap((flag, i) => (flag === 1 ? [i] : []))).toEqual([30, 50]);
      expect((times[1] as number) - (times[0] as number)).toBe(1);
    }
  });

  it("gives the same bits again, and counts a failure as no alarm", async () => {
    const options = { detectors: ["z-score", "knn:k=500", "random"], seed: 5 };
    const result = await runSuite(skab, folder, options);
    const names = result.rows.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const failed = result.rows.find(({ name }) => name === "knn:k=500");
    expect(failed?.failures).toHaveLength(34);
    expect(failed?.measures).toMatchObject({ tp: 0, fp: 0, fn: 34 * 20, f1: 0 });
    expect(result.rows.find(({ name }) => name === "random")?.kind).toBe("control");
    const figures = ({ rows }: typeof result) => stableJson(rows.map(({ seconds: _, ...rest }) => rest));
    expect(figures(await runSuite(skab, folder, options))).toBe(figures(result));
    const other = await runSuite(skab, folder, { ...options, seed: 6 });
    expect(figures(other)).not.toBe(figures(result));
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const run = runSuite(skab, folder, {
      detectors: ["z-score"],
      signal: controller.signal,
      progress: (done) => {
        if (done > 0) controller.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
  });

  const replaced = (name: string, from: string | RegExp, to: string) => {
    writeFileSync(path(name), readFileSync(path(name), "utf8").replace(from, to));
  };

  it.each([
    ["no folder", () => rmSync(folder, { recursive: true }), "FILE_NOT_FOUND", /not a folder/],
    [
      "33 of 34 files",
      () => rmSync(path("other/9.csv")),
      "FILE_NOT_FOUND",
      /34 files .* 1 is not there: other\/9\.csv/,
    ],
    [
      "a group that is not there",
      () => rmSync(path("valve1"), { recursive: true }),
      "FILE_NOT_FOUND",
      /16 are not there: valve1\/0\.csv, .* and 8 more/,
    ],
    [
      "a column of another name",
      () => replaced("valve1/3.csv", "Volume Flow RateRMS", "RateRMS"),
      "COLUMN_MISSING",
      /RateRMS/,
    ],
    ["no labels", () => replaced("valve2/1.csv", ";anomaly;", ";label;"), "COLUMN_MISSING", /anomaly/],
    [
      "labels of other kinds",
      () => replaced("valve2/1.csv", /;0\.0;0\.0/, ";3.0;0.0"),
      "DATA_LABEL",
      /0 or 1; found 3/,
    ],
    [
      "words for numbers",
      () => replaced("valve2/1.csv", /\d\d;-?\d\.\d+;/, "00;high;"),
      "DATA_NOT_NUMERIC",
      /Accelerometer1RMS/,
    ],
    ["few rows", () => writeFileSync(path("other/2.csv"), text(1, "\n", 400)), "SHAPE_TOO_FEW_ROWS", /found 400/],
    [
      "a time that is none",
      () => replaced("other/2.csv", /2020-03-09 10:00:05/, "noon"),
      "DATA_TIME",
      /times are expected/,
    ],
  ])("refuses %s", async (_, spoil, code, message) => {
    spoil();
    const failure = await runSuite(skab, folder, { detectors: ["z-score"] }).catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(message);
  });

  it("refuses detectors that are not there before it reads a file", async () => {
    const run = (...detectors: string[]) => runSuite(skab, join(ROOT, "nowhere"), { detectors });
    await expect(run("crystal-ball")).rejects.toMatchObject({ code: "PARAM_UNKNOWN" });
    await expect(run("boosted-trees")).rejects.toMatchObject({ code: "PARAM_RANGE" });
    await expect(run("lof:k=none")).rejects.toMatchObject({ code: "PARAM_TYPE" });
    // No neural detector is registered here.
    await expect(run("published-neural")).rejects.toMatchObject({ code: "PARAM_UNKNOWN" });
  });

  it("runs on some of the files, in the benchmark's order, and says so", async () => {
    rmSync(path("other/9.csv"));
    const run = (...files: string[]) => runSuite(skab, folder, { detectors: ["z-score"], files });
    const result = await run("valve2/1.csv", "valve1/3.csv");
    expect(result.rows[0]?.parts.map(({ name }) => name)).toEqual(["valve1/3.csv", "valve2/1.csv"]);
    expect(result.provenance.data.map(({ file }) => file)).toEqual(["valve1/3.csv", "valve2/1.csv"]);
    expect(result.settings.files).toBe(2);
    expect(result.notes.at(-1)).toMatch(/Not all 34 files/);
    await expect(run("valve3/0.csv")).rejects.toMatchObject({ code: "PARAM_UNKNOWN" });
    await expect(run()).rejects.toMatchObject({ code: "PARAM_RANGE" });
    await expect(run("other/9.csv")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });
});
