/**
 * Spearman's rank correlation of two sequences of the same length; ties share the mean of their ranks.
 *
 * @see Spearman (1904), https://doi.org/10.2307/1412159
 */
export function rankCorrelation(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values have no rank correlation`);
  const [p, q] = [ranks(a), ranks(b)];
  const mean = (a.length - 1) / 2;
  let [product, left, right] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [(p[i] as number) - mean, (q[i] as number) - mean];
    product += u * v;
    left += u * u;
    right += v * v;
  }
  return product / Math.sqrt(left * right);
}

function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((i, j) => (values[i] as number) - (values[j] as number));
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    const value = values[order[from] as number];
    while (to < order.length && values[order[to] as number] === value) to += 1;
    for (let i = from; i < to; i++) out[order[i] as number] = (from + to - 1) / 2;
    from = to;
  }
  return out;
}
