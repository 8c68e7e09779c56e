/**
 * The kernels of the one-class support vector machine in linear time: stochastic gradient descent on random Fourier
 * features.
 *
 * *Numerical contract*: same bits on every path. Features, margins and steps are made of + − × ÷ and comparisons in a
 * fixed order; a sum over features runs in eight partial sums (feature f in sum f mod 8), added as
 * ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7)).
 */

/**
 * Random Fourier features: feature f of a row x is cos(2π (x · frequency f + phase f)). With no phases the features are
 * the columns themselves: the linear kernel.
 */
export interface FourierFeatures {
  /** cols × features: how many turns feature f makes a unit of column j, at j · features + f. */
  readonly frequencies: Float64Array;
  /** In turns, 0 … 1; its length is the number of features, or 0 for the linear kernel. */
  readonly phases: Float64Array;
}

export interface LinearOneClassSvmFitArgs extends FourierFeatures {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly nu: number;
  /** Rows drawn, with replacement, for each step: step t draws from stream t of the seed. */
  readonly batch: number;
  /** Steps of this call, and the number of the first one, from 0. */
  readonly steps: number;
  readonly firstStep: number;
  readonly seed: number;
  readonly threads: number;
  /** In and out, zeros at first: the weights after the last step, one a feature. */
  readonly weights: Float64Array;
  /** In and out, zeros at first: the mean of the weights over the steps, step t counted t + 1 times. */
  readonly mean: Float64Array;
}

export interface LinearOneClassSvmScoreArgs extends FourierFeatures {
  readonly weights: Float64Array;
  /** The score is offset − scale · (weights · features). */
  readonly offset: number;
  readonly scale: number;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  readonly scores: Float64Array;
}
