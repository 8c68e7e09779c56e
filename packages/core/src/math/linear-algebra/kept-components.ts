/** A variance below this share of the largest is taken for rounding. */
const NO_VARIANCE = 1e-12;

/**
 * How many principal components to keep, of those that vary at all.
 *
 * @param components  below 1 the share of the variance that they have at least, as in scikit-learn the least number whose
 *   variance is more; from 1 on their number
 * @param variances  largest first
 */
export function keptComponents(components: number | "all", variances: Float64Array): number {
  const least = (variances[0] ?? 0) * NO_VARIANCE;
  let rank = 0;
  while (rank < variances.length && (variances[rank] as number) > least) rank++;
  if (components === "all" || components >= 1) return Math.min(rank, components === "all" ? rank : components);
  const total = variances.reduce((sum, v) => sum + v, 0);
  let sum = 0;
  let kept = 0;
  while (kept < rank && sum <= components * total) sum += variances[kept++] as number;
  return kept;
}
