import { ParamError } from "../errors.js";

/**
 * Scores of windows spread over the rows that they cover: each row gets the mean score of the windows that contain it.
 *
 * A score belongs to the row where its window of `size` rows ends, as behind the step `windows`. So row t gets the mean of
 * the scores t … t + size − 1, of those there are near the end. Over the scores of whole windows, without the first
 * size − 1 rows, this is what Darts calls `window_agg`. O(scores · size) time.
 *
 * @param scores  one a row
 * @param size  rows in a window, ≥ 1
 * @throws {@link ParamError} `PARAM_RANGE`
 * @example
 * ```ts
 * import { meanOverWindows } from "@telltale/core";
 * console.log([...meanOverWindows(Float64Array.of(0, 0, 6, 0), 2)]); // [0, 3, 3, 0]
 * ```
 */
export function meanOverWindows(scores: Float64Array, size: number): Float64Array {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new ParamError("PARAM_RANGE", `size: expected a whole number ≥ 1; found ${size}`);
  }
  return scores.map((_, t) => {
    const end = Math.min(scores.length, t + size);
    let sum = 0;
    for (let i = t; i < end; i++) sum += scores[i] as number;
    return sum / (end - t);
  });
}
