import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  averagePrecision,
  defineDetector,
  hbos,
  mahalanobis,
  matrix,
  missing,
  quantile,
  Random,
  registry,
  rocAuc,
  standardize,
} from "@telltale/core";
import { afterAll, describe, expect, it } from "vitest";
import { stableJson } from "../record/stable-json.js";
import {
  type Comparison,
  type ComparisonProgress,
  compareDetectors,
  type LabelledSet,
  splitsOf,
  subjectsFrom,
} from "./index.js";

const folder = mkdtempSync(join(tmpdir(), "telltale-compare-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Normal rows around 0 and anomalies 4 away, in two columns of very different units. */
function rowsOf(rows: number, seed: number): LabelledSet {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 20 === 7 ? 1 : 0));
  const data = Float64Array.from({ length: 2 * rows }, (_, i) => {
    const value = random.normal() + 4 * (labels[i >> 1] as number);
    return i % 2 === 0 ? value : 1000 * value;
  });
  return { name: `set ${seed}`, x: matrix(data, rows, 2, ["a", "b"]), labels };
}

const table = rowsOf(300, 1);
const inOrder = { ...rowsOf(400, 2), starts: [0, 150] };

/** Everything but what differs from run to run. */
function withoutCost(comparison: Comparison): string {
  return stableJson({
    ...comparison,
    provenance: { ...comparison.provenance, date: "" },
    runs: comparison.runs.map((run) => ({ ...run, cost: undefined })),
    detectors: comparison.detectors.map((detector) => ({ ...detector, cost: undefined })),
  });
}

describe("splits", () => {
  it("learn from the past of every series, or keep a distance", () => {
    const forward = splitsOf(inOrder, { kind: "forward", folds: 4, gap: 3 });
    expect(forward).toHaveLength(4);
    for (const { train, test } of forward) {
      for (const [from, to] of [
        [0, 150],
        [150, 400],
      ] as const) {
        const inside = (rows: Int32Array) => [...rows].filter((row) => row >= from && row < to);
        expect(Math.max(...inside(train))).toBeLessThan(Math.min(...inside(test)) - 3);
      }
    }
    const blocked = splitsOf(inOrder, { kind: "blocked", folds: 3, gap: 2 });
    expect(blocked.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...inOrder.labels.keys()]);
  });

  it("leave groups out, one by one or in folds", () => {
    const groups = Array.from({ length: 300 }, (_, i) => `file ${Math.floor(i / 60)}`);
    expect(splitsOf({ ...table, groups }, { kind: "groups" }).map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4].map((k) => `file ${k}`),
    );
    expect(splitsOf({ ...table, groups }, { kind: "groups", folds: 2 })).toHaveLength(2);
    expect(() => splitsOf(table, { kind: "groups" })).toThrow(/without groups/);
  });

  it.each([
    ["one class", { ...table, labels: new Uint8Array(300) }, { kind: "stratified" as const }, "DATA_ONE_CLASS"],
    [
      "anomalies only",
      { ...table, labels: new Uint8Array(300).fill(1) },
      { kind: "stratified" as const },
      "DATA_ONE_CLASS",
    ],
    ["a label of 2", { ...table, labels: new Uint8Array(300).fill(2) }, { kind: "stratified" as const }, "DATA_LABEL"],
    ["fewer labels", { ...table, labels: new Uint8Array(3) }, { kind: "stratified" as const }, "SHAPE_MISMATCH"],
    ["fewer anomalies than folds", table, { kind: "stratified" as const, folds: 20 }, "SHAPE_TOO_FEW_ROWS"],
    ["series out of order", { ...table, starts: [0, 9, 5] }, { kind: "forward" as const }, "SHAPE_MISMATCH"],
    [
      "no split with both classes",
      { ...table, labels: Uint8Array.from({ length: 300 }, (_, i) => (i < 9 ? 1 : 0)), starts: [0] },
      { kind: "forward" as const },
      "DATA_ONE_CLASS",
    ],
  ])("refuse %s", (_, set, splitting, code) => {
    expect(() => splitsOf(set, splitting)).toThrow(expect.objectContaining({ code }));
  });
});

