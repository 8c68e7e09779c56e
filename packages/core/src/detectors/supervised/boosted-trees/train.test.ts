import { describe, expect, it } from "vitest";
import { DataError, ParamError, ShapeError } from "../../../errors.js";
import { fromRows, type Matrix, matrix, rowRange } from "../../../matrix.js";
import { rocAuc } from "../../../metrics/index.js";
import { Random } from "../../../random.js";
import { type BoostedTreesOptions, trainBoostedTrees, trainBoostedTreesSync } from "./train.js";

/** Rows of normal values, and 1 where a function of them is above 1. */
function curved(rows: number, cols = 6, seed = 1): { x: Matrix; y: Float64Array } {
  const random = new Random(seed);
  const data = Float64Array.from({ length: rows * cols }, () => random.normal());
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const at = (j: number) => data[i * cols + j] as number;
    return at(0) + at(1) * at(2) + (at(3) > 0.5 ? 1 : 0) + 0.3 * random.normal() > 1 ? 1 : 0;
  });
  return { x: matrix(data, rows, cols), y };
}

const column = (...values: number[]) => fromRows(values.map((v) => [v]));
const one: BoostedTreesOptions = { rounds: 1, eta: 1, maxDepth: 1, lambda: 0, objective: "reg:squarederror" };

describe("one tree by hand", () => {
  it("cuts where the squares fall most, at the value on the right", () => {
    const y = Float64Array.of(1, 2, 9, 10);
    const { ensemble } = trainBoostedTreesSync(column(1, 2, 3, 4), y, one);
    expect([...ensemble.baseMargin]).toEqual([5.5]);
    expect([...ensemble.left]).toEqual([1, -1, -1]);
    expect([...ensemble.threshold]).toEqual([3, -4, 4]);
    expect([...ensemble.cover]).toEqual([4, 2, 2]);
    // GL²/HL + GR²/HR − G²/H = 8²/2 + 8²/2
    expect([...ensemble.gain]).toEqual([64, 0, 0]);
  });

  it("shrinks by lambda, alpha and eta", () => {
    const y = Float64Array.of(1, 2, 9, 10);
    const shrunk = { ...one, lambda: 2, alpha: 4, eta: 0.5 };
    const { ensemble } = trainBoostedTreesSync(column(1, 2, 3, 4), y, shrunk);
    // −(8 − 4) / (2 + 2) / 2
    expect([...ensemble.threshold]).toEqual([3, -0.5, 0.5]);
    expect(ensemble.gain[0]).toBe(8);
  });

  it("starts from the log odds, and steps by Newton", () => {
    const y = Float64Array.of(0, 0, 0, 1);
    const { ensemble } = trainBoostedTreesSync(column(1, 2, 3, 4), y, {
      ...{ rounds: 1, eta: 1, maxDepth: 1, lambda: 0, minChildWeight: 0 },
    });
    expect(ensemble.baseMargin[0]).toBeCloseTo(Math.log(1 / 3), 6);
    // p = ¼: three rows with g = ¼ and one with −¾, all with h = 3/16
    expect(ensemble.threshold[1]).toBeCloseTo(-0.25 / (3 / 16), 6);
    expect(ensemble.threshold[2]).toBeCloseTo(0.75 / (3 / 16), 6);
  });

  it("makes no split below gamma, minChildWeight or two rows", () => {
    const y = Float64Array.of(1, 2, 9, 10);
    const nodes = (options: BoostedTreesOptions) =>
      trainBoostedTreesSync(column(1, 2, 3, 4), y, { ...one, ...options }).ensemble.left.length;
    expect(nodes({ gamma: 64 })).toBe(3);
    expect(nodes({ gamma: 64.1 })).toBe(1);
    expect(nodes({ minChildWeight: 2 })).toBe(3);
    expect(nodes({ minChildWeight: 2.5 })).toBe(1);
    expect(nodes({ maxDepth: 0 })).toBe(7);
    expect(nodes({ maxDepth: 0, maxLeaves: 3 })).toBe(5);
  });

  it("counts a weight as so many rows", () => {
    const twice = trainBoostedTreesSync(column(1, 1, 2, 3, 3), Float64Array.of(1, 1, 5, 7, 7), one);
    const weights = Float64Array.of(2, 1, 2);
    const weighted = trainBoostedTreesSync(column(1, 2, 3), Float64Array.of(1, 5, 7), { ...one, weights });
    expect(weighted.ensemble).toEqual(twice.ensemble);
  });

  it("raises anomalies by scalePosWeight as by weights; auto makes the classes even", () => {
    const { x, y } = curved(400);
    const options = { rounds: 5 };
    const raised = trainBoostedTreesSync(x, y, { ...options, scalePosWeight: 3 });
    const weights = y.map((label) => (label === 1 ? 3 : 1));
    const cover = trainBoostedTreesSync(x, y, { ...options, weights }).ensemble.cover[0] as number;
    expect(Math.abs((raised.ensemble.cover[0] as number) / cover - 1)).toBeLessThan(0.1);
    const anomalies = y.reduce((a, b) => a + b);
    const mean = (3 * anomalies) / (400 + 2 * anomalies);
    expect(raised.ensemble.baseMargin[0]).toBeCloseTo((mean - 0.5) / 0.25, 5);
    expect(trainBoostedTreesSync(x, y, { ...options, scalePosWeight: "auto" }).ensemble.baseMargin[0]).toBeCloseTo(
      0,
      6,
    );
  });
});

