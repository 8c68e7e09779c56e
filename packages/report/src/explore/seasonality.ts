import { autocorrelation, type Matrix } from "@telltale/core";

/** Lags that are looked at, as far as a quarter of the rows allows. */
const MOST_LAGS = 1000;
/** Columns that are looked at; each costs some twenty million operations. */
const MOST_COLUMNS = 100;
/** An autocorrelation below this says little. */
const LEAST = 0.2;

/** Autocorrelations of the columns of consecutive rows; empty for one with a missing value or without any spread. */
export function autocorrelationsOf(head: Matrix): Float64Array[] {
  const { data, rows, cols } = head;
  const lags = Math.min(MOST_LAGS, Math.floor(rows / 4));
  return Array.from({ length: cols }, (_, j) => {
    if (j >= MOST_COLUMNS || lags < 3) return new Float64Array(0);
    const values = Float64Array.from({ length: rows }, (_, i) => data[i * cols + j] as number);
    const filled = filledIn(values);
    if (filled === undefined) return new Float64Array(0);
    const found = autocorrelation(filled, lags);
    return found.some(Number.isNaN) ? new Float64Array(0) : found;
  });
}

/** Few missing values are the last one before; undefined where more than a tenth is missing, or nothing varies. */
export function filledIn(values: Float64Array): Float64Array | undefined {
  const first = values.find((v) => v - v === 0);
  if (first === undefined) return undefined;
  let last = first;
  let missing = 0;
  let varies = false;
  const filled = values.map((v) => {
    if (v - v !== 0) {
      missing++;
      return last;
    }
    varies ||= v !== first;
    last = v;
    return v;
  });
  return varies && missing * 10 <= values.length ? filled : undefined;
}

/**
 * The lag of the first peak that is nearly as high as the highest one, behind the first fall below nought: after so many
 * rows the values repeat themselves.
 */
export function periodOf(found: Float64Array): { readonly rows: number; readonly autocorrelation: number } | null {
  let from = 1;
  while (from < found.length && (found[from] as number) > 0) from++;
  const peaks: number[] = [];
  for (let k = from; k + 1 < found.length; k++) {
    const here = found[k] as number;
    if (here > LEAST && here >= (found[k - 1] as number) && here > (found[k + 1] as number)) peaks.push(k);
  }
  const highest = Math.max(...peaks.map((k) => found[k] as number));
  const lag = peaks.find((k) => (found[k] as number) >= 0.9 * highest);
  return lag === undefined ? null : { rows: lag, autocorrelation: found[lag] as number };
}
