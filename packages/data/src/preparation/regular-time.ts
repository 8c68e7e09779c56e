import { DataError, ParamError } from "@telltale/core";
import type { Column } from "../table.js";
import { type SeriesRows, takeCells } from "./series-rows.js";

/** How the readings that fall into one step become one. */
export const AGGREGATES = ["mean", "median", "min", "max", "first", "last"] as const;
export type Aggregate = (typeof AGGREGATES)[number];

/** So many rows at most are made for each that was read, beyond a million: a wrong unit would fill the memory. */
const MOST_ROWS_EACH = 1000;
const ALWAYS_ALLOWED = 1_000_000;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A duration such as `500ms`, `10s`, `5min`, `1h`, `1d`, in milliseconds; a bare number is in the units of a column of numbers.
 *
 * @throws ParamError `PARAM_TYPE`
 */
export function parseDuration(text: string): { readonly step: number; readonly unit: boolean } {
  const found = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim());
  const unit = found?.[2] ?? "";
  const factor = unit === "" ? 1 : UNITS[unit];
  const step = Number(found?.[1]) * (factor ?? Number.NaN);
  if (step > 0 && Number.isFinite(step)) return { step, unit: unit !== "" };
  throw new ParamError(
    "PARAM_TYPE",
    `expected a duration such as 500ms, 10s, 5min, 1h or 1d; found ${JSON.stringify(text)}`,
  );
}

/** What {@link regularTime} did. */
export interface RegularReport {
  /** Steps without a reading: their variables are missing. */
  readonly gaps: number;
  /** Steps of the longest run without a reading. */
  readonly longestGap: number;
}

/**
 * Puts a series on a regular grid of times: one row for each step from the first to the last, named by the beginning of the step. The
 * readings of a step become one; a step without a reading is a row of missing values. A step is anomalous when one of its rows is; a
 * column that is carried along has the last value of the step.
 *
 * @param series  in order of time
 * @param every  length of a step: milliseconds for times
 * @throws DataError `DATA_TIME` without a time column, or one of text; ParamError `PARAM_RANGE` for a step that makes far too many rows
 */
export function regularTime(
  series: SeriesRows,
  every: number,
  aggregate: Aggregate,
): { readonly series: SeriesRows; readonly report: RegularReport; readonly gap: Uint8Array } {
  const { time, names, rows } = series;
  if (time === undefined || time.type === "string" || time.type === "boolean") {
    throw new DataError("DATA_TIME", "a regular step needs a column of times or numbers that says when", {
      remedy: "Name it with --time",
    });
  }
  const when = time.values;
  const bins = Array.from(when, (at) => Math.floor(at / every));
  const first = bins[0] ?? 0;
  const steps = rows === 0 ? 0 : (bins[rows - 1] as number) - first + 1;
  if (steps > ALWAYS_ALLOWED && steps > rows * MOST_ROWS_EACH) {
    throw new ParamError("PARAM_RANGE", `a step of ${every} would make ${steps} rows of ${rows}`, {
      remedy: "Choose a longer step, or check the times of the first and the last row",
    });
  }
  const cols = names.length;
  const values = new Float64Array(steps * cols).fill(Number.NaN);
  const labels = series.labels && new Uint8Array(steps);
  const gap = new Uint8Array(steps).fill(1);
  const lastRow: number[] = new Array(steps).fill(-1);
  for (let from = 0; from < rows; ) {
    let to = from + 1;
    while (to < rows && bins[to] === bins[from]) to++;
    const step = (bins[from] as number) - first;
    gap[step] = 0;
    lastRow[step] = to - 1;
    for (let i = from; i < to; i++) if (labels && series.labels?.[i] === 1) labels[step] = 1;
    for (let j = 0; j < cols; j++) values[step * cols + j] = combined(series.values, cols, j, from, to, aggregate);
    from = to;
  }
  const grid: Column = {
    name: time.name,
    type: time.type,
    values: Float64Array.from({ length: steps }, (_, k) => (first + k) * every),
  };
  const beside = series.beside.map((column) => takeCells(column, lastRow));
  const regular = { ...series, rows: steps, values, time: grid, labels, beside };
  return {
    series: regular,
    report: { gaps: gap.reduce((sum, one) => sum + one, 0), longestGap: longestRun(gap) },
    gap,
  };
}

/** The values of a column in some rows as one; missing ones are left out. */
function combined(values: Float64Array, cols: number, j: number, from: number, to: number, how: Aggregate): number {
  const found: number[] = [];
  for (let i = from; i < to; i++) {
    const value = values[i * cols + j] as number;
    if (!Number.isNaN(value)) found.push(value);
  }
  if (found.length === 0) return Number.NaN;
  switch (how) {
    case "mean":
      return found.reduce((sum, value) => sum + value, 0) / found.length;
    case "median": {
      found.sort((a, b) => a - b);
      const middle = found.length >> 1;
      const upper = found[middle] as number;
      return found.length % 2 === 1 ? upper : ((found[middle - 1] as number) + upper) / 2;
    }
    case "min":
      return found.reduce((a, b) => Math.min(a, b));
    case "max":
      return found.reduce((a, b) => Math.max(a, b));
    case "first":
      return found[0] as number;
    case "last":
      return found.at(-1) as number;
  }
}

function longestRun(marks: Uint8Array): number {
  let longest = 0;
  let run = 0;
  for (const mark of marks) {
    run = mark === 1 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
