import { isMissing } from "../table.js";
import { type SeriesRows, takeRows } from "./series-rows.js";

/** What {@link tidyRows} took away or moved. */
export interface TidyReport {
  /** Rows without a time. */
  readonly withoutTime: number;
  /** Rows in which every variable is missing. */
  readonly empty: number;
  /** Rows that repeat an earlier one: the same time, or without times the row before, and the same values. */
  readonly duplicates: number;
  /** Rows that came after a later one and were moved. */
  readonly moved: number;
}

/**
 * Takes rows away that say nothing or say it twice, and puts the others in order of time. Rows of one time with different values stay, in
 * the order of the file.
 */
export function tidyRows(series: SeriesRows): { readonly series: SeriesRows; readonly report: TidyReport } {
  const { rows, names, values, time } = series;
  const cols = names.length;
  let order: number[] = [];
  let withoutTime = 0;
  let empty = 0;
  for (let i = 0; i < rows; i++) {
    if (time !== undefined && isMissing(time, i)) withoutTime++;
    else if (values.subarray(i * cols, (i + 1) * cols).every(Number.isNaN)) empty++;
    else order.push(i);
  }
  let moved = 0;
  if (time !== undefined && time.type !== "string") {
    const when = time.values;
    let latest = Number.NEGATIVE_INFINITY;
    for (const row of order) {
      if ((when[row] as number) < latest) moved++;
      else latest = when[row] as number;
    }
    // Sorting keeps the order of equal times.
    if (moved > 0) order.sort((a, b) => (when[a] as number) - (when[b] as number));
  }
  const before = order.length;
  order = withoutRepeats(series, order);
  const duplicates = before - order.length;
  const report = { withoutTime, empty, duplicates, moved };
  return { series: order.length === rows && moved === 0 ? series : takeRows(series, order), report };
}

/** Without the rows that repeat another one of the same time, or, where there are no times, the row before. */
function withoutRepeats({ names, values, time, labels }: SeriesRows, order: readonly number[]): number[] {
  const cols = names.length;
  const same = (a: number, b: number) => {
    if (labels !== undefined && labels[a] !== labels[b]) return false;
    for (let j = 0; j < cols; j++) if (!Object.is(values[a * cols + j], values[b * cols + j])) return false;
    return true;
  };
  if (time === undefined) return order.slice();
  const kept: number[] = [];
  let group = 0;
  for (const row of order) {
    if (kept.length > group && time.values[kept[group] as number] !== time.values[row]) group = kept.length;
    let repeats = false;
    for (let k = group; k < kept.length && !repeats; k++) repeats = same(kept[k] as number, row);
    if (!repeats) kept.push(row);
  }
  return kept;
}