describe("missing values", () => {
  it("go where they fit, and are split from all others when that is best", () => {
    const high = trainBoostedTreesSync(column(1, 2, 3, Number.NaN), Float64Array.of(0, 0, 8, 8), one);
    expect([high.ensemble.threshold[0], high.ensemble.defaultLeft[0]]).toEqual([3, 0]);
    const low = trainBoostedTreesSync(column(1, 2, 3, Number.NaN), Float64Array.of(0, 0, 8, 0), one);
    expect([low.ensemble.threshold[0], low.ensemble.defaultLeft[0]]).toEqual([3, 1]);
    const alone = trainBoostedTreesSync(column(1, 2, 3, Number.NaN), Float64Array.of(0, 0, 0, 8), one);
    expect([...alone.predictSync(column(Number.NaN, -5, 1e30))]).toEqual([8, 0, 0]);
  });

  it("are right by default where training had none", () => {
    const { ensemble } = trainBoostedTreesSync(column(1, 2, 3, 4), Float64Array.of(0, 0, 8, 8), one);
    expect(ensemble.defaultLeft[0]).toBe(0);
  });

  it("fit into bytes beside 256 bins", () => {
    const random = new Random(3);
    const values = Float64Array.from({ length: 2000 }, (_, i) => (i % 7 === 0 ? Number.NaN : random.normal()));
    const x = matrix(values, 2000, 1);
    const y = values.map((v) => (v > 0.3 || Number.isNaN(v) ? 1 : 0));
    const model = trainBoostedTreesSync(x, y, { rounds: 20 });
    const wrong = model.predictSync(x).filter((p, i) => (p > 0.5 ? 1 : 0) !== y[i]).length;
    expect(wrong).toBeLessThan(10);
  });
});

