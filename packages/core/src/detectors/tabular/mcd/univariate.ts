/** The least variance of so many values, exactly: they stand together when the values are sorted (Rousseeuw, Leroy 1987). */
export function leastVariance(
  values: Float64Array,
  support: number,
): { readonly mean: number; readonly scatter: number } {
  const sorted = values.slice().sort();
  // In differences from the middle, whose squares lose no digits to an offset; added anew for each place, two at a time.
  const middle = sorted[sorted.length >> 1] as number;
  const sums = new Float64Array(sorted.length + 1);
  const squares = new Float64Array(sorted.length + 1);
  for (let i = 0; i < sorted.length; i++) {
    const v = (sorted[i] as number) - middle;
    sums[i + 1] = (sums[i] as number) + v;
    squares[i + 1] = (squares[i] as number) + v * v;
  }
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let from = 0; from + support <= sorted.length; from++) {
    const sum = (sums[from + support] as number) - (sums[from] as number);
    const scatter = (squares[from + support] as number) - (squares[from] as number) - (sum * sum) / support;
    if (scatter < least) {
      least = scatter;
      best = from;
    }
  }
  const taken = sorted.subarray(best, best + support);
  let mean = 0;
  for (const v of taken) mean += v - middle;
  mean = mean / support + middle;
  let scatter = 0;
  for (const v of taken) scatter += (v - mean) ** 2;
  return { mean, scatter };
}
