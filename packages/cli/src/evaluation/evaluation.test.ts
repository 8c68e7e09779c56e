import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { evaluateSeries, type FittedPipeline, fixed, parseThreshold } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../run.js";
import { temporaryFolder, writeRig } from "../test/command-line.js";
import { Judge } from "./judge.js";
import { evaluateFiles } from "./series-evaluation.js";
import { span } from "./time-span.js";

const SKAB = fileURLToPath(new URL("../../../../../shared/datasets/skab", import.meta.url));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

/** Runs a command in this process, in which words ending in .csv or .safetensors are files of the folder. */
async function telltale(...args: string[]) {
  const out = { stdout: "", stderr: "" };
  const here = args.map((arg) => (/^[\w-]+\.(csv|safetensors)$/.test(arg) ? folder.file(arg) : arg));
  const code = await run(here, {
    stdout: { write: (text) => (out.stdout += text) },
    stderr: { write: (text) => (out.stderr += text) },
  });
  return { code, ...out };
}

const FIT = ["--drop", "changepoint,fault", "--label", "anomaly", "--trees", "30", "--seed", "7"];

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("normal.csv"), { seed: 7, rows: 3000, faults: [] });
  await writeRig(folder.file("a.csv"), { seed: 2, rows: 900 });
  await writeRig(folder.file("b.csv"), { seed: 3, rows: 700 });
  const fit = await telltale(
    "fit",
    "isolation-forest",
    "normal.csv",
    ...FIT,
    "--time",
    "datetime",
    "--model",
    "rig.safetensors",
  );
  expect(fit.code, fit.stderr).toBe(0);
});
afterAll(() => folder.remove());

describe("telltale evaluate on series", () => {
  it("gives the pooled figures, those of each file and their mean", async () => {
    const { code, stdout, stderr } = await telltale(
      "evaluate",
      "rig.safetensors",
      "a.csv",
      "b.csv",
      "--json",
      "--window",
      "20",
    );
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.series).toMatchObject({ series: 2, window: 20, unit: "seconds", lead: null });
    expect(Object.keys(found.series.random)).toEqual(Object.keys(found.series.metrics));
    expect(found.perFile.map(({ rows }: { rows: number }) => rows)).toEqual([900, 700]);
    const [a, b] = found.perFile;
    const mean = (pick: (file: typeof a) => number) => (pick(a) + pick(b)) / 2;
    expect(found.meanOfFiles.metrics.rocAuc).toBeCloseTo(
      mean(({ metrics }) => metrics.rocAuc),
      12,
    );
    expect(found.meanOfFiles.series.vusPr).toBeCloseTo(
      mean(({ series }) => series.metrics.vusPr),
      12,
    );
    expect(found.confusion.tp).toBe(a.confusion.tp + b.confusion.tp);
    expect(found.series.events.events).toBe(a.series.events.events + b.series.events.events);

    const alone = JSON.parse(
      (await telltale("evaluate", "rig.safetensors", "b.csv", "--json", "--window", "20")).stdout,
    );
    expect(alone.series.metrics).toEqual(b.series.metrics);
    expect(alone.metrics).toEqual(b.metrics);
  });

  it("does not depend on how the rows are cut into chunks", async () => {
    const whole = await telltale("evaluate", "rig.safetensors", "a.csv", "b.csv", "--json");
    for (const more of [
      ["--chunk-rows", "37"],
      ["--threshold", "quantile:0.9", "--chunk-rows", "100"],
    ]) {
      const cut = await telltale("evaluate", "rig.safetensors", "a.csv", "b.csv", "--json", ...more);
      const same = more.includes("--threshold")
        ? await telltale("evaluate", "rig.safetensors", "a.csv", "b.csv", "--json", "--threshold", "quantile:0.9")
        : whole;
      expect(JSON.parse(cut.stdout)).toEqual(JSON.parse(same.stdout));
    }
  });

  it("prints each measure beside random flags, names the inflated one and the oracle", async () => {
    const { stdout } = await telltale("evaluate", "rig.safetensors", "a.csv", "b.csv", "--horizon", "60s");
    expect(stdout).toMatch(/^as 2 series in order of time; random: as many flags at random/m);
    expect(stdout).toMatch(/^PA-F1 \(inflated\) +\d\.\d{4} +\d\.\d{4} +one hit counts as a whole anomaly/m);
    expect(stdout).toMatch(/^best F1 \(oracle\) +\d\.\d{4} +at .*a limit, not a result$/m);
    expect(stdout).toMatch(/anomal(y|ies) hit, after .* s on average/);
    expect(stdout).toMatch(/announced within the horizon/);
    expect(stdout).toMatch(/^mean of the files +\d/m);
  });

  it("measures points alone without a time, or when told so", async () => {
    await telltale(
      "fit",
      "isolation-forest",
      "normal.csv",
      ...FIT,
      "--drop",
      "datetime",
      "--model",
      "timeless.safetensors",
    );
    const timeless = JSON.parse(
      (await telltale("evaluate", "timeless.safetensors", "a.csv", "b.csv", "--json")).stdout,
    );
    expect(timeless.series).toBeNull();
    expect(timeless.perFile).toHaveLength(2);
    expect(timeless.perFile[0].series).toBeUndefined();
    const never = await telltale("evaluate", "rig.safetensors", "a.csv", "--series", "never");
    expect(never.stdout).not.toContain("VUS");
    const always = await telltale("evaluate", "timeless.safetensors", "a.csv", "--series", "always", "--json");
    expect(JSON.parse(always.stdout).series.unit).toBe("rows");
    const named = await telltale("evaluate", "timeless.safetensors", "a.csv", "--time", "datetime", "--json");
    expect(JSON.parse(named.stdout).series.unit).toBe("seconds");
    for (const more of [[], ["--series", "always"]]) {
      const { code, stderr } = await telltale("evaluate", "timeless.safetensors", "a.csv", "--horizon", "90s", ...more);
      expect(code).toBe(2);
      expect(stderr).toMatch(/--horizon.*(order of time|no time that is counted in seconds)/);
    }
  });

  it("takes files of one class, alone and among others", async () => {
    const { code, stdout, stderr } = await telltale("evaluate", "rig.safetensors", "normal.csv", "a.csv", "--json");
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.perFile[0].metrics.rocAuc).toBeNull();
    expect(found.perFile[0].series.metrics.vusPr).toBeNull();
    expect(found.meanOfFiles.metrics.rocAuc).toBe(found.perFile[1].metrics.rocAuc);
    const text = await telltale("evaluate", "rig.safetensors", "normal.csv");
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^VUS-PR +undefined +undefined/m);
  });

  it("says when times go back, and counts rows then", async () => {
    const [head, ...rows] = (await import("node:fs"))
      .readFileSync(folder.file("a.csv"), "utf8")
      .trimEnd()
      .split("\r\n");
    await writeFile(folder.file("back.csv"), `${[head, ...rows.slice(400), ...rows.slice(0, 400)].join("\r\n")}\r\n`);
    const { code, stdout } = await telltale("evaluate", "rig.safetensors", "back.csv", "--json");
    expect(code).toBe(0);
    const { series, warnings } = JSON.parse(stdout);
    expect(series.unit).toBe("rows");
    expect(warnings).toEqual([
      expect.stringMatching(/times go back in .*back\.csv; rows are taken in the order of the file/),
    ]);
  });

  const there = existsSync(SKAB);
  if (!there) console.warn("skipped: the SKAB files are not in ../shared/datasets/skab");

  it.skipIf(!there)("shows on SKAB that random flags get nearly all of PA-F1, and nothing of the rest", async () => {
    const data = ["--drop", "anomaly,changepoint", "--time", "datetime", "--trees", "50", "--seed", "7"];
    await telltale(
      "fit",
      "isolation-forest",
      `${SKAB}/anomaly-free/anomaly-free.csv`,
      "--time",
      "datetime",
      ...data.slice(4),
      "--model",
      "skab.safetensors",
    );
    const { code, stdout, stderr } = await telltale(
      "evaluate",
      "skab.safetensors",
      `${SKAB}/valve2/*.csv`,
      "--label",
      "anomaly",
      "--threshold",
      "quantile:0.9",
      "--json",
    );
    expect(code, stderr).toBe(0);
    const { series, perFile } = JSON.parse(stdout);
    expect(perFile).toHaveLength(4);
    expect(series).toMatchObject({ series: 4, unit: "seconds", events: { events: 4 } });
    expect(series.random.pointAdjustedF1).toBeGreaterThan(0.85);
    expect(series.random.rangeF1).toBeLessThan(0.05);
  });
});

