import { ShapeError } from "@telltale/core";

/** Critical value of 5 % for a level, of Kwiatkowski et al., table 1. */
export const KPSS_LEVEL_5 = 0.463;

/**
 * The statistic of Kwiatkowski, Phillips, Schmidt and Shin: above {@link KPSS_LEVEL_5} the values do not stay around one
 * level (at 5 %). Lags of the long-run variance: ⌈12 (n / 100)^¼⌉, as statsmodels' `kpss(…, nlags="legacy")`.
 *
 * @param values  n ≥ 3 finite values in the order of time
 * @returns NaN for a constant series
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS`
 * @see https://doi.org/10.1016/0304-4076(92)90104-Y Kwiatkowski et al. (1992), "Testing the null hypothesis of stationarity against the alternative of a unit root"
 */
export function kpss(values: Float64Array): number {
  const n = values.length;
  if (n < 3) throw new ShapeError("SHAPE_TOO_FEW_ROWS", `the test of a level needs 3 values; found ${n}`);
  let mean = 0;
  for (const v of values) mean += v / n;
  const residuals = values.map((v) => v - mean);
  let eta = 0;
  let sum = 0;
  for (const r of residuals) {
    sum += r;
    eta += sum * sum;
  }
  const lags = Math.min(Math.ceil(12 * (n / 100) ** 0.25), n - 1);
  const product = (k: number) => {
    let total = 0;
    for (let t = k; t < n; t++) total += (residuals[t] as number) * (residuals[t - k] as number);
    return total;
  };
  let longRun = product(0);
  for (let k = 1; k <= lags; k++) longRun += 2 * product(k) * (1 - k / (lags + 1));
  return eta / (n * longRun);
}