describe("categories", () => {
  const kinds = [3, 0, 4, 1, 0, 3, 2, 1, 4, 2];
  const effect = [5, 0, 5, 0, 9];
  const x = column(...kinds);
  const y = Float64Array.from(kinds, (k) => effect[k] as number);

  it("are split in two sets", () => {
    const { ensemble } = trainBoostedTreesSync(x, y, { ...one, categorical: "0" });
    expect([ensemble.categoryStart[0], ensemble.categoryWords[0]]).toEqual([0, 1]);
    // {1, 3} against {0, 2, 4}; the set on the right is the one of the lesser weights
    expect(ensemble.categoryBits[0]).toBe((1 << 1) | (1 << 3));
    const deep = trainBoostedTreesSync(x, y, { ...one, maxDepth: 3, categorical: "0" });
    expect([...deep.predictSync(column(0, 1, 2, 3, 4))]).toEqual([5, 0, 5, 0, 9]);
  });

  it("are split one against the rest where they are few", () => {
    const { ensemble } = trainBoostedTreesSync(x, y, { ...one, categorical: "0", maxCatToOnehot: 6 });
    expect(ensemble.categoryBits[0]).toBe(1 << 4);
  });

  it("may be missing, many, and named", () => {
    const random = new Random(4);
    const data = Float64Array.from({ length: 3000 }, (_, i) => (i % 11 === 0 ? Number.NaN : random.below(300)));
    const many = matrix(data, 3000, 1, ["kind"]);
    const label = data.map((c) => (c % 3 === 1 || Number.isNaN(c) ? 1 : 0));
    for (const maxCatThreshold of [64, 1000]) {
      const model = trainBoostedTreesSync(many, label, {
        rounds: 30,
        categorical: "kind",
        maxCatThreshold,
        minChildWeight: 0.1,
      });
      expect(rocAuc(label, model.predictSync(many))).toBeGreaterThan(0.999);
    }
  });

  it("are whole numbers from 0", () => {
    for (const bad of [-1, 1.5, 70_000]) {
      const wrong = column(0, 1, bad);
      expect(() => trainBoostedTreesSync(wrong, Float64Array.of(0, 1, 0), { categorical: "0" })).toThrow(DataError);
    }
    expect(() => trainBoostedTreesSync(x, y, { ...one, categorical: "1" })).toThrow(/there is no column "1"/);
    expect(() => trainBoostedTreesSync(x, y, { ...one, categorical: "0", monotone: "1" })).toThrow(/is categorical/);
  });
});

describe("constraints and sampling", () => {
  it("keep predictions monotone", () => {
    const random = new Random(9);
    const data = Float64Array.from({ length: 3000 }, () => random.normal());
    const x = matrix(data, 1000, 3, ["a", "b c", "d"]);
    const y = Float64Array.from({ length: 1000 }, (_, i) => {
      const [a, b, d] = data.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      return a - b + Math.sin(4 * a) + Math.sin(5 * b) + d * a + random.normal();
    });
    const options = { objective: "reg:squarederror", rounds: 40, maxDepth: 4 } as const;
    const bound = trainBoostedTreesSync(x, y, { ...options, monotone: 'a=1,"b c"=-1' });
    const free = trainBoostedTreesSync(x, y, options);
    const breaks = (model: typeof bound) => {
      let count = 0;
      for (let k = 0; k < 200; k++) {
        const row = [random.normal(), random.normal(), random.normal()];
        const [low, a, b] = model.predictSync(
          fromRows([
            row,
            [(row[0] as number) + 0.5, ...row.slice(1)],
            [row[0] as number, (row[1] as number) + 0.5, row[2] as number],
          ]),
        ) as unknown as [number, number, number];
        if (a < low) count += 1;
        if (b > low) count += 1;
      }
      return count;
    };
    expect(breaks(bound)).toBe(0);
    expect(breaks(free)).toBeGreaterThan(20);
    expect(trainBoostedTreesSync(x, y, { ...options, monotone: "1,-1,0" }).ensemble).toEqual(bound.ensemble);
    expect(() => trainBoostedTreesSync(x, y, { ...options, monotone: "1,-1" })).toThrow(/expected 3 values/);
    expect(() => trainBoostedTreesSync(x, y, { ...options, monotone: "e=1" })).toThrow(/there is no column "e"/);
  });

  it("draws rows and columns by the seed", () => {
    const { x, y } = curved(600, 10);
    const options = { rounds: 8, subsample: 0.5, colsampleBytree: 0.5, colsampleBylevel: 0.6, colsampleBynode: 0.7 };
    const first = trainBoostedTreesSync(x, y, options).ensemble;
    expect(trainBoostedTreesSync(x, y, options).ensemble).toEqual(first);
    expect(trainBoostedTreesSync(x, y, { ...options, seed: 1 }).ensemble).not.toEqual(first);
    for (let t = 0; t < 8; t++) {
      const [from, to] = [first.treeStart[t] as number, first.treeStart[t + 1] as number];
      const asked = new Set(
        [...first.feature.subarray(from, to)].filter((_, k) => (first.left[from + k] as number) >= 0),
      );
      expect(asked.size).toBeLessThanOrEqual(5);
    }
    // A root has seen about half of the rows: h is at most ¼.
    expect(first.cover[0]).toBeLessThan(0.25 * 360);
  });

  it("grows the same tree in any order where leaves are not counted, and the best leaves where they are", () => {
    const { x, y } = curved(500);
    const options = { rounds: 3, maxDepth: 0, gamma: 0.5 };
    const leaves = ({ ensemble }: ReturnType<typeof trainBoostedTreesSync>) =>
      ensemble.left.filter((l) => l < 0).length;
    const whole = trainBoostedTreesSync(x, y, options);
    expect(trainBoostedTreesSync(x, y, { ...options, growth: "lossguide" }).predictSync(x)).toEqual(
      whole.predictSync(x),
    );
    const many = trainBoostedTreesSync(x, y, { ...options, maxLeaves: 5000, growth: "lossguide" });
    expect(many.predictSync(x)).toEqual(whole.predictSync(x));
    const guided = trainBoostedTreesSync(x, y, { ...options, rounds: 1, maxLeaves: 6, growth: "lossguide" });
    const level = trainBoostedTreesSync(x, y, { ...options, rounds: 1, maxLeaves: 6 });
    expect([leaves(guided), leaves(level)]).toEqual([6, 6]);
    const total = (gains: Float32Array) => gains.reduce((a, b) => a + b);
    expect(total(guided.ensemble.gain)).toBeGreaterThanOrEqual(total(level.ensemble.gain));
  });
});

