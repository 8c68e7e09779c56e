import { describe, expect, it } from "vitest";
import { DataError, ModelFileError, ParamError } from "../../../errors.js";
import { matrix } from "../../../matrix.js";
import { load } from "../../../model-file/load.js";
import { Random } from "../../../random.js";
import { registry } from "../../../registry.js";
import { boostedTrees } from "./boosted-trees.js";
import type { BoostedTreesState } from "./restore.js";

const random = new Random(2);
const x = matrix(
  Float64Array.from({ length: 1200 }, () => random.normal()),
  400,
  3,
  ["pressure", "flow rate", "kind"],
);
const labels = Uint8Array.from({ length: 400 }, (_, i) => ((x.data[3 * i] as number) > 0.8 ? 1 : 0));

describe("boosted trees as a detector", () => {
  it("is known by the names that people search for", () => {
    for (const name of ["xgboost", "xgb", "gbdt", "gradient-boosting", "XGBoost"]) {
      expect(registry.get(name)).toBe(boostedTrees);
    }
  });

  it("scores the probability of an anomaly, or its log odds", () => {
    const options = { rounds: 20 };
    const model = boostedTrees(options).fitSync(x, { labels });
    const scores = model.scoreSync(x);
    expect(Math.min(...scores)).toBeGreaterThan(0);
    expect(Math.max(...scores)).toBeLessThan(1);
    const wrong = scores.filter((score, i) => (score > 0.5 ? 1 : 0) !== labels[i]).length;
    expect(wrong).toBeLessThan(6);
    const odds = boostedTrees({ ...options, output: "margin" })
      .fitSync(x, { labels })
      .scoreSync(x);
    odds.forEach((m, i) => {
      expect(scores[i]).toBeCloseTo(1 / (1 + Math.exp(-m)), 12);
    });
  });

  it("puts validation rows of both classes aside to stop early", () => {
    const options = { rounds: 500, validation: 0.25, earlyStoppingRounds: 5 };
    const model = boostedTrees(options).fitSync(x, { labels });
    expect(model.state.rounds).toBeLessThan(400);
    expect(boostedTrees(options).fitSync(x, { labels }).save()).toEqual(model.save());
    for (const evalMetric of ["auc", "aucpr", "error"] as const) {
      expect(boostedTrees({ ...options, evalMetric }).fitSync(x, { labels }).state.rounds).toBeLessThan(400);
    }
    const weights = new Float64Array(400).fill(2);
    expect(boostedTrees(options).fitSync(x, { labels, weights }).state.rounds).toBeLessThan(400);
    expect(() => boostedTrees({ earlyStoppingRounds: 5 }).fitSync(x, { labels })).toThrow(ParamError);
    const few = Uint8Array.from({ length: 400 }, (_, i) => (i === 7 ? 1 : 0));
    expect(() => boostedTrees(options).fitSync(x, { labels: few })).toThrow(
      /a share of 0.25 of 1 rows of class 1 is none/,
    );
  });

  it("says when nothing could be learnt", () => {
    const equal = matrix(new Float64Array(60).fill(1), 20, 3);
    const model = boostedTrees({ rounds: 2 }).fitSync(equal, { labels: labels.subarray(0, 20).fill(0).fill(1, 15) });
    expect(boostedTrees.spec.remarks?.(model.state).join()).toMatch(/No split was worth making/);
    expect(model.scoreSync(equal)[0]).toBeCloseTo(0.25, 6);
  });

  it("refuses labels of one class and other labels", () => {
    expect(() => boostedTrees().fitSync(x, { labels: new Uint8Array(400) })).toThrow(DataError);
    expect(() => boostedTrees().fitSync(x, { labels: new Uint8Array(400).fill(2) })).toThrow(/0 or 1; found 2/);
  });

  it.each([
    ["monotone", "up"],
    ["monotone", "1 0"],
    ["monotone", 'a"=1'],
    ["categorical", "flow rate"],
    ["categorical", ",,"],
    ["categorical", "a=1"],
  ])("refuses %s=%s", (key, value) => {
    expect(() => boostedTrees({ [key]: value })).toThrow(ParamError);
  });

  it("finds columns by name, after loading too", () => {
    const kinds = matrix(
      x.data.map((v, at) => (at % 3 === 2 ? Math.abs(Math.round(2 * v)) : v)),
      400,
      3,
      x.columns,
    );
    const options = { categorical: "kind", monotone: 'pressure=1,"flow rate"=-1', maxCatToOnehot: 2, rounds: 10 };
    const model = boostedTrees(options).fitSync(kinds, { labels });
    expect(load(model.save()).scoreSync(kinds)).toEqual(model.scoreSync(kinds));
  });
});

describe("a state of strangers", () => {
  const { state, params } = boostedTrees({ rounds: 3 }).fitSync(x, { labels });
  const restore = (change: Partial<Record<keyof BoostedTreesState, unknown>>) =>
    boostedTrees.spec.restore({ ...state, ...change } as never, params, 3);
  const set = (
    key: "left" | "right" | "feature" | "threshold" | "treeOutput" | "categoryStart",
    at: number,
    to: number,
  ) => {
    const array = state[key].slice();
    array[at] = to;
    return { [key]: array };
  };

  it("may have another objective", () => {
    const number = restore({ objective: "reg:squarederror" });
    const margins = boostedTrees.spec.score(number, x, params, { call: () => undefined, threads: 1 } as never);
    expect([...(margins as Float64Array)]).toEqual(new Array(400).fill(0));
    const classes = { outputs: 2, baseMargin: Float32Array.of(0, 0), objective: "multi:softprob" };
    const scores = boostedTrees.spec.score(restore(classes), x, params, { call: () => undefined, threads: 1 } as never);
    expect((scores as Float64Array)[0]).toBe(0.5);
  });

  it.each([
    ["a cycle", set("left", 1, 0)],
    ["a node that is its own child", set("right", 0, 0)],
    ["a child beyond the tree", set("right", 0, 10_000)],
    ["two parents", set("right", 0, state.left[0] as number)],
    ["a column that is not there", set("feature", 0, 3)],
    ["a threshold that is no number", set("threshold", 0, Number.NaN)],
    ["an output that is not there", set("treeOutput", 0, 1)],
    ["categories that are not there", set("categoryStart", 0, 5)],
    ["several outputs of one objective", { outputs: 2, baseMargin: Float32Array.of(0, 0) }],
    ["another objective", { objective: "rank:pairwise" }],
    ["other columns", { cols: 4 }],
    ["no rounds", { rounds: -1 }],
    ["fewer nodes than its trees", { left: state.left.subarray(1) }],
    ["no categories", { categoryBits: new Uint32Array(0) }],
    ["a base margin that is none", { baseMargin: Float32Array.of(Number.NaN) }],
  ])("is refused with %s", (_, change) => {
    expect(() => restore(change)).toThrow(ModelFileError);
  });
});
