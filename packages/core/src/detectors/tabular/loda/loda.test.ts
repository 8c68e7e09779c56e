import { describe, expect, it } from "vitest";
import { DataError, ModelFileError } from "../../../errors.js";
import { syncRun } from "../../../kernels/kernels.js";
import { referenceKernels } from "../../../kernels/reference/reference.js";
import { fromRows, matrix } from "../../../matrix.js";
import golden from "./golden.json" with { type: "json" };
import { fitHistograms, type LodaState, loda } from "./loda.js";

/** PyOD's dense projections as the kernels take them. */
function sparse() {
  const used = golden.projections.map((weights) =>
    weights.map((weight, feature) => ({ weight, feature })).filter(({ weight }) => weight !== 0),
  );
  return {
    cuts: used.length,
    perCut: used[0]?.length as number,
    features: Int32Array.from(used.flat(), ({ feature }) => feature),
    weights: Float64Array.from(used.flat(), ({ weight }) => weight),
  };
}

describe("loda with PyOD's projections", () => {
  const { bins, cols } = golden;
  const x = matrix(Float64Array.from(golden.x), golden.x.length / cols, cols);
  const projections = sparse();
  const state = fitHistograms(x, projections, bins, syncRun(referenceKernels)) as LodaState;

  it("has its histograms", () => {
    golden.histograms.forEach((histogram, cut) => {
      expect(state.low[cut]).toBeCloseTo(golden.limits[cut]?.[0] as number, 12);
      expect(state.high[cut]).toBeCloseTo(golden.limits[cut]?.[bins] as number, 12);
      histogram.forEach((share, bin) => {
        expect(state.levels[cut * (bins + 1) + bin]).toBeCloseTo(-Math.log(share), 10);
      });
    });
  });

  it("has its scores where each projection is looked up one bin further, and divided by the cuts twice", () => {
    golden.scores.forEach((score, row) => {
      let sum = 0;
      for (let cut = 0; cut < projections.cuts; cut++) {
        let z = 0;
        for (let j = 0; j < cols; j++)
          z += (x.data[row * cols + j] as number) * (golden.projections[cut]?.[j] as number);
        const limits = (golden.limits[cut] as number[]).slice(0, bins - 1);
        const further = limits.filter((limit) => limit < z).length;
        sum += state.levels[cut * (bins + 1) + further] as number;
      }
      expect(sum / projections.cuts / projections.cuts).toBeCloseTo(score, 10);
    });
  });

  it("scores a row by the bins of its own", () => {
    const { spec, params } = loda({ cuts: projections.cuts, bins });
    const scores = spec.score(state, x, params, syncRun(referenceKernels)) as Float64Array;
    for (let row = 0; row < x.rows; row++) {
      let sum = 0;
      for (let cut = 0; cut < projections.cuts; cut++) {
        let z = 0;
        for (let k = cut * projections.perCut; k < (cut + 1) * projections.perCut; k++) {
          z +=
            (x.data[row * cols + (projections.features[k] as number)] as number) * (projections.weights[k] as number);
        }
        const inner = (golden.limits[cut] as number[]).slice(1, bins);
        sum -= Math.log(golden.histograms[cut]?.[inner.filter((limit) => limit <= z).length] as number);
      }
      expect(scores[row]).toBeCloseTo(sum / projections.cuts, 10);
    }
  });
});

describe("loda by hand", () => {
  const one = fromRows([[0], [1.5], [1.5], [4]]);

  it("takes the share of the rows in a bin, and next to nothing outside", () => {
    const model = loda({ cuts: 7, bins: 4, seed: 5 }).fitSync(one);
    const [rare, common, edge, outside] = model.scoreSync(fromRows([[0], [1.5], [4], [4.01]])) as unknown as number[];
    expect(rare).toBeCloseTo(Math.log(4), 9);
    expect(common).toBeCloseTo(Math.log(2), 9);
    expect(edge).toBeCloseTo(Math.log(4), 9);
    expect(outside).toBeCloseTo(-Math.log(1e-12 / 4), 9);
  });

  it("draws √cols different columns for each cut", () => {
    const x = matrix(
      Float64Array.from({ length: 300 }, (_, i) => Math.sin(i)),
      30,
      10,
    );
    const { features } = loda({ cuts: 50 }).fitSync(x).state;
    expect(features).toHaveLength(150);
    for (let cut = 0; cut < 50; cut++) expect(new Set(features.subarray(cut * 3, cut * 3 + 3)).size).toBe(3);
    expect(new Set(features).size).toBe(10);
  });

  it("refuses projections that overflow, and scores such rows as outside", () => {
    const huge = fromRows([
      [1.7e308, -1.7e308, 1.7e308, 1.6e308],
      [-1.7e308, 1.7e308, -1.6e308, 1.7e308],
    ]);
    expect(() => loda().fitSync(huge)).toThrow(DataError);
    const model = loda().fitSync(
      fromRows([
        [1, 2, 3, 4],
        [2, 3, 4, 1],
      ]),
    );
    for (const score of model.scoreSync(huge)) expect(score).toBeCloseTo(-Math.log(1e-12 / 2), 9);
  });

  it("trusts no model file", () => {
    const { spec, state, params } = loda({ cuts: 2 }).fitSync(one);
    const restore = (change: object) => () => spec.restore({ ...state, ...change }, params, 1);
    expect(restore({ features: Int32Array.of(0, 1) })).toThrow(ModelFileError);
    expect(restore({ features: new Int32Array(3) })).toThrow(/features do not fit/);
    expect(restore({ high: state.low })).toThrow(/no width/);
  });
});
