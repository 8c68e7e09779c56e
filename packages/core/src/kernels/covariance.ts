/**
 * The kernels of covariances: their arguments and what they promise.
 *
 * *Numerical contract*: same bits on every path and for every number of threads.
 *
 * - Moments are made block by block, {@link MOMENT_BLOCK_ROWS} rows each. A block has its own mean (sums in the order of the
 *   rows, divided by their number) and the products of differences from it, added in the order of the rows; no digit is
 *   lost to a large mean. Block after block is joined: δ = m' − m, scatter ← scatter + (scatter' + δ δᵀ · (n n' / (n + n'))),
 *   m ← m + δ · (n' / (n + n')).
 * - With weights a row counts w times: sums are those of w · x, n is the sum of the weights, and a product is (w · dᵢ) · dⱼ for
 *   i ≥ j. Rows, and blocks, without weight are left out.
 * - The product of a direction with a row adds column j after column j − 1, from 0, up to the last column that is not 0 in
 *   all of eight directions (0 … 7, 8 … 15, … of a group). Its square adds to sum k mod 8 of its
 *   group, k counted from the group's first direction, and the eight are folded by halves,
 *   ((0+4)+(2+6)) + ((1+5)+(3+7)). A result that is no number, which takes values beyond the range of doubles, is ∞.
 * - What a row has beside the directions takes direction after direction away, product times `back`; the square of its column j
 *   adds to sum j mod 8, which are folded in the same way.
 * - A concentration step takes the rows of least norm; of equal ones the first.
 *
 * @see https://doi.org/10.1080/00031305.1983.10483115 Chan, Golub, LeVeque: algorithms for computing the sample variance
 */

export const MOMENT_BLOCK_ROWS = 128;

/**
 * Mean and scatter of rows `from` … `to − 1` of a list; a call goes on from `count`, `mean` and `scatter` as they are. Only
 * the last call may end within a block.
 */
export interface ColumnMomentsArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** The rows to take, in this order; empty for all rows of x. */
  readonly index: Int32Array;
  /** The first place of the list, a multiple of {@link MOMENT_BLOCK_ROWS}. */
  readonly from: number;
  readonly to: number;
  /** One for each row of x, finite, ≥ 0: how often it counts; empty when each of them counts once. */
  readonly weights: Float64Array;
  readonly threads: number;
  /** In and out, one number, 0 at first: rows so far, or the sum of their weights. */
  readonly count: Float64Array;
  /** In and out, `cols`. */
  readonly mean: Float64Array;
  /** In and out, cols × cols, symmetric: Σ (x − mean)(x − mean)ᵀ. */
  readonly scatter: Float64Array;
}

/** For squared projections alone. */
export const NOTHING_BESIDE = { back: new Float64Array(0), beside: false } as const;

/** Cuts the moments of many rows into calls for a few. */
export function momentSlices(args: ColumnMomentsArgs, rowsPerSlice: number): ColumnMomentsArgs[] {
  const step = Math.max(1, Math.floor(rowsPerSlice / MOMENT_BLOCK_ROWS)) * MOMENT_BLOCK_ROWS;
  const slices: ColumnMomentsArgs[] = [];
  for (let from = args.from; from < args.to; from += step) {
    slices.push({ ...args, from, to: Math.min(args.to, from + step) });
  }
  return slices;
}

/** Squared lengths of rows in some directions: of W (x − centre), where W has groups of rows. */
export interface SquaredProjectionsArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly center: Float64Array;
  /** Row-major, directions × cols: W. */
  readonly directions: Float64Array;
  /** The number of directions in each group, at least 1 group; they add up to the directions. A group may have none. */
  readonly groups: Int32Array;
  /**
   * directions × cols: what the product with each direction stands for, so that x − centre − Σ product · back is what a row has
   * beside the directions; empty when nobody asks.
   */
  readonly back: Float64Array;
  /** Whether the squared length of that is asked for. */
  readonly beside: boolean;
  readonly threads: number;
  /**
   * Output, rows × groups: the sum of the squares of the products with the directions of each group. With `beside` one column
   * more.
   */
  readonly norms: Float64Array;
}

/**
 * Concentration steps (C-steps) of the minimum covariance determinant for candidates `from` … `to − 1`: from a mean and
 * scatter to those of the `support` rows that are nearest to it, again and again.
 *
 * A candidate ends after `iterations` steps, when a step does not lower the determinant (it then stays before that step), or
 * when its scatter has no Cholesky factor, which makes its log-determinant −∞: `support` rows lie in a hyperplane, exactly.
 *
 * @see https://doi.org/10.1080/00401706.1999.10485670 Rousseeuw, Van Driessen: a fast algorithm for the MCD
 */
export interface ConcentrationArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Rows to keep, cols < support ≤ rows. */
  readonly support: number;
  readonly iterations: number;
  readonly from: number;
  readonly to: number;
  readonly threads: number;
  /** In and out, candidates × cols. */
  readonly means: Float64Array;
  /** In and out, candidates × cols × cols. */
  readonly scatters: Float64Array;
  /** Output, one a candidate: ln det of its scatter; ∞ where no step was done. */
  readonly logDeterminants: Float64Array;
}

/** A pivot of Cholesky's factorisation below this share of its diagonal value counts as 0. */
export const SINGULAR_SHARE = 1e-13;

/** Cuts the steps of many candidates into calls for a few. */
export function concentrationSlices(args: ConcentrationArgs, candidatesPerSlice: number): ConcentrationArgs[] {
  const slices: ConcentrationArgs[] = [];
  for (let from = args.from; from < args.to; from += candidatesPerSlice) {
    slices.push({ ...args, from, to: Math.min(args.to, from + candidatesPerSlice) });
  }
  return slices;
}
