import { expect, test } from "vitest";
import type { TreeEnsemble } from "../../boosted-trees/predict.js";
import { boostedTreesPredict } from "./predict.js";

const MAX = 3.4028234663852886e38;
const THRESHOLDS = [
  0,
  -0,
  1,
  -1,
  0.1,
  2 ** -149,
  -(2 ** -149),
  MAX,
  -MAX,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const VALUES = [
  ...THRESHOLDS,
  ...[Number.NaN, 1e300, -1e300, 1e-300, -1e-300, 1 + 2 ** -24, 1 + 2 ** -23, 1 - 2 ** -26, Math.fround(0.1), 2],
];

/** A stump for each threshold, missing values once to the left and once to the right. */
function stumps(): TreeEnsemble {
  const trees = 2 * THRESHOLDS.length;
  const each = <T>(make: (t: number) => readonly T[]) => Array.from({ length: trees }, (_, t) => make(t)).flat();
  const threshold = (t: number) => Math.fround(THRESHOLDS[t >> 1] as number);
  return {
    treeStart: Int32Array.from({ length: trees + 1 }, (_, t) => 3 * t),
    treeOutput: Int32Array.from({ length: trees }, (_, t) => t),
    left: Int32Array.from(each(() => [1, -1, -1])),
    right: Int32Array.from(each(() => [2, -1, -1])),
    feature: Int32Array.from(each(() => [1, 0, 0])),
    threshold: Float32Array.from(each((t) => [threshold(t), -1, 1])),
    defaultLeft: Uint8Array.from(each((t) => [t & 1, 0, 0])),
    categoryStart: new Int32Array(3 * trees).fill(-1),
    categoryWords: new Int32Array(3 * trees),
    categoryBits: new Uint32Array(1),
    gain: new Float32Array(3 * trees),
    cover: new Float32Array(3 * trees),
    baseMargin: new Float32Array(trees),
    outputs: trees,
  };
}

test("left when the value, as a float32, is less, or by default when it is missing: in few rows and in many", () => {
  const model = stumps();
  const trees = model.outputs;
  const rows = 10 * VALUES.length + 3;
  const valueAt = (i: number) => VALUES[i % VALUES.length] as number;
  const x = Float64Array.from({ length: 2 * rows }, (_, k) => (k % 2 === 1 ? valueAt(k >> 1) : 9));
  const margins = new Float32Array(rows * trees);
  const call = { model, cols: 2, trees, threads: 1 };
  boostedTreesPredict({ ...call, x, rows, margins });
  for (let i = 0; i < rows; i++) {
    const value = Math.fround(valueAt(i));
    const alone = new Float32Array(trees);
    boostedTreesPredict({ ...call, x: x.subarray(2 * i, 2 * i + 2), rows: 1, margins: alone });
    for (let t = 0; t < trees; t++) {
      const goesLeft = Number.isNaN(value) ? t % 2 === 1 : value < Math.fround(THRESHOLDS[t >> 1] as number);
      const expected = goesLeft ? -1 : 1;
      expect([margins[i * trees + t], alone[t]], `${valueAt(i)} at ${THRESHOLDS[t >> 1]}`).toEqual([
        expected,
        expected,
      ]);
    }
  }
});
