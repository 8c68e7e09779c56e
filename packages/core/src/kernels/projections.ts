/**
 * The kernels under LODA, a histogram of each of many sparse projections: their arguments.
 *
 * *Numerical contract*: same bits on every path. The projection of a row is Σ weight · value over the features of the cut in
 * their order, each product rounded, starting from the first one. Its bin is the whole part of (z − low) · scale, but at most
 * the last one. A row's score is the sum of its levels in the order of the cuts, starting from 0, divided by their number.
 */

/** Sparse projections: cut c looks at `perCut` features, those from c · perCut on. */
export interface Projections {
  readonly cuts: number;
  readonly perCut: number;
  /** cuts × perCut: columns of the matrix. */
  readonly features: Int32Array;
  readonly weights: Float64Array;
}

export interface ProjectionRangeArgs extends Projections {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** The cuts to do. */
  readonly from: number;
  readonly to: number;
  readonly threads: number;
  /** Outputs, one a cut: the least and greatest projection; NaN counts as neither. −0 and 0 are the same. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface ProjectionHistogramArgs extends Projections {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly low: Float64Array;
  /** Bins per unit, of each cut. */
  readonly scale: Float64Array;
  readonly threads: number;
  /** Output, cuts × bins: how many rows fall into each bin. */
  readonly counts: Int32Array;
}

export interface ProjectionScoreArgs extends Projections {
  readonly bins: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly scale: Float64Array;
  /** cuts × (bins + 1): what a projection in each bin adds to a score, and last what one outside `low` … `high` adds. */
  readonly levels: Float64Array;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** Output, one a row. */
  readonly scores: Float64Array;
}
