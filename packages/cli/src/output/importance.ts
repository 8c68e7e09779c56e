import { type FittedPipeline, featureImportance, type TreeEnsemble } from "@telltale/core";

/** Importance of each column that a model of boosted trees asks, by the loss that its splits took away. */
export function importanceOf({ detector }: FittedPipeline) {
  if (detector.spec.name !== "boosted-trees") return null;
  const trees = detector.state as unknown as TreeEnsemble;
  const [gain, cover, weight] = (["total_gain", "cover", "weight"] as const).map((kind) =>
    featureImportance(trees, detector.cols, kind),
  ) as [Float64Array, Float64Array, Float64Array];
  return Array.from(gain, (totalGain, j) => ({
    column: detector.columns?.[j] ?? `column ${j + 1}`,
    weight: weight[j] as number,
    totalGain,
    gain: weight[j] === 0 ? 0 : totalGain / (weight[j] as number),
    cover: cover[j] as number,
  }))
    .filter((each) => each.weight > 0)
    .sort((a, b) => b.totalGain - a.totalGain);
}
