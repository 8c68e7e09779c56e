/**
 * The interpolation kernel of SMOTE and its kin: its arguments.
 *
 * *Numerical contract*: same bits on every path. Synthetic row i draws from stream i of the seed, so neither threads nor
 * slices matter: first the base and its neighbour, as one number below bases × k (or the neighbour alone, below k, where
 * `shares` says which base it is), then the step u in [0, 1), halved towards a row that `halfway` marks. A value is
 * a + u · (b − a) for a of the base and b of the neighbour, then moved to the nearer of the two where rounding or overflow
 * put it outside them: synthetic rows are on the segment, and a column that is constant stays so to the last bit.
 *
 * @see https://doi.org/10.1613/jair.953 Chawla, Bowyer, Hall, Kegelmeyer: SMOTE
 */
export interface SmoteInterpolateArgs {
  /** Row-major matrix of finite values. */
  readonly x: Float64Array;
  readonly sources: number;
  readonly cols: number;
  /** Rows of `x` that synthetic rows start from. */
  readonly bases: Int32Array;
  /** The k rows of `x` beside each base that synthetic rows may lie towards; bases × k < 2^31. */
  readonly neighbours: Int32Array;
  readonly k: number;
  /**
   * Empty: bases are drawn. Else one entry more than bases, ascending from 0: base j makes the synthetic rows from
   * `shares[j]` to `shares[j + 1]`, exclusive.
   */
  readonly shares: Int32Array;
  /** Empty, or for each row of `x` whether synthetic rows go at most half of the way to it. */
  readonly halfway: Uint8Array;
  readonly seed: number;
  /** Number of this call's first synthetic row among all of them, and how many it makes. */
  readonly first: number;
  readonly rows: number;
  readonly threads: number;
  /** Outputs. rows × cols: the synthetic rows. */
  readonly synthetic: Float64Array;
  /** For each synthetic row the place of its base in `bases`. */
  readonly origins: Int32Array;
  /** For each synthetic row the row of `x` it lies towards. */
  readonly towards: Int32Array;
}

/** Cuts the making of many synthetic rows into calls that make a few each. */
export function syntheticSlices(args: SmoteInterpolateArgs, rowsPerSlice: number): SmoteInterpolateArgs[] {
  const slices: SmoteInterpolateArgs[] = [];
  for (let from = 0; from < args.rows; from += rowsPerSlice) {
    const to = Math.min(args.rows, from + rowsPerSlice);
    slices.push({
      ...args,
      first: args.first + from,
      rows: to - from,
      synthetic: args.synthetic.subarray(from * args.cols, to * args.cols),
      origins: args.origins.subarray(from, to),
      towards: args.towards.subarray(from, to),
    });
  }
  return slices;
}
