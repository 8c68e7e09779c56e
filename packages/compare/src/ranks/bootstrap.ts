import { ParamError, quantileOf, Random, ShapeError } from "@telltale/core";

/** Paired figures of two detectors over the same data sets. */
export interface PairedComparison {
  /** Mean of a − b over the data sets. */
  readonly meanDifference: number;
  /** Bounds of its bootstrap interval. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Data sets on which a is better, worse, or equal. */
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly pairs: number;
}

export interface BootstrapOptions {
  /** Probability that the interval covers. Default 0.95. */
  readonly level?: number;
  /** Default 10,000. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * Mean paired difference of two detectors with its percentile bootstrap interval over data sets, and the wins.
 *
 * @param a  a figure for each data set
 * @param b  those of the other detector
 * @throws ShapeError `SHAPE_MISMATCH`, `SHAPE_EMPTY` · ParamError `PARAM_RANGE`
 * @see Efron and Tibshirani (1993), "An introduction to the bootstrap", chapter 13
 * @example
 * ```ts
 * import { pairedBootstrap } from "@telltale/compare";
 * const { wins, losses, meanDifference, lower } = pairedBootstrap([0.9, 0.8, 0.7, 0.9], [0.8, 0.7, 0.75, 0.7]);
 * console.log(wins, losses, meanDifference.toFixed(4), lower < meanDifference); // 3 1 0.0875 true
 * ```
 */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { level = 0.95, resamples = 10_000, seed = 0 }: BootstrapOptions = {},
): PairedComparison {
  if (a.length !== b.length) {
    throw new ShapeError(
      "SHAPE_MISMATCH",
      `pairs need as many figures on both sides; found ${a.length} and ${b.length}`,
    );
  }
  if (a.length === 0)
    throw new ShapeError("SHAPE_EMPTY", "a paired comparison needs at least one data set; found none");
  if (!(level > 0 && level < 1)) throw new ParamError("PARAM_RANGE", `level: expected between 0 and 1; found ${level}`);
  if (!Number.isSafeInteger(resamples) || resamples < 100 || resamples > 10_000_000) {
    throw new ParamError(
      "PARAM_RANGE",
      `resamples: expected a whole number from 100 to 10,000,000; found ${resamples}`,
    );
  }
  const differences = Float64Array.from(a, (value, i) => value - (b[i] as number));
  const n = differences.length;
  const random = new Random(seed);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += differences[random.below(n)] as number;
    means[r] = sum / n;
  }
  const tail = (1 - level) / 2;
  return {
    meanDifference: differences.reduce((sum, each) => sum + each, 0) / n,
    lower: quantileOf(means, tail),
    upper: quantileOf(means, 1 - tail),
    level,
    wins: differences.filter((each) => each > 0).length,
    losses: differences.filter((each) => each < 0).length,
    ties: differences.filter((each) => each === 0).length,
    pairs: n,
  };
}
