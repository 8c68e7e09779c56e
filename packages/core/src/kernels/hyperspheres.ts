/**
 * The kernel under INNE, an ensemble of sets of hyperspheres: its arguments.
 *
 * *Numerical contract*: same bits on every path. A squared distance is the sum of the squares of the differences, column by
 * column in their order, each square rounded, starting from that of column 0. A row's score is the sum over the sets in their
 * order, starting from 0, divided by their number.
 */
export interface HypersphereScoreArgs {
  readonly sets: number;
  /** Spheres in each set. */
  readonly spheres: number;
  /** sets × spheres × cols. */
  readonly centres: Float64Array;
  /** Squared radii, sets × spheres, ascending in each set. */
  readonly radii: Float64Array;
  /** What a row gets of a set when this sphere is the first of those that it lies in; 1 when it lies in none. */
  readonly values: Float64Array;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly threads: number;
  /** Output, one a row. */
  readonly scores: Float64Array;
}