describe("subjects", () => {
  it("have the controls before them, each once", () => {
    const names = subjectsFrom(["lof", "random", "knn:k=5", "knn:k=20", "lof"]).map(({ name }) => name);
    // knn's k is 5 by default.
    expect(names).toEqual(["random", "constant", "lof", "knn", "knn:k=20"]);
    const all = subjectsFrom(["all"]);
    expect(all.every(({ detector }) => detector.spec.input === "tabular")).toBe(true);
    expect(subjectsFrom(["all"], { inOrder: true }).length).toBeGreaterThan(all.length);
    expect(all.filter(({ supervised }) => supervised).map(({ name }) => name)).toEqual(["boosted-trees"]);
    registry.register(defineDetector({ ...hbos.spec, name: "net", aliases: [], traits: { neural: true } }));
    expect(subjectsFrom(["all"]).map(({ name }) => name)).toEqual(all.map(({ name }) => name));
    expect(subjectsFrom(["neural"]).map(({ name }) => name)).toEqual(["random", "constant", "net"]);
    expect(() => subjectsFrom(["lofty"])).toThrow(expect.objectContaining({ code: "PARAM_UNKNOWN" }));
    const [, , seeded] = subjectsFrom(["isolation-forest"], { seed: 7 });
    expect(seeded).toMatchObject({ name: "isolation-forest", detector: { params: { seed: 7 } } });
    expect(() => subjectsFrom([])).toThrow(/at least one detector/);
  });
});

