import { matrix, windows } from "@telltale/core";
import {
  type Aggregate,
  applyPreparation,
  FILLS,
  type Fill,
  fillGaps,
  type LabelReader,
  parseDuration,
  regularTime,
  type SavedPreparation,
  type SeriesRows,
  type Source,
  seriesRows,
  type Table,
  takeRows,
  tidyRows,
} from "@telltale/data";
import { UsageError } from "../failure.js";

/** What is done to each series. */
export interface SeriesPlan {
  readonly names: readonly string[];
  readonly time: string | undefined;
  readonly label: string | undefined;
  readonly keep: readonly string[];
  readonly every: string | undefined;
  readonly aggregate: Aggregate;
  readonly markGaps: boolean;
  readonly fill: string | undefined;
  readonly fillLimit: number | undefined;
  readonly dropMissing: boolean;
}

/** What happened to one file, for the report. */
export interface SeriesReport {
  file: string;
  out: string;
  rowsRead: number;
  rowsWritten: number;
  withoutTime: number;
  empty: number;
  duplicates: number;
  moved: number;
  gaps: number;
  longestGap: number;
  filled: number;
  droppedMissing: number;
  missingLeft: number;
}

/** A series on its way, with the report so far and the marks of its gaps. */
export interface Prepared {
  readonly series: SeriesRows;
  readonly gap: Uint8Array | undefined;
  readonly report: SeriesReport;
}

/** The series of a source, one file after the other, tidied, put on the grid of times and filled from the rows around. */
export async function* tidySeries(
  source: Source,
  plan: SeriesPlan,
  labels: LabelReader | undefined,
  signal: AbortSignal,
): AsyncGenerator<Prepared> {
  const beside = [plan.time, plan.label, ...plan.keep].filter((name) => name !== undefined);
  let chunks: Table[] = [];
  for await (const chunk of source.chunks({ columns: [...plan.names, ...beside] })) {
    signal.throwIfAborted();
    if (chunk.firstRow === 1 && chunks.length > 0) {
      yield tidied(chunks, plan, labels);
      chunks = [];
    }
    chunks.push(chunk);
  }
  yield tidied(chunks, plan, labels);
}

function tidied(chunks: readonly Table[], plan: SeriesPlan, labels: LabelReader | undefined): Prepared {
  const { names, time, label, keep, every, aggregate, fill, fillLimit } = plan;
  const read = seriesRows(chunks, { names, time, label, beside: keep }, labels);
  const tidy = tidyRows(read);
  const report: SeriesReport = {
    file: chunks[0]?.file ?? "",
    out: "",
    rowsRead: read.rows,
    rowsWritten: 0,
    ...tidy.report,
    gaps: 0,
    longestGap: 0,
    filled: 0,
    droppedMissing: 0,
    missingLeft: 0,
  };
  let { series } = tidy;
  let gap: Uint8Array | undefined;
  if (every !== undefined) {
    const regular = regularTime(series, stepOf(every, series), aggregate);
    series = regular.series;
    gap = regular.gap;
    Object.assign(report, regular.report);
  }
  if (FILLS.includes(fill as Fill)) {
    const filled = fillGaps(series, fill as Fill, fillLimit);
    series = filled.series;
    report.filled = filled.filled;
  }
  return { series, gap, report };
}

/** Times need a unit, and a column of numbers must not have one. */
function stepOf(every: string, { time }: SeriesRows): number {
  const { step, unit } = parseDuration(every);
  const times = time?.type === "timestamp";
  if (time === undefined || times === unit) return step;
  throw new UsageError(
    "USAGE",
    times
      ? `--every ${every}: a unit is missing: ${every}s, ${every}min, ${every}h …`
      : `--every ${every}: "${time.name}" has numbers, no times`,
    times ? {} : { remedy: "Give the step as a bare number, in the same unit" },
  );
}

/** Fills in and scales by what was learned, leaves rows out, and makes windows. */
export function finishSeries(
  prepared: Prepared,
  learned: SavedPreparation,
  { dropMissing }: SeriesPlan,
  window: WindowPlan | undefined,
): Prepared {
  const { report } = prepared;
  let { series, gap } = prepared;
  const values = series.values.slice();
  report.filled += applyPreparation(values, learned);
  series = { ...series, values };
  if (dropMissing) {
    const cols = series.names.length;
    const order = Array.from({ length: series.rows }, (_, i) => i).filter(
      (i) => !values.subarray(i * cols, (i + 1) * cols).some(Number.isNaN),
    );
    report.droppedMissing = series.rows - order.length;
    series = takeRows(series, order);
    gap = gap && Uint8Array.from(order, (row) => gap?.[row] ?? 0);
  }
  if (window !== undefined) ({ series, gap } = windowed(series, gap, window));
  report.missingLeft = series.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  report.rowsWritten = series.rows;
  return { series, gap, report };
}

export interface WindowPlan {
  readonly size: number;
  readonly stride: number;
  readonly summary: "flatten" | "statistics";
  /** Keep every n-th window, from the first whole one on; undefined keeps one for each row. */
  readonly every: number | undefined;
}

function windowed(series: SeriesRows, gap: Uint8Array | undefined, plan: WindowPlan): Pick<Prepared, "series" | "gap"> {
  const { every, ...params } = plan;
  if (series.rows === 0) return { series, gap };
  const step = windows(params).fit(matrix(series.values, series.rows, series.names.length, series.names));
  const made = step.transform(matrix(series.values, series.rows, series.names.length, series.names));
  const all = { ...series, names: made.columns ?? [], values: made.data };
  if (every === undefined) return { series: all, gap };
  const first = (plan.size - 1) * plan.stride;
  const order = Array.from(
    { length: Math.max(0, Math.ceil((series.rows - first) / every)) },
    (_, k) => first + k * every,
  );
  const reach = (k: number) => Array.from({ length: plan.size }, (_, back) => k - back * plan.stride);
  // A window is anomalous when one of its rows is.
  const labels =
    series.labels && Uint8Array.from(order, (k) => Number(reach(k).some((row) => series.labels?.[row] === 1)));
  return { series: { ...takeRows(all, order), labels }, gap: gap && Uint8Array.from(order, (row) => gap[row] ?? 0) };
}