describe("validation", () => {
  const { x, y } = curved(1500);
  const train = rowRange(x, 0, 1000);
  const validation = { x: rowRange(x, 1000, 1500), y: y.subarray(1000) };
  const labels = y.subarray(0, 1000);

  it("stops early and keeps the best round", () => {
    const options = { rounds: 300, eta: 0.5, validation, earlyStoppingRounds: 10 };
    const seen: number[] = [];
    const model = trainBoostedTreesSync(train, labels, {
      ...options,
      onRound: ({ validation: v }) => seen.push(v as number),
    });
    expect(model.rounds).toBeLessThan(100);
    expect(model.history).toEqual(seen);
    expect(model.history.length).toBe(model.rounds + 10);
    expect(Math.min(...model.history)).toBe(model.history[model.rounds - 1]);
    const again = trainBoostedTreesSync(train, labels, { rounds: model.rounds, eta: 0.5, validation });
    expect(again.ensemble).toEqual(model.ensemble);
  });

  it("measures what the model then predicts", () => {
    for (const evalMetric of ["logloss", "auc", "aucpr", "error", "rmse"] as const) {
      const model = trainBoostedTreesSync(train, labels, { rounds: 4, validation, evalMetric });
      const p = model.predictSync(validation.x);
      const mean = (of: (p: number, label: number) => number) =>
        p.reduce((sum, v, i) => sum + of(v, validation.y[i] as number), 0) / p.length;
      const expected = {
        logloss: mean((v, label) => -Math.log(label === 1 ? v : 1 - v)),
        auc: rocAuc(validation.y, p),
        aucpr: model.history[3],
        error: mean((v, label) => (v > 0.5 === (label === 1) ? 0 : 1)),
        rmse: Math.sqrt(mean((v, label) => (v - label) ** 2)),
      };
      expect(model.history[3]).toBeCloseTo(expected[evalMetric] as number, 9);
    }
  });

  it("is refused where it cannot judge", () => {
    expect(() => trainBoostedTreesSync(train, labels, { earlyStoppingRounds: 5 })).toThrow(/no validation rows/);
    expect(() => trainBoostedTreesSync(train, labels, { validation, evalMetric: "mlogloss" })).toThrow(/evalMetric/);
    const weights = new Float64Array(500).fill(1);
    expect(() =>
      trainBoostedTreesSync(train, labels, { validation: { ...validation, weights }, evalMetric: "auc" }),
    ).toThrow(ParamError);
    expect(() => trainBoostedTreesSync(train, labels, { validation: { ...validation, y: labels } })).toThrow(
      ShapeError,
    );
    const bad = { ...validation, y: validation.y.map(() => 2) };
    expect(() => trainBoostedTreesSync(train, labels, { validation: bad })).toThrow(DataError);
  });
});

