import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openSource } from "@telltale/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder, writeRig } from "./command-line.js";

const SKAB = fileURLToPath(new URL("../../../../../shared/datasets/skab", import.meta.url));
const METRICS =
  "rocAuc averagePrecision precision recall f1 accuracy falseAlarmRate missedAlarmRate balancedAccuracy matthewsCorrelation precisionAtN".split(
    " ",
  );
const FIT = [
  "fit",
  "isolation-forest",
  "normal.csv",
  "--drop",
  "changepoint,fault",
  "--label",
  "anomaly",
  "--time",
  "datetime",
];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("normal.csv"), { seed: 7, rows: 8000, faults: [] });
  for (const name of ["10.csv", "2.csv"])
    await writeRig(folder.file(name), { seed: Number.parseInt(name, 10), rows: 900 });
  const fit = await run(...FIT, "--trees", "50", "--seed", "7", "--scale", "standard", "--model", "rig.safetensors");
  expect(fit.code, fit.stderr).toBe(0);
  expect(fit.stdout).toBe("");
  expect(fit.stderr).toMatch(
    /learned from 8,000 rows of 1 file, 8 columns: Accelerometer1RMS, .*Volume Flow RateRMS\n/,
  );
  expect(fit.stderr).toMatch(/threshold: score above 0\.\d+ \(quantile:0\.995\), kernels \S+, /);
});
afterAll(() => folder.remove());

/** Column by column what a file of scores has. */
async function readBack(file: string): Promise<Record<string, unknown[]>> {
  const source = await openSource([file]);
  try {
    const columns: Record<string, unknown[]> = {};
    for await (const chunk of source.chunks()) {
      for (const { name, values } of chunk.columns)
        columns[name] = [...(columns[name] ?? []), ...(values as Iterable<unknown>)];
    }
    return columns;
  } finally {
    await source.close();
  }
}

describe("fit", () => {
  it("takes the only column of times for the time when none is named", async () => {
    const named = FIT.slice(0, FIT.indexOf("--time"));
    const fit = await run(...named, "--trees", "10", "--seed", "7", "--model", "untold.safetensors");
    expect(fit.code, fit.stderr).toBe(0);
    expect(fit.stderr).toMatch(/datetime holds the time: it is carried along, not learned from\n/);
    expect(fit.stderr).toMatch(/, 8 columns: Accelerometer1RMS, /);
    expect((await run("score", "untold.safetensors", "2.csv")).stdout).toMatch(/^time,score,anomaly\n/);
  });
});

describe("score", () => {
  it("writes the same rows in every format", async () => {
    const reference = (await run("score", "rig.safetensors", "2.csv")).stdout.trimEnd().split("\n");
    expect(reference[0]).toBe("time,score,anomaly");
    const expected = reference.slice(1).map((line) => line.split(","));
    for (const name of ["s.csv", "s.tsv", "s.ndjson", "s.json", "s.parquet", "s.arrow"]) {
      const { code, stdout, stderr } = await run("score", "rig.safetensors", "2.csv", "--out", name);
      expect(code, stderr).toBe(0);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/scored 900 rows of 1 file in .* → s\./);
      const found = await readBack(folder.file(name));
      expect(Object.keys(found)).toEqual(["time", "score", "anomaly"]);
      expect(found.score).toEqual(expected.map(([, score]) => Number(score)));
      expect(found.anomaly?.map(Number)).toEqual(expected.map(([, , anomaly]) => Number(anomaly)));
      expect(found.time?.[0]).toBe(Date.UTC(2020, 2, 1));
    }
  });

  it("takes a quoted glob in natural order, and names each row's file", async () => {
    const { stdout, stderr } = await run("score", "rig.safetensors", "[0-9]*.csv");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("file,time,score,anomaly");
    expect(lines).toHaveLength(1801);
    expect([lines[1]?.split(",")[0], lines[1800]?.split(",")[0]]).toEqual(["2.csv", "10.csv"]);
    expect(stderr).toMatch(/1,800 rows of 2 files/);
  });

  it("takes standard input, other delimiters and other line ends", async () => {
    const expected = (await run("score", "rig.safetensors", "2.csv")).stdout;
    const text = await readFile(folder.file("2.csv"), "utf8");
    const variants = [
      text,
      text.replaceAll("\r\n", "\n"),
      text.replaceAll(";", ","),
      text.replaceAll(";", "\t"),
      text.replaceAll(";", "|"),
    ];
    for (const input of variants) {
      const { code, stdout, stderr } = await telltale(["score", "rig.safetensors", "-"], { cwd: folder.path, input });
      expect(code, stderr).toBe(0);
      expect(stdout).toBe(expected);
    }
  });

  it("needs neither the time nor the label that the model was fitted beside", async () => {
    const lines = (await readFile(folder.file("2.csv"), "utf8")).split("\r\n");
    await writeFile(folder.file("bare.csv"), lines.map((line) => line.split(";").slice(1, 9).join(";")).join("\n"));
    const bare = await run("score", "rig.safetensors", "bare.csv");
    const full = await run("score", "rig.safetensors", "2.csv");
    expect(bare.stdout).toBe(full.stdout.replaceAll(/^[^,]*,/gm, ""));
  });

  it("explains, and takes another threshold", async () => {
    const { stdout } = await run(
      "score",
      "rig.safetensors",
      "2.csv",
      "--explain",
      "2",
      "--threshold",
      "fixed:0.4",
      "--json",
    );
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(900);
    expect(Object.keys(rows[0])).toEqual([
      "time",
      "score",
      "anomaly",
      "cause1",
      "cause1_share",
      "cause2",
      "cause2_share",
    ]);
    for (const { score, anomaly, cause1_share, cause2_share } of rows) {
      expect(anomaly).toBe(score > 0.4 ? 1 : 0);
      expect(cause1_share ?? 0).toBeGreaterThanOrEqual(cause2_share ?? 0);
    }
    // Another rule is fitted on the training scores that the model keeps; one that needs labels has none there.
    const other = await run("score", "rig.safetensors", "2.csv", "--threshold", "quantile:0.9");
    expect([other.code, other.stdout === stdout]).toEqual([0, false]);
    const labelled = await run("score", "rig.safetensors", "2.csv", "--threshold", "cost:10");
    expect(labelled.code).toBe(2);
    expect(labelled.stderr).toMatch(/found on labelled rows.*telltale detect/);
  });

  it("sums up for a program", async () => {
    const { stdout, stderr } = await run("score", "rig.safetensors", "2.csv", "--out", "j.csv", "--json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      out: "j.csv",
      files: 1,
      rows: 900,
      leftOut: 0,
      threshold: { rule: "quantile", value: 0.995 },
    });
  });
});

