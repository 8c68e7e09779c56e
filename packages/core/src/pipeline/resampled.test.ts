import { describe, expect, it } from "vitest";
import { boostedTrees } from "../detectors/supervised/boosted-trees/boosted-trees.js";
import { isolationForest } from "../detectors/tabular/isolation-forest/isolation-forest.js";
import { matrix } from "../matrix.js";
import { load } from "../model-file/load.js";
import { standardize } from "../prepare/scale.js";
import { Random } from "../random.js";
import { createResampler } from "../resample/index.js";
import { quantile } from "../thresholds/index.js";
import { pipeline } from "./pipeline.js";

describe("resampling", () => {
  const random = new Random(4);
  const labels = Uint8Array.from({ length: 200 }, (_, i) => (i % 10 === 3 ? 1 : 0));
  const x = matrix(
    Float64Array.from({ length: 400 }, (_, i) => random.normal() + 3 * (labels[i >> 1] as number)),
    200,
    2,
  );
  const detector = boostedTrees({ rounds: 8, minChildWeight: 0.1 });

  it("is seen by the detector alone: the threshold is fitted on the rows that were given", async () => {
    const options = { detector, steps: [standardize()], resample: createResampler({ method: "smote", seed: 1 }) };
    const model = pipeline({ ...options, threshold: quantile(0.9) }).fitSync(x, { labels });
    expect(model.training).toMatchObject({ rows: 200, synthetic: 160 });
    expect(model.trainingScores).toEqual(model.scoreSync(x));
    expect(model.threshold?.threshold).toBe(quantile(0.9).fit(model.scoreSync(x)).threshold);
    const later = await pipeline({ ...options, threshold: quantile(0.9) }).fit(x, { labels });
    expect(later.save()).toEqual(model.save());
    expect(load(model.save()).save()).toEqual(model.save());
    // The same as by hand: scaled first, then resampled.
    const scaled = standardize().fit(x).transform(x);
    const more = createResampler({ method: "smote", seed: 1 }).resampleSync(scaled, labels);
    const byHand = detector.fitSync(more.x, { labels: more.y });
    expect(byHand.scoreSync(scaled)).toEqual(model.scoreSync(x));
  });

  it("is refused where it makes no sense", () => {
    const resample = createResampler();
    expect(() => pipeline({ detector: isolationForest(), resample }).fitSync(x, { labels })).toThrow(
      /learn from labels/,
    );
    expect(() => pipeline({ detector, resample }).fitSync(x)).toThrow(/no labels/);
    expect(() =>
      pipeline({ detector, resample }).fitSync(x, { labels, weights: new Float64Array(200).fill(1) }),
    ).toThrow(/no weights/);
  });
});
