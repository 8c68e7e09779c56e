import { createHash } from "node:crypto";
import { isolationForest, type Matrix, Random, rocAuc } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { generateData } from "./generate-data.js";

const count = (labels: Uint8Array) => labels.reduce((sum, label) => sum + label, 0);
const partOf = ({ data, cols }: Matrix, labels: Uint8Array, label: number) =>
  data.filter((_, i) => labels[Math.floor(i / cols)] === label);

describe("generateData", () => {
  it("has PyOD's defaults: 1000 and 500 rows of 2 columns, a tenth of them outliers, normal rows first", () => {
    const [xTrain, xTest, yTrain, yTest] = generateData({ randomState: 3 });
    expect([xTrain.rows, xTrain.cols, xTest.rows, xTest.cols]).toEqual([1000, 2, 500, 2]);
    expect([count(yTrain), count(yTest)]).toEqual([100, 50]);
    expect(yTrain.indexOf(1)).toBe(900);
    expect(yTest.indexOf(1)).toBe(450);
  });

  it("rounds the number of outliers down", () => {
    const [, yTrain] = generateData({ nTrain: 39, contamination: 0.1, trainOnly: true });
    expect(count(yTrain)).toBe(3);
    // 0.29 · 100 is 28.999999999999996 in doubles, for PyOD as well.
    expect(count(generateData({ nTrain: 100, contamination: 0.29, trainOnly: true })[1])).toBe(28);
    expect(count(generateData({ contamination: 0, trainOnly: true })[1])).toBe(0);
  });

  it("gives what it makes in the old order, or the training part alone", () => {
    const [xTrain, xTest, yTrain, yTest] = generateData({ randomState: 5 });
    expect(generateData({ randomState: 5, behaviour: "old" })).toEqual([xTrain, yTrain, xTest, yTest]);
    expect(generateData({ randomState: 5, trainOnly: true })).toEqual([xTrain, yTrain]);
  });

  it("draws normal rows around the centre and outliers from the box that reaches there, in both parts", () => {
    for (const randomState of [1, 2, 3, 4, 5]) {
      const [xTrain, xTest, yTrain, yTest] = generateData({
        nTrain: 20_000,
        nTest: 20_000,
        contamination: 0.5,
        randomState,
      });
      const normal = partOf(xTrain, yTrain, 0);
      const mean = normal.reduce((sum, value) => sum + value, 0) / normal.length;
      const centre = Math.round(mean);
      const spread = Math.sqrt(normal.reduce((sum, value) => sum + (value - mean) ** 2, 0) / normal.length);
      expect(Math.abs(mean - centre)).toBeLessThan((4 * spread) / Math.sqrt(normal.length));
      expect(centre).toBeGreaterThanOrEqual(1);
      expect(centre).toBeLessThanOrEqual(9);
      expect(spread).toBeLessThan(1.03);
      for (const box of [partOf(xTrain, yTrain, 1), partOf(xTest, yTest, 1)]) {
        expect(Math.min(...box)).toBeGreaterThanOrEqual(-centre);
        expect(Math.max(...box)).toBeLessThanOrEqual(centre);
        expect(Math.max(...box) - Math.min(...box)).toBeGreaterThan(1.99 * centre);
        const variance = box.reduce((sum, value) => sum + value * value, 0) / box.length;
        expect(variance / (centre ** 2 / 3)).toBeCloseTo(1, 1);
      }
    }
  });

  it("draws the centre uniformly from 1 to 9 for an offset of 10, and as PyOD for small offsets", () => {
    const centres = (offset: number, draws: number) =>
      Array.from({ length: draws }, (_, randomState) => {
        // Without a spread of the normal rows to blur it, the largest outlier of many comes close to the centre.
        const [x, y] = generateData({
          nTrain: 400,
          nFeatures: 8,
          contamination: 0.5,
          offset,
          randomState,
          trainOnly: true,
        });
        return Math.max(...partOf(x, y, 1).map(Math.abs));
      });
    const counts = new Array<number>(9).fill(0);
    for (const centre of centres(10, 900))
      counts[Math.round(centre) - 1] = (counts[Math.round(centre) - 1] as number) + 1;
    // χ² of 8 degrees of freedom stays below 26.1 with probability .999.
    expect(counts.reduce((sum, found) => sum + (found - 100) ** 2 / 100, 0)).toBeLessThan(26.1);
    for (const [offset, low, high] of [
      [1, 0.99, 1],
      [1.5, 0.99, 1.5],
      [2, 0.99, 1],
      [3.9, 0.99, 2],
    ] as const) {
      const found = centres(offset, 60);
      expect(Math.min(...found)).toBeGreaterThan(low);
      expect(Math.max(...found)).toBeLessThanOrEqual(high);
    }
    expect(new Set(centres(1.5, 60).map((centre) => centre.toFixed(1))).size).toBeGreaterThan(3);
  });

  it("gives the same bytes for the same seed on every machine, others for a generator in use or for null", () => {
    const bytes = ([x]: readonly [Matrix, ...unknown[]]) =>
      createHash("sha256")
        .update(new Uint8Array(x.data.buffer, x.data.byteOffset, x.data.byteLength))
        .digest("hex");
    expect(bytes(generateData({ randomState: 7 }))).toBe(
      "5eee600d54faa2d8603d9cd7af3f221ae4cc98836a477d12a99dbf0328e1e4b1",
    );
    expect(bytes(generateData({ randomState: 7 }))).toBe(bytes(generateData({ randomState: new Random(7) })));
    const random = new Random(7);
    expect(bytes(generateData({ randomState: random }))).not.toBe(bytes(generateData({ randomState: random })));
    expect(bytes(generateData())).not.toBe(bytes(generateData({ randomState: null })));
  });

  it("makes outliers that can be found", () => {
    const [xTrain, xTest, , yTest] = generateData({ nFeatures: 6, randomState: 1 });
    expect(rocAuc(yTest, isolationForest().fitSync(xTrain).scoreSync(xTest))).toBeGreaterThan(0.95);
  });

  it.each([
    { nTrain: 0 },
    { nTest: -1 },
    { nFeatures: 1.5 },
    { contamination: 0.6 },
    { contamination: Number.NaN },
    { offset: 0.5 },
    { behaviour: "newer" as never },
    { randomState: -1 },
  ])("refuses %o", (options) => {
    expect(() => generateData(options)).toThrow(expect.objectContaining({ code: "PARAM_RANGE" }));
  });
});