describe("evaluate", () => {
  it("gives every figure under its stable name, and they agree with the scores written", async () => {
    const { code, stdout, stderr } = await run("evaluate", "rig.safetensors", "2.csv", "10.csv", "--json");
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout);
    expect(Object.keys(found.metrics)).toEqual(METRICS);
    expect(Object.keys(found.report)).toEqual(["0", "1", "macro", "weighted"]);
    for (const name of Object.keys(found.report)) {
      expect(Object.keys(found.report[name])).toEqual(["precision", "recall", "f1", "support"]);
    }
    expect(found.metrics.rocAuc).toBeGreaterThan(0.8);
    expect(found.labels).toEqual({ column: "anomaly", normal: ["0"], anomalous: ["1"] });

    const counted = { tp: 0, fp: 0, fn: 0, tn: 0 };
    for (const name of ["2.csv", "10.csv"]) {
      const scores = (await run("score", "rig.safetensors", name)).stdout.trimEnd().split("\n").slice(1);
      const rows = (await readFile(folder.file(name), "utf8")).trimEnd().split("\r\n").slice(1);
      scores.forEach((line, i) => {
        const flagged = line.endsWith(",1");
        const anomaly = rows[i]?.split(";")[9] === "1";
        counted[anomaly ? (flagged ? "tp" : "fn") : flagged ? "fp" : "tn"] += 1;
      });
    }
    expect(found.confusion).toEqual(counted);
  });

  it("prints a table for people, and takes another threshold", async () => {
    const { stdout, stderr } = await run(
      "evaluate",
      "rig.safetensors",
      "2.csv",
      "--label",
      "anomaly",
      "--threshold",
      "quantile:0.9",
    );
    expect(stdout).toMatch(/^900 rows, \d+ of them labelled as anomalies .*; 90 rows flagged, .*\(quantile:0\.9\)/);
    for (const text of ["precision", "recall", "F1", "support", "ROC-AUC", "false-alarm rate", "missed-alarm rate"]) {
      expect(stdout).toContain(text);
    }
    expect(stderr).toMatch(/labels in "anomaly": 0 = normal, 1 = anomaly/);
  });

  it("must know which column has the labels", async () => {
    await run(...FIT.slice(0, 3), "--drop", "anomaly,changepoint,fault,datetime", "--model", "unlabelled.safetensors");
    const { code, stderr } = await run("evaluate", "unlabelled.safetensors", "2.csv");
    expect(code).toBe(2);
    expect(stderr).toMatch(/Say it with --label; the columns are: datetime, /);
    const named = await run(
      "evaluate",
      "unlabelled.safetensors",
      "2.csv",
      "--label",
      "fault",
      "--normal",
      "none",
      "--json",
    );
    expect(named.code, named.stderr).toBe(0);
    expect(JSON.parse(named.stdout).labels.anomalous.toSorted()).toEqual(["cavitation", "imbalance", "leak", "valve"]);
  });
});

