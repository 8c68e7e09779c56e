import type { SeriesRows } from "./series-rows.js";

/** Ways to fill in missing values from the series itself. */
export const FILLS = ["previous", "linear"] as const;
export type Fill = (typeof FILLS)[number];

/**
 * Fills in missing values from the values around them: the last one before (`previous`), or a straight line between the last one before
 * and the next one after (`linear`), by row. Runs longer than `limit` rows stay missing as a whole, as do those at the beginning, and
 * with `linear` at the end, where there is nothing to lean on.
 */
export function fillGaps(
  series: SeriesRows,
  how: Fill,
  limit = Number.POSITIVE_INFINITY,
): { readonly series: SeriesRows; readonly filled: number } {
  const { rows, names } = series;
  const cols = names.length;
  const values = series.values.slice();
  let filled = 0;
  for (let j = 0; j < cols; j++) {
    let last = -1;
    for (let i = 0; i <= rows; i++) {
      if (i < rows && Number.isNaN(values[i * cols + j])) continue;
      const length = i - last - 1;
      if (length > 0 && length <= limit && last >= 0 && (i < rows || how === "previous")) {
        const before = values[last * cols + j] as number;
        const step = how === "previous" ? 0 : ((values[i * cols + j] as number) - before) / (length + 1);
        for (let k = 1; k <= length; k++) values[(last + k) * cols + j] = before + k * step;
        filled += length;
      }
      last = i;
    }
  }
  return { series: { ...series, values }, filled };
}
