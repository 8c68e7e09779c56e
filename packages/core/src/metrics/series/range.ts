import { ParamError } from "../../errors.js";
import type { Labels } from "../inputs.js";
import { checkBeta, harmonic } from "../point/rates.js";
import { type Episode, judged, overlapping, type SeriesOptions } from "./events.js";

/** Where in an episode a hit counts most: the same everywhere, at its front, in its middle or at its back. */
export type PositionalBias = "flat" | "front" | "middle" | "back";

/** γ of Tatbul et al.: what an episode keeps of its overlap when so many alarms share it. */
export type Cardinality = "one" | "reciprocal" | ((overlaps: number) => number);

export interface RangeOptions extends SeriesOptions {
  /**
   * α: weight of finding an episode at all, against how much of it is covered; 0 … 1. Default 0 for recall alone and for
   * precision, where existence says nothing.
   */
  readonly alpha?: number;
  /** γ: `reciprocal` (default) divides by the number of overlapping episodes, `one` forgives fragments. */
  readonly cardinality?: Cardinality;
  /** δ: positional bias. Default `flat`. */
  readonly bias?: PositionalBias;
}

/** Options of an F-measure over ranges: recall and precision may differ. */
export interface RangeScoreOptions extends SeriesOptions {
  /** β: recall counts β times as much as precision. Default 1. */
  readonly beta?: number;
  readonly recall?: Omit<RangeOptions, "starts">;
  readonly precision?: Omit<RangeOptions, "starts" | "alpha">;
}

/** Recall and precision of episodes, with their F-measure. */
export interface RangeScores {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/**
 * Range-based recall: the mean over the labelled episodes of α · found + (1 − α) · γ · covered share, where the share may
 * weigh the front, the middle or the back of an episode more.
 *
 * Rows of one long episode do not outvote many short ones, as they do in point recall. With α = 0, γ = 1 and a flat bias
 * it is the mean share of covered rows. Time O(rows).
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @returns 0 … 1; 0 without a labelled episode
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError}
 *   `DATA_LABEL`
 * @see Tatbul, Lee, Zdonik, Alam, Gottschlich (2018), "Precision and recall for time series",
 *   https://doi.org/10.48550/arXiv.1803.03639
 * @example
 * ```ts
 * import { rangeRecall } from "@telltale/core";
 * const labels = [0, 1, 1, 1, 1, 0, 0, 1, 0];
 * const flags = [0, 0, 1, 1, 0, 0, 0, 0, 0];
 * console.log(rangeRecall(labels, flags)); // 0.25
 * console.log(rangeRecall(labels, flags, { alpha: 1 })); // 0.5
 * console.log(rangeRecall(labels, flags, { bias: "front" })); // 0.25
 * ```
 */
export function rangeRecall(labels: Labels, flags: Labels, options: RangeOptions = {}): number {
  const { real, found } = judged(labels, flags, options, "range-based recall");
  return meanReward(real, found, options);
}

/**
 * Range-based precision: the mean over the flagged episodes of the share that is anomalous. The roles of
 * {@link rangeRecall} are swapped; finding something at all earns nothing here, unless `alpha` says otherwise.
 *
 * @returns 0 … 1; 0 when nothing is flagged
 * @throws as {@link rangeRecall}
 * @see Tatbul et al. (2018), https://doi.org/10.48550/arXiv.1803.03639
 * @example
 * ```ts
 * import { rangePrecision } from "@telltale/core";
 * console.log(rangePrecision([0, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 1])); // 0.25
 * ```
 */
export function rangePrecision(labels: Labels, flags: Labels, options: RangeOptions = {}): number {
  const { real, found } = judged(labels, flags, options, "range-based precision");
  return meanReward(found, real, options);
}

/**
 * Range-based precision and recall with their F-measure. With `recall: { alpha: 0.2 }` its `f` is the R-based-F1 of
 * TSB-AD at these flags.
 *
 * @throws as {@link rangeRecall}
 * @example
 * ```ts
 * import { rangeScores } from "@telltale/core";
 * console.log(rangeScores([0, 1, 1, 0], [0, 1, 1, 1])); // { precision: 0.6666666666666666, recall: 1, f: 0.8 }
 * ```
 */
export function rangeScores(labels: Labels, flags: Labels, options: RangeScoreOptions = {}): RangeScores {
  const beta = options.beta ?? 1;
  checkBeta(beta);
  const { real, found } = judged(labels, flags, options, "range-based scores");
  const recall = meanReward(real, found, options.recall ?? {});
  const precision = meanReward(found, real, options.precision ?? {});
  return { precision, recall, f: harmonic(precision, recall, beta) };
}

function meanReward(
  episodes: readonly Episode[],
  others: readonly Episode[],
  { alpha = 0, cardinality = "reciprocal", bias = "flat" }: RangeOptions,
): number {
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new ParamError("PARAM_RANGE", `alpha: expected a number from 0 to 1; found ${alpha}`);
  }
  const weightBefore = CUMULATIVE[bias];
  if (weightBefore === undefined) {
    const choices = Object.keys(CUMULATIVE).join(", ");
    throw new ParamError("PARAM_RANGE", `bias: expected one of ${choices}; found ${JSON.stringify(bias)}`);
  }
  let sum = 0;
  overlapping(episodes, others, ({ start, end }, from, to) => {
    if (to === from) return;
    const length = end - start;
    let covered = 0;
    for (let j = from; j < to; j++) {
      const other = others[j] as Episode;
      const first = Math.max(start, other.start) - start;
      const after = Math.min(end, other.end) - start;
      covered += weightBefore(after, length) - weightBefore(first, length);
    }
    const share = covered / weightBefore(length, length);
    sum += alpha + (1 - alpha) * share * factor(cardinality, to - from);
  });
  return episodes.length === 0 ? 0 : sum / episodes.length;
}

function factor(cardinality: Cardinality, overlaps: number): number {
  if (overlaps <= 1 || cardinality === "one") return 1;
  if (cardinality === "reciprocal") return 1 / overlaps;
  const value = typeof cardinality === "function" ? cardinality(overlaps) : Number.NaN;
  if (value >= 0 && value <= 1) return value;
  throw new ParamError(
    "PARAM_RANGE",
    `cardinality: expected "one", "reciprocal" or a function to numbers from 0 to 1; found ${
      typeof cardinality === "function" ? `${value} for ${overlaps} overlaps` : JSON.stringify(cardinality)
    }`,
  );
}

/**
 * Sum of the weights of the first k of n rows, in closed form: an episode may be millions of rows long. Weights are
 * whole numbers, so sums are exact below 2⁵³.
 */
const CUMULATIVE: Readonly<Record<PositionalBias, (k: number, n: number) => number>> = {
  flat: (k) => k,
  back: (k) => (k * (k + 1)) / 2,
  front: (k, n) => (k * (2 * n - k + 1)) / 2,
  middle(k, n) {
    const half = Math.floor(n / 2);
    const rising = Math.min(k, half);
    const falling = k - rising;
    // Past the middle the weights fall from n − half to 1.
    return (rising * (rising + 1)) / 2 + (falling * (2 * (n - half) - falling + 1)) / 2;
  },
};
