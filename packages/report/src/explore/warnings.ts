import { figure } from "../figures.js";
import type { ColumnFindings, DataWarning, Findings } from "./exploration.js";
import { KPSS_LEVEL_5 } from "./stationarity.js";
import type { TimeFindings } from "./time-profile.js";

/** Names in one sentence; more are counted. */
const MOST_NAMES = 8;
const FEW_ROWS = 100;
/** A correlation from which on one of two columns says nothing new. */
const ALIKE = 0.995;
/** A skewness from which on most rows crowd at one end. */
const SKEWED = 5;
/** A share of rows with one value from which on a column says next to nothing. */
const NEARLY_ALL = 0.995;
/** A column that parts the classes this well alone may have been made from the labels. */
const LEAK = 0.999;
/** Means this many standard deviations apart are not of one regime. */
const SHIFTED = 1;

/** What a user of the data should know, the gravest first. */
export function warningsOf(findings: Omit<Findings, "warnings">): DataWarning[] {
  const { rows, columns, duplicates, identical } = findings;
  const variables = columns.filter(({ role }) => role === "variable");
  const found: DataWarning[] = [];
  const warn = (code: string, text: string, names: readonly string[] = []) =>
    found.push({ code, text, columns: names });
  /** One sentence about all columns for which something holds. */
  const about = (
    code: string,
    holds: (column: ColumnFindings) => boolean,
    one: string,
    many: string,
    among: readonly ColumnFindings[] = variables,
  ) => {
    const names = among.filter(holds).map(({ name }) => name);
    if (names.length > 0) warn(code, `${listed(names)} ${names.length === 1 ? one : many}`, names);
  };
  const empty = ({ missing }: ColumnFindings) => missing === rows;
  const constant = (column: ColumnFindings) => !empty(column) && column.distinct === 1 && column.infinite === 0;

  about("EMPTY", empty, "is empty", "are empty", columns);
  about(
    "CONSTANT",
    constant,
    "never changes",
    "never change",
    columns.filter(({ role }) => role !== "time"),
  );
  about(
    "COUNTS_ROWS",
    ({ countsRows }) => countsRows,
    "only counts the rows: leave it out",
    "only count the rows: leave them out",
  );
  about(
    "NEARLY_CONSTANT",
    (column) =>
      column.distinct !== null && column.distinct > 1 && mostCommon(column) > NEARLY_ALL * (rows - column.missing),
    "has one value in nearly all rows",
    "have one value in nearly all rows",
  );
  for (const names of identical) {
    if (names.every((name) => columns.some((column) => column.name === name && constant(column)))) continue;
    warn("IDENTICAL", `${listed(names)} are identical: all but one can be left out`, names);
  }
  for (const { a, b, r } of findings.correlations) {
    if (Math.abs(r) < ALIKE || identical.some((group) => group.includes(a) && group.includes(b))) continue;
    if (found.filter(({ code }) => code === "ALIKE").length >= 5) break;
    warn("ALIKE", `${a} and ${b} say the same: their correlation is ${r.toFixed(4)}`, [a, b]);
  }
  missingValues(columns, rows, warn);
  about("INFINITE", ({ infinite }) => infinite > 0, "has infinite values", "have infinite values");
  about(
    "TEXT",
    ({ type, role }) => type === "string" && role === "other",
    "is text, which detectors do not read",
    "are text, which detectors do not read",
    columns,
  );
  for (const column of variables) stuck(column, rows, warn);
  if (duplicates.rows > 0) {
    const looked = duplicates.looked < rows ? ` of the first ${figure(duplicates.looked)}` : "";
    warn(
      "DUPLICATE_ROWS",
      `${figure(duplicates.rows)} rows${looked} (${percent(duplicates.rows / duplicates.looked)}) stand twice or more, the same in every column`,
    );
  }
  if (findings.time !== null) times(findings.time, warn);
  labels(findings, warn);
  about(
    "SKEWED",
    ({ skewness, distinct }) =>
      skewness !== null && Math.abs(skewness) > SKEWED && (distinct === null || distinct > 10),
    "is very skewed: a few rows are far out, and a logarithm may help",
    "are very skewed: a few rows are far out, and logarithms may help",
  );
  const shifted = findings.split?.columns.filter(({ shift }) => Math.abs(shift) > SHIFTED) ?? [];
  if (shifted.length > 0) {
    const names = shifted.map(({ column }) => column);
    warn(
      "SPLIT_SHIFT",
      `${listed(names)} ${names.length === 1 ? "is" : "are"} elsewhere behind the split: the means are more than a standard deviation apart, up to ${figure(Math.abs(shifted[0]?.shift ?? 0))}`,
      names,
    );
  }
  if (findings.time !== null) {
    about(
      "NO_LEVEL",
      ({ kpss, countsRows }) => kpss !== null && kpss > 4 * KPSS_LEVEL_5 && !countsRows,
      "does not stay around one level: it drifts, or changes regime",
      "do not stay around one level: they drift, or change regime",
    );
  }
  if (rows < FEW_ROWS)
    warn("FEW_ROWS", `there ${rows === 1 ? "is one row" : `are ${rows} rows`} only: few detectors can learn from them`);
  if (variables.length > rows) warn("WIDE", `there are more columns (${variables.length}) than rows (${rows})`);
  return found;
}

