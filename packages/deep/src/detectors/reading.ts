import { chain, History, type Matrix, type MaybePromise, type Run, type SeriesRun } from "@telltale/core";
import { type WindowSource, windowsOf } from "../windows/window-source.js";

/** Rows before the first whole window have none of these; see {@link openReading}. */
export type RowValues = (source: WindowSource, run: Run) => MaybePromise<Float64Array>;

/**
 * A series in chunks under a network that reads the `before` rows before a row, or with it.
 *
 * @param ahead  rows after a window that it says something about: 1 for a forecast, 0 for its own last row
 * @param width  numbers that `valuesOf` gives for a window
 * @param take  makes scores, and contributions, of the numbers of a chunk; a row before the first whole window has NaN
 */
export function openReading(
  window: number,
  ahead: 0 | 1,
  width: (cols: number) => number,
  valuesOf: RowValues,
  take: (values: Float64Array, cols: number, contributions: Float64Array | undefined) => Float64Array,
): SeriesRun {
  const span = window - 1 + ahead;
  const history = new History(span);
  let seen = 0;
  return {
    push(x, run, contributions) {
      const { rows, cols } = x;
      const data = history.extend(x);
      const early = Math.max(0, Math.min(rows, span - seen));
      seen += rows;
      const known: Matrix = { data, rows: rows + span, cols };
      const source = windowsOf(known, undefined, window, ahead);
      const late = { ...source, first: source.first.subarray(early) };
      return chain(valuesOf(late, run), (values) => {
        const all = new Float64Array(rows * width(cols)).fill(Number.NaN);
        all.set(values, early * width(cols));
        return take(all, cols, contributions);
      });
    },
  };
}