describe("inspect", () => {
  it("says what a model is, was trained on and needs", async () => {
    const { stdout } = await run("inspect", "rig.safetensors");
    for (const text of [
      "isolation-forest",
      "trees 50",
      "scale (method standard)",
      "quantile:0.995",
      "8,000 rows in 1 series: normal.csv",
      "8 columns by name",
      "datetime",
      "changepoint, fault",
    ]) {
      expect(stdout).toContain(text);
    }
    const json = JSON.parse((await run("inspect", "rig.safetensors", "--json")).stdout);
    expect(json).toMatchObject({
      detector: { name: "isolation-forest", params: { trees: 50, seed: 7 } },
      training: { rows: 8000, series: 1 },
      time: "datetime",
      label: "anomaly",
      dropped: ["changepoint", "fault"],
      files: ["normal.csv"],
    });
  });
});

describe("evaluate --report", () => {
  it("writes a page, and never over what it reads", async () => {
    const made = await run("evaluate", "rig.safetensors", "2.csv", "10.csv", "--report", "page.html", "--json");
    expect(made.code, made.stderr).toBe(0);
    expect(JSON.parse(made.stdout).report).toBe("page.html");
    const page = await readFile(folder.file("page.html"), "utf8");
    expect(page).toContain("<h1>isolation-forest on 2.csv, 10.csv</h1>");
    for (const name of [
      "roc-curve",
      "precision-recall-curve",
      "scores-over-time",
      "sensors-over-time",
      "score-histogram",
    ]) {
      expect(page).toContain(`<figure id="${name}">`);
    }
    const refused = await run("evaluate", "rig.safetensors", "2.csv", "--report", "2.csv");
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/--report 2\.csv is one of the files that are read/);
  });
});

describe("demo", () => {
  it("goes the whole way, and again, giving the same", async () => {
    const first = await run("demo");
    expect(first.code, first.stderr).toBe(0);
    expect(Number(/ROC-AUC +(\d\.\d+)/.exec(first.stdout)?.[1])).toBeGreaterThan(0.9);
    expect((await readdir(folder.file("telltale-demo"))).toSorted()).toEqual([
      "faulty.csv",
      "normal.csv",
      "report.html",
      "rig.safetensors",
      "scores.csv",
    ]);
    expect(await readFile(folder.file("telltale-demo/report.html"), "utf8")).toMatch(
      /^<!doctype html>[\s\S]*ROC curve/,
    );
    const second = await run("demo");
    expect(second.stdout).toBe(first.stdout);
    const json = await run("demo", "--json", "--dir", "elsewhere", "--seed", "3");
    expect(json.stderr).toBe("");
    expect(JSON.parse(json.stdout).rows).toBe(4000);
  });
});

describe("the SKAB files", () => {
  const there = existsSync(SKAB);
  if (!there) console.warn("skipped: the SKAB files are not in ../shared/datasets/skab");

  it.skipIf(!there)("go through fit, score and evaluate", async () => {
    const data = [
      "--drop",
      "anomaly,changepoint",
      "--time",
      "datetime",
      "--trees",
      "200",
      "--seed",
      "7",
      "--scale",
      "standard",
    ];
    const fit = await run(
      "fit",
      "isolation-forest",
      `${SKAB}/valve1/*.csv`,
      ...data,
      "--threshold",
      "quantile:0.995",
      "--model",
      "skab.safetensors",
    );
    expect(fit.stderr).toMatch(/learned from 18,160 rows of 16 files, 8 columns/);
    const score = await run("score", "skab.safetensors", `${SKAB}/valve2/*.csv`, "--out", "skab.parquet");
    expect(score.code, score.stderr).toBe(0);
    expect(Object.keys(await readBack(folder.file("skab.parquet")))).toEqual(["file", "time", "score", "anomaly"]);
    const evaluation = await run(
      "evaluate",
      "skab.safetensors",
      `${SKAB}/valve2/*.csv`,
      "--label",
      "anomaly",
      "--json",
    );
    const { rows, metrics } = JSON.parse(evaluation.stdout);
    expect(rows).toBe(4312);
    expect(metrics.rocAuc).toBeGreaterThan(0);
    expect(metrics.rocAuc).toBeLessThan(1);
  });
});
