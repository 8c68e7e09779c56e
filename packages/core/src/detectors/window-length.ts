import { ParamError } from "../errors.js";
import { findWindowLength } from "../math/autocorrelation.js";
import type { Matrix } from "../matrix.js";

/**
 * Rows in a window: as asked, or for `auto` the period of the first column of the longest series, at most half of it.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when no series is as long as the window
 */
export function windowLength(series: readonly Matrix[], window: number | "auto"): number {
  const longest = series.reduce((a, b) => (b.rows > a.rows ? b : a));
  if (window === "auto") {
    const { rows, cols, data } = longest;
    const first = Float64Array.from({ length: rows }, (_, i) => data[i * cols] as number);
    return Math.max(1, Math.min(findWindowLength(first), Math.floor(rows / 2)));
  }
  if (window <= longest.rows) return window;
  throw new ParamError("PARAM_RANGE", `window: ${window} rows asked of series that have at most ${longest.rows}`, {
    remedy: `Choose window ≤ ${longest.rows}, or train on longer series`,
  });
}