describe("compareDetectors", () => {
  it("gives every detector the same test rows, and figures that can be checked by hand", async () => {
    const subjects = subjectsFrom(["mahalanobis", "lof:k=10"]);
    const found = await compareDetectors([table], subjects, { splitting: { kind: "stratified", folds: 3, seed: 5 } });
    const [first] = splitsOf(table, { kind: "stratified", folds: 3, seed: 5 });
    const pick = (rows: Int32Array) =>
      matrix(
        Float64Array.from([...rows].flatMap((row) => [...table.x.data.subarray(2 * row, 2 * row + 2)])),
        rows.length,
        2,
      );
    const model = mahalanobis().fitSync(pick(first?.train as Int32Array));
    const scores = model.scoreSync(pick(first?.test as Int32Array));
    const labels = Uint8Array.from(first?.test as Int32Array, (row) => table.labels[row] as number);
    const run = found.runs.find(({ detector, split }) => detector === "mahalanobis" && split === "fold 1");
    if (run?.status !== "done") throw new Error("mahalanobis failed");
    expect(run.figures.rocAuc).toBe(rocAuc(labels, scores));
    expect(run.figures.averagePrecision).toBe(averagePrecision(labels, scores));
    const trained = model.trainingScoresSync(pick(first?.train as Int32Array));
    expect(run.threshold).toBe(quantile(0.995).fit(trained).threshold);
    expect(run.figures).toMatchObject({ vusPr: null, eventF1: null });
    expect(found.runs).toHaveLength(12);
    expect(new Set(found.detectors.slice(2).map(({ detector }) => detector))).toEqual(new Set(["random", "constant"]));
    const lof = found.detectors.find(({ detector }) => detector === "lof:k=10");
    expect(lof?.steps).toEqual(["scale:method=standard"]);
    expect(found.detectors.find(({ detector }) => detector === "mahalanobis")?.steps).toEqual([]);
    expect(found.ranks).toMatchObject({ figure: "averagePrecision", over: "splits", count: 3 });
    expect(found.ranks.againstBest).toHaveLength(3);
    expect(found.sets[0]?.splits.map(({ testAnomalies }) => testAnomalies)).toEqual([5, 5, 5]);
    const constant = found.detectors.find(({ detector }) => detector === "constant");
    expect(constant?.figures.rocAuc).toEqual({ mean: 0.5, deviation: 0, count: 3 });
  });

  it("gives the same figures again, and after a stop", async () => {
    const subjects = subjectsFrom(["isolation-forest:trees=20", "hbos", "boosted-trees:rounds=5"]);
    const options = { splitting: { kind: "stratified", folds: 3 } } as const;
    const whole = await compareDetectors([table], subjects, options);
    expect(withoutCost(await compareDetectors([table], subjects, options))).toBe(withoutCost(whole));
    const journal = join(folder, "stopped.journal");
    const controller = new AbortController();
    const stopped = compareDetectors([table], subjects, {
      ...options,
      journal,
      signal: controller.signal,
      progress: ({ done }) => done === 7 && controller.abort(new Error("stopped")),
    });
    await expect(stopped).rejects.toThrow("stopped");
    expect(readFileSync(journal, "utf8").trim().split("\n")).toHaveLength(8);
    const told: ComparisonProgress[] = [];
    const resumed = await compareDetectors([table], subjects, { ...options, journal, progress: (p) => told.push(p) });
    expect(withoutCost(resumed)).toBe(withoutCost(whole));
    expect(told.map(({ done }) => done)).toEqual([7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(told[0]).toMatchObject({ of: 15, next: { detector: "isolation-forest:trees=20", split: "fold 2" } });
    expect(told.at(-1)).toMatchObject({ next: undefined, secondsLeft: 0 });
    expect(told.at(-2)?.secondsLeft).toBeGreaterThan(0);
    await expect(
      compareDetectors([table], subjects, { splitting: { kind: "stratified", folds: 4 }, journal }),
    ).rejects.toMatchObject({ code: "JOURNAL_MISMATCH" });
  });

  it("keeps failures and skipped detectors as rows, which never come first", async () => {
    const subjects = subjectsFrom(["lof:k=250", "kde", "hbos"]);
    const found = await compareDetectors([table], subjects, { mostQuadraticRows: 100 });
    const failed = found.detectors.find(({ detector }) => detector === "lof:k=250");
    expect(failed).toMatchObject({ failures: 5, runs: 5, meanRank: null, cost: null });
    expect(found.runs.find(({ detector }) => detector === "lof:k=250")).toMatchObject({
      ...{ status: "failed", stage: "fit", message: expect.stringMatching(/250/) },
    });
    expect(found.runs.find(({ detector }) => detector === "kde")).toMatchObject({
      status: "skipped",
      code: "TOO_MANY_ROWS",
    });
    expect(found.detectors[0]?.detector).toBe("hbos");
    expect(found.ranks.groups.flat()).not.toContain("kde");
  });

  it("ranks a detector that fails on one split last there", async () => {
    const groups = Array.from({ length: 300 }, (_, i) => (i < 240 ? "most" : "few"));
    // Learning from the 60 rows of one group is too little for 100 neighbours, from the 240 of the other enough.
    const found = await compareDetectors([{ ...table, groups }], subjectsFrom(["lof:k=100", "hbos"]), {
      splitting: { kind: "groups" },
    });
    const lof = found.detectors.find(({ detector }) => detector === "lof:k=100");
    expect(lof).toMatchObject({ failures: 1, runs: 2 });
    expect(lof?.meanRank).toBeGreaterThan(2);
    expect(found.ranks.againstBest.map(({ detector }) => detector)).not.toContain("lof:k=100");
  });

  it("lets detectors that learn from labels see those of the training rows alone", async () => {
    // Labels of the first fold's rows are turned round: what is learned from other folds must not change.
    const [first] = splitsOf(table, { kind: "stratified", folds: 3 });
    const splitting = { kind: "groups" } as const;
    const groups = Array.from({ length: 300 }, (_, i) => (first?.test.includes(i) ? "tested" : "learned"));
    const turned = Uint8Array.from(table.labels, (label, i) => (first?.test.includes(i) ? 1 - label : label));
    const [a, b] = await Promise.all(
      [table.labels, turned].map((labels) =>
        compareDetectors([{ ...table, labels, groups }], subjectsFrom(["boosted-trees:rounds=8", "hbos"]), {
          splitting,
        }),
      ),
    );
    const scores = (found: Comparison | undefined, name: string) =>
      found?.runs.flatMap((run) =>
        run.detector === name && run.split === "tested" && run.status === "done" ? [run.scores] : [],
      );
    expect(scores(a, "boosted-trees:rounds=8")).toEqual(scores(b, "boosted-trees:rounds=8"));
    expect(scores(a, "boosted-trees:rounds=8")).toHaveLength(1);
    expect(a?.notes.join()).toMatch(/boosted-trees:rounds=8: learned from the labels/);
  });

  it("trains on normal rows alone when asked, and only unsupervised detectors", async () => {
    const subjects = subjectsFrom(["hbos", "boosted-trees:rounds=5"]);
    const options = { splitting: { kind: "stratified", folds: 3 } } as const;
    const [all, normal] = [
      await compareDetectors([table], subjects, options),
      await compareDetectors([table], subjects, { ...options, trainOn: "normal" }),
    ];
    const scores = (found: Comparison, name: string) =>
      found.runs.flatMap((run) => (run.detector === name && run.status === "done" ? [run.scores] : []));
    expect(scores(normal, "hbos")).not.toEqual(scores(all, "hbos"));
    expect(scores(normal, "boosted-trees:rounds=5")).toEqual(scores(all, "boosted-trees:rounds=5"));
  });

  it("compares series in order of time, with their own figures", async () => {
    const subjects = subjectsFrom(["mean-z:window=5", "hbos"]);
    const found = await compareDetectors([inOrder], subjects, { rankBy: "vusPr" });
    expect(found.settings.splitting.kind).toBe("forward");
    expect(found.sets[0]?.series).toBe(2);
    for (const run of found.runs) {
      if (run.status !== "done") throw new Error(run.message);
      expect(run.figures.vusPr).toBeGreaterThan(0);
      expect(run.figures.eventF1).toBeGreaterThanOrEqual(0);
    }
    await expect(compareDetectors([table], subjects)).rejects.toThrow(/mean-z:window=5 looks at rows in order/);
    await expect(compareDetectors([table], subjectsFrom(["hbos"]), { rankBy: "vusPr" })).rejects.toThrow(
      /in order of time/,
    );
  });

  it("ranks over several sets, which may have other columns", async () => {
    const wide = rowsOf(200, 7);
    const narrow: LabelledSet = {
      name: "narrow",
      labels: wide.labels,
      x: matrix(
        wide.x.data.filter((_, i) => i % 2 === 0),
        200,
        1,
      ),
    };
    const found = await compareDetectors([table, wide, narrow], subjectsFrom(["hbos", "ecod"]));
    expect(found.ranks).toMatchObject({ over: "sets", count: 3 });
    expect(found.detectors[0]?.figures.rocAuc.count).toBe(3);
    expect(found.runs).toHaveLength(3 * 5 * 4);
    await expect(compareDetectors([table, table], subjectsFrom(["hbos"]))).rejects.toThrow(/takes part once/);
  });

  it("prepares rows as it is told, and says when values are missing", async () => {
    const holes = {
      ...table,
      x: { ...table.x, data: table.x.data.map((value, i) => (i % 97 === 5 ? Number.NaN : value)) },
    };
    const subjects = subjectsFrom(["isolation-forest:trees=10", "hbos"]);
    const bare = await compareDetectors([holes], subjects);
    expect(bare.runs.find(({ detector }) => detector === "hbos")).toMatchObject({
      status: "failed",
      code: "DATA_MISSING",
    });
    const filled = await compareDetectors([holes], subjects, { steps: [missing({ policy: "mean" })] });
    expect(filled.runs.every(({ status }) => status === "done")).toBe(true);
    const dropped = await compareDetectors([holes], subjects, { steps: [missing({ policy: "drop" }), standardize()] });
    const scored = dropped.runs
      .filter((run) => run.detector === "hbos")
      .map((run) => (run.status === "done" ? run.rows : 0));
    const whole = [...holes.x.data.keys()].filter(
      (i) => i % 2 === 0 && !holes.x.data.subarray(i, i + 2).some(Number.isNaN),
    );
    expect(scored.reduce((a, b) => a + b, 0)).toBe(whole.length);
  });

  it("writes a journal that is not a data file", async () => {
    const journal = join(folder, "data.csv");
    writeFileSync(journal, "a,b\n1,2\n");
    await expect(compareDetectors([table], subjectsFrom(["hbos"]), { journal })).rejects.toMatchObject({
      code: "DATA_FORMAT",
    });
    expect(readFileSync(journal, "utf8")).toBe("a,b\n1,2\n");
  });
});