describe("objectives", () => {
  it("learns classes", () => {
    const { x } = curved(900, 4, 5);
    const y = Float64Array.from({ length: 900 }, (_, i) => {
      const [a, b] = [x.data[4 * i] as number, x.data[4 * i + 1] as number];
      return a > 0.5 ? 2 : b > 0 ? 1 : 0;
    });
    const train = rowRange(x, 0, 600);
    const validation = { x: rowRange(x, 600, 900), y: y.subarray(600) };
    const model = trainBoostedTreesSync(train, y.subarray(0, 600), {
      objective: "multi:softprob",
      rounds: 15,
      validation,
    });
    expect(model.ensemble.outputs).toBe(3);
    expect(model.history[14]).toBeLessThan(0.12);
    const p = model.predictSync(validation.x);
    for (let i = 0; i < 300; i++) expect(p.subarray(3 * i, 3 * i + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const merror = trainBoostedTreesSync(train, y.subarray(0, 600), {
      ...{ objective: "multi:softprob", rounds: 15, validation, evalMetric: "merror" },
    });
    expect(merror.history[14]).toBeLessThan(0.05);
  });

  it("learns numbers of any size", () => {
    for (const scale of [1e-20, 1, 1e20]) {
      const { x } = curved(300, 3, 6);
      const y = Float64Array.from({ length: 300 }, (_, i) => scale * ((x.data[3 * i] as number) > 0 ? 3 : -2));
      const options = { objective: "reg:squarederror", rounds: 50, gamma: 0 } as const;
      const worst = trainBoostedTreesSync(x, y, options)
        .predictSync(x)
        .reduce((most, v, i) => Math.max(most, Math.abs(v - (y[i] as number)) / scale), 0);
      // Gains below 10⁻⁶ are none, as in XGBoost, so tiny numbers are left at their mean.
      if (scale >= 1) expect(worst).toBeLessThan(1e-4);
      else expect(worst).toBeLessThan(6);
    }
  });

  it.each([
    ["labels of another length", { y: Float64Array.of(0, 1) }, ShapeError, /3 rows need 3 labels/],
    ["labels that are not 0 or 1", { y: Float64Array.of(0, 1, 2) }, DataError, /row 3: .*0 or 1; found 2/],
    ["one class", { y: Float64Array.of(0, 0, 0) }, DataError, /found none of class 1/],
    ["classes with a gap", { y: Float64Array.of(0, 2, 2), objective: "multi:softprob" }, DataError, /none of class 1/],
    [
      "classes that are no whole numbers",
      { y: Float64Array.of(0, 1, 1.5), objective: "multi:softprob" },
      DataError,
      /1.5/,
    ],
    [
      "numbers that are none",
      { y: Float64Array.of(0, 1, Number.NaN), objective: "reg:squarederror" },
      DataError,
      /NaN/,
    ],
    ["an objective that there is not", { objective: "rank:ndcg" }, ParamError, /objective: expected one of/],
    ["negative weights", { weights: Float64Array.of(1, -1, 1) }, DataError, /row 2: .*found -1/],
    ["no weight at all", { weights: new Float64Array(3) }, DataError, /all are 0/],
    ["a class of no weight", { weights: Float64Array.of(1, 0, 1) }, DataError, /none of class 1/],
    [
      "a column without values",
      {
        x: fromRows([
          [1, Number.NaN],
          [2, Number.NaN],
          [3, Number.NaN],
        ]),
      },
      DataError,
      /column "1"/,
    ],
    ["values beyond float32", { x: fromRows([[1], [1e39], [2]]) }, DataError, /row 2, column "0"/],
    ["no rows", { x: matrix(new Float64Array(0), 0, 1), y: new Float64Array(0) }, ShapeError, /at least 1/],
    ["a parameter that there is not", { depth: 3 }, ParamError, /no parameter "depth"/],
  ])("refuses %s", async (_, change, type, message) => {
    const {
      x = column(1, 2, 3),
      y = Float64Array.of(0, 1, 0),
      ...options
    } = change as {
      x?: Matrix;
      y?: Float64Array;
    };
    expect(() => trainBoostedTreesSync(x, y, options)).toThrow(type);
    expect(() => trainBoostedTreesSync(x, y, options)).toThrow(message);
    await expect(trainBoostedTrees(x, y, options)).rejects.toThrow(message);
  });
});

describe("as promises", () => {
  const { x, y } = curved(300);

  it("is the same as at once, and tells rounds and progress", async () => {
    const told: number[] = [];
    const rounds: number[] = [];
    const model = await trainBoostedTrees(x, y, {
      rounds: 6,
      progress: (done) => told.push(done),
      onRound: ({ round }) => rounds.push(round),
    });
    expect(rounds).toEqual([1, 2, 3, 4, 5, 6]);
    expect(told.length).toBeGreaterThanOrEqual(7);
    expect(told.at(-1)).toBe(1);
    const sync = trainBoostedTreesSync(x, y, { rounds: 6 });
    expect(model.ensemble).toEqual(sync.ensemble);
    expect(await model.predict(x)).toEqual(sync.predictSync(x));
  });

  it("ends its progress where it stops early", async () => {
    const told: number[] = [];
    const validation = { x, y: y.map((label) => 1 - label) };
    const progress = (done: number) => told.push(done);
    const model = await trainBoostedTrees(x, y, { validation, earlyStoppingRounds: 2, progress });
    expect([model.rounds, told.at(-1)]).toEqual([1, 1]);
  });

  it("stops between rounds", async () => {
    const control = new AbortController();
    const seen: number[] = [];
    const fit = trainBoostedTrees(x, y, {
      signal: control.signal,
      onRound: ({ round }) => {
        seen.push(round);
        if (round === 3) control.abort(new Error("enough"));
      },
    });
    await expect(fit).rejects.toThrow("enough");
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe("bins", () => {
  it("are two bytes where one does not do", () => {
    const { x, y } = curved(3000, 2);
    const fine = trainBoostedTreesSync(x, y, { rounds: 3, maxBin: 2000 });
    const used = new Set([...fine.ensemble.threshold].map((t) => t));
    expect(used.size).toBeGreaterThan(20);
    expect(trainBoostedTreesSync(x, y, { rounds: 3, maxBin: 65_535 }).predictSync(x).length).toBe(3000);
  });

  it("are cut at even steps of weight where there are more values than bins", () => {
    const y = Float64Array.from({ length: 1000 }, (_, i) => i * i);
    const options = { ...one, maxDepth: 0, minChildWeight: 0, maxBin: 4 };
    const cutsOf = (values: Float64Array) => {
      const { ensemble } = trainBoostedTreesSync(matrix(values, 1000, 1), y, options);
      return [...ensemble.threshold].filter((_, k) => (ensemble.left[k] as number) >= 0).sort((a, b) => a - b);
    };
    const found = cutsOf(Float64Array.from({ length: 1000 }, (_, i) => i));
    found.forEach((cut, k) => {
      expect(Math.abs(cut - 250 * (k + 1))).toBeLessThanOrEqual(20);
    });
    // A value that most rows have takes the bins that would be cut within it.
    const many = cutsOf(Float64Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i)));
    expect(many.length).toBeLessThan(4);
    expect(many[0]).toBeGreaterThanOrEqual(700);
  });

  it("leave values alone that no row of weight has", () => {
    const x = column(1, 2, 3, 4);
    const weights = Float64Array.of(1, 0, 0, 1);
    const { ensemble } = trainBoostedTreesSync(x, Float64Array.of(0, 5, 5, 8), { ...one, weights });
    expect(ensemble.threshold[0]).toBe(4);
  });
});
