import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../errors.js";
import { fromRows, type Matrix, matrix, rowRange } from "../../../matrix.js";
import { Random } from "../../../random.js";
import { estimatorOf, similarityOf } from "./estimate.js";
import { rememberedRows } from "./memory.js";
import { mset } from "./mset.js";

/** Three sensors on one curve, with noise. */
function curve(rows: number, seed: number, noise = 0.02): Matrix {
  const random = new Random(seed);
  const x = new Float64Array(3 * rows);
  for (let t = 0; t < rows; t++) {
    const [a, b] = [Math.sin(t / 11), Math.cos(t / 11)];
    x.set(
      [10 + a, 5 * b + a, 300 - 20 * a * b].map((v) => v + noise * random.normal()),
      3 * t,
    );
  }
  return matrix(x, rows, 3);
}

describe("mset by hand", () => {
  it("estimates a remembered row by itself, without regularization", () => {
    const train = fromRows([[0], [4]]);
    const model = mset({ regularization: 0 }).fitSync(train);
    // Scaled: −1 and 1, at a distance of 2; similarities 1 and 1/3, so the weights are ±1 / (1 − 1/3).
    expect([...model.state.estimator].map((v) => v.toFixed(12))).toEqual(["-1.500000000000", "1.500000000000"]);
    const scores = model.scoreSync(fromRows([[0], [4], [2]]));
    expect(scores[0]).toBeCloseTo(0, 12);
    expect(scores[2]).toBeCloseTo(0, 12);
    // 8 is 3 scaled: similarities 1/5 and 1/3, estimate 1.5 · (1/3 − 1/5) = 0.2.
    expect(model.scoreSync(fromRows([[8]]))[0]).toBeCloseTo(2.8, 12);
  });

  it("leaves each training row out of its own estimate", () => {
    const x = curve(60, 1);
    const given = { regularization: 0.01, memory: 60 } as const;
    const model = mset(given).fitSync(x);
    const own = model.trainingScoresSync(x);
    // Row 17 estimated by the others alone, in the scale of all.
    const { mean, deviation, memory } = model.state;
    const row = 17;
    const others = Float64Array.from([...memory.subarray(0, 3 * row), ...memory.subarray(3 * row + 3)]);
    const { estimator } = estimatorOf(others, 3, "inverse-distance", given.regularization);
    let squares = 0;
    for (let j = 0; j < 3; j++) {
      let error = ((x.data[3 * row + j] as number) - (mean[j] as number)) / (deviation[j] as number);
      for (let i = 0; i < 59; i++) {
        const alike = similarityOf("inverse-distance", memory, 3 * row, others, 3 * i, 3);
        error -= alike * (estimator[3 * i + j] as number);
      }
      squares += error * error;
    }
    expect(own[row]).toBeCloseTo(Math.sqrt(squares / 3), 9);
    expect(own[row]).toBeGreaterThan(model.scoreSync(x)[row] as number);
  });

  it("remembers extremes, distinct rows, and no more than it is asked to", () => {
    const x = curve(500, 2);
    const rows = rememberedRows(x, 50);
    expect(rows.length).toBe(50);
    expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
    for (let j = 0; j < 3; j++) {
      const column = Float64Array.from({ length: 500 }, (_, i) => x.data[3 * i + j] as number);
      expect(rows).toContain(column.indexOf(Math.max(...column)));
      expect(rows).toContain(column.indexOf(Math.min(...column)));
    }
    expect([...rememberedRows(fromRows([[1], [2], [1], [2], [3]]), 10)]).toEqual([0, 1, 4]);
    expect(rememberedRows(x, 2).length).toBe(2);
  });
});

describe("mset", () => {
  it("finds a sensor that leaves the curve within its own range, and names it", () => {
    const model = mset().fitSync(curve(1000, 3));
    const test = curve(200, 4);
    test.data[3 * 90 + 2] = 300 + 9.5 * Math.sign((test.data[3 * 90 + 2] as number) < 300 ? 1 : -1);
    const scores = model.scoreSync(test);
    expect(scores.indexOf(Math.max(...scores))).toBe(90);
    const { data } = model.contributionsSync(test);
    const parts = [...data.subarray(270, 273)];
    expect(parts.indexOf(Math.max(...parts))).toBe(2);
    expect(parts.reduce((a, b) => a + b)).toBeCloseTo(scores[90] as number, 12);
  });

  it("averages over a window around the row, with contributions that still add up", () => {
    const x = curve(300, 5);
    const test = curve(40, 6, 0.5);
    const single = mset().fitSync(x).scoreSync(test);
    const model = mset({ window: 4 }).fitSync(x);
    const scores = model.scoreSync(test);
    const mean = (from: number, to: number) => single.slice(from, to).reduce((a, b) => a + b) / (to - from);
    expect(scores[0]).toBeCloseTo(mean(0, 2), 12);
    expect(scores[20]).toBeCloseTo(mean(18, 22), 12);
    expect(scores[39]).toBeCloseTo(mean(37, 40), 12);
    const { data } = model.contributionsSync(test);
    scores.forEach((score, t) => {
      expect(data.subarray(3 * t, 3 * t + 3).reduce((a, b) => a + b)).toBeCloseTo(score, 12);
    });
    expect(model.open()).toBeUndefined();
    const starts = Int32Array.of(0, 150);
    const apart = mset({ window: 9 }).fitSync(x, { starts }).trainingScoresSync(x, { starts });
    const whole = mset({ window: 9 }).fitSync(x).trainingScoresSync(x);
    expect(apart[100]).toBe(whole[100]);
    expect(apart[149]).not.toBe(whole[149]);
  });

  it("refuses rows that are too alike, unless it is regularized", () => {
    const alike = fromRows([[-1], [0], [1e-17], [1]]);
    expect(() => mset({ regularization: 0 }).fitSync(alike)).toThrow(DataError);
    expect(mset().fitSync(alike).scoreSync(alike).every(Number.isFinite)).toBe(true);
  });
});

const DATA = join(import.meta.dirname, "../../../../../../../shared/datasets/skab");
const present = existsSync(DATA);
if (!present) console.log(`skipped: mset on real data, since ${DATA} is not there`);

describe.skipIf(!present)("mset on SKAB", () => {
  it("has the true and false positives and negatives of the benchmark's MSET", () => {
    const sums = { tp: 0, tn: 0, fp: 0, fn: 0 };
    const detector = mset({ similarity: "relative", regularization: 0, residual: "relative", window: 60 });
    for (const group of ["valve1", "valve2", "other"]) {
      for (const name of readdirSync(join(DATA, group))) {
        const [, ...lines] = readFileSync(join(DATA, group, name), "utf8")
          .trimEnd()
          .split(/\r?\n/);
        const rows = lines.map((line) => line.split(";").slice(1).map(Number));
        const x = matrix(Float64Array.from(rows.flatMap((row) => row.slice(0, 8))), rows.length, 8);
        const scores = detector.fitSync(rowRange(x, 0, 400)).scoreSync(rowRange(x, 400, x.rows));
        scores.forEach((score, i) => {
          const anomalous = rows[400 + i]?.[8] === 1;
          sums[score > 0.01 ? (anomalous ? "tp" : "fp") : anomalous ? "fn" : "tn"]++;
        });
      }
    }
    expect(sums).toEqual({ tp: 10966, tn: 6648, fp: 4382, fn: 1805 });
  }, 120_000);
});