type Warn = (code: string, text: string, names?: readonly string[]) => void;

function missingValues(columns: readonly ColumnFindings[], rows: number, warn: Warn): void {
  const some = columns.filter(({ missing, role }) => missing > 0 && missing < rows && role !== "label");
  if (some.length === 0) return;
  const worst = [...some].sort((a, b) => b.missing - a.missing);
  const shown = worst.slice(0, MOST_NAMES).map(({ name, missingShare }) => `${name} (${percent(missingShare)})`);
  const more = worst.length > shown.length ? ` and ${worst.length - shown.length} more` : "";
  warn(
    "MISSING",
    `values are missing in ${shown.join(", ")}${more}`,
    worst.map(({ name }) => name),
  );
}

function stuck({ name, distinct, longestRun, mean, min }: ColumnFindings, rows: number, warn: Warn): void {
  // A column of few different values stays at one of them as a matter of course.
  if (distinct !== null && distinct < 50) return;
  if (longestRun.rows < Math.max(30, 0.02 * rows) || mean === null || min === null) return;
  warn(
    "STUCK",
    `${name} stays at one value for ${figure(longestRun.rows)} rows from row ${figure(longestRun.from)} on, as a sensor that hangs does`,
    [name],
  );
}

function times(time: TimeFindings, warn: Warn): void {
  const { column, backward, repeated, missing, gaps, gapCount, regular, step, unit } = time;
  const span = (length: number) => (unit === "milliseconds" ? durationText(length) : figure(length));
  if (missing > 0) warn("TIME_MISSING", `${figure(missing)} rows have no time in ${column}`, [column]);
  if (backward > 0)
    warn("TIME_BACKWARD", `${column} does not ascend: ${figure(backward)} rows are before the row before them`, [
      column,
    ]);
  if (repeated > 0) warn("TIME_REPEATED", `${figure(repeated)} rows have the time of the row before them`, [column]);
  const [longest] = gaps;
  if (longest !== undefined && step !== null) {
    warn(
      "GAPS",
      `${figure(gapCount)} ${gapCount === 1 ? "gap" : "gaps"} in ${column}: the longest lasts ${span(longest.to - longest.from)}, where ${span(step)} is usual`,
      [column],
    );
  }
  if (regular !== null && regular < 0.95) {
    warn(
      "MIXED_STEPS",
      `rows are not evenly spaced: only ${percent(regular)} of the steps are the most frequent one, ${span(step ?? 0)}`,
      [column],
    );
  }
}

function labels({ labels: found, columns }: Omit<Findings, "warnings">, warn: Warn): void {
  if (found === null) return;
  const { column, share, normal, anomalies } = found;
  if (normal === 0 || anomalies === 0) {
    warn("ONE_CLASS", `${column} has one class only: every row is ${anomalies === 0 ? "normal" : "an anomaly"}`, [
      column,
    ]);
    return;
  }
  if (share < 0.01)
    warn(
      "IMBALANCE",
      `${percent(share)} of the rows are anomalies (${figure(anomalies)}): average precision says more than accuracy`,
      [column],
    );
  if (share > 0.5) warn("MOSTLY_ANOMALOUS", `${percent(share)} of the rows are anomalies: is 1 the anomaly?`, [column]);
  for (const { name, separation, role } of columns) {
    if (role !== "variable" || separation === null || separation < LEAK) continue;
    warn("LEAK", `${name} alone tells the classes apart: was it made from the labels?`, [name]);
  }
}

function mostCommon({ commonest }: ColumnFindings): number {
  return commonest[0]?.rows ?? 0;
}

function listed(names: readonly string[]): string {
  if (names.length > MOST_NAMES)
    return `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** `0.3 %`, `12 %`; never 0 % of something, nor 100 % of nearly all. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0001) return "less than 0.01 %";
  if (share > 0.999 && share < 1) return "nearly 100 %";
  return `${Number((100 * share).toPrecision(share > 0.99 ? 3 : 2))} %`;
}

const UNITS = [
  ["days", 86_400_000],
  ["hours", 3_600_000],
  ["minutes", 60_000],
  ["seconds", 1000],
] as const;

/** `1 second`, `247 seconds`, `3.5 hours`. */
export function durationText(milliseconds: number): string {
  for (const [unit, length] of UNITS) {
    const count = milliseconds / length;
    if (count >= (unit === "seconds" ? 1 : 2))
      return count === 1 ? "1 second" : `${figure(Number(count.toPrecision(3)))} ${unit}`;
  }
  return `${figure(milliseconds)} ms`;
}