describe("spans of time", () => {
  it("are read with and without a unit", () => {
    expect(span("90s")).toMatchObject({ value: 90, seconds: true });
    expect(span("1.5 h")).toMatchObject({ value: 5400, seconds: true });
    expect(span("7d").value).toBe(604_800);
    expect(span("12")).toMatchObject({ value: 12, seconds: false });
    for (const text of ["", "0", "-1s", "5 weeks", "1e3s", "constructor", "5constructor"])
      expect(() => span(text)).toThrow(/Expected/);
  });
});

describe("a judge", () => {
  const model = { threshold: fixed(0.5).fit(new Float64Array(0)) } as FittedPipeline;
  const rows = (file: string, firstRow: number, labels: number[], scores: number[]) => ({
    file,
    firstRow,
    labels: Uint8Array.from(labels),
    scores: Float64Array.from(scores),
    times: undefined,
  });

  it("leaves out rows without a score, and files without rows", () => {
    const judge = new Judge(model, undefined, true);
    expect(judge.add(rows("a", 1, [0, 1, 1], [0.1, Number.NaN, 0.9]))).toBe(1);
    expect(judge.add(rows("a", 4, [1], [0.7]))).toBe(0);
    expect(judge.add(rows("b", 1, [1], [Number.NaN]))).toBe(1);
    const { evaluation, perFile, series } = judge.result();
    expect(evaluation.confusion).toEqual({ tp: 2, fp: 0, fn: 0, tn: 1 });
    expect(perFile.map(({ file }) => file)).toEqual(["a"]);
    expect(series.map(({ file, flags }) => [file, ...flags])).toEqual([["a", 0, 1, 1]]);
  });

  it("copies what it keeps, since the arrays of a chunk are used again", () => {
    const judge = new Judge(model, parseThreshold("quantile:0.5"), true);
    const chunk = rows("a", 1, [0, 1, 1], [1, 2, 3]);
    judge.add(chunk);
    chunk.scores.fill(9);
    chunk.labels.fill(0);
    expect(judge.result()).toMatchObject({ threshold: { threshold: 2 }, evaluation: { anomalies: 2, flagged: 1 } });
  });

  it("agrees with the library about one series", () => {
    const [labels, scores] = [Uint8Array.of(0, 0, 1, 1, 0, 0), Float64Array.of(0.1, 0.6, 0.2, 0.9, 0.3, 0.1)];
    const flags = model.threshold?.apply(scores) as Uint8Array;
    const { pooled } = evaluateFiles(
      [{ file: "a", labels, scores, flags, times: undefined }],
      { window: 4, horizon: undefined, unit: undefined },
      () => {},
    );
    expect(pooled).toEqual(evaluateSeries(labels, scores, flags, { window: 4 }));
  });
});
