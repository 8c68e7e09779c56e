import { type Matrix, rowRange, stackRows } from "@telltale/core";
import { quantileOfSorted } from "../results/quantile.js";
import type { ColumnProfile } from "./column-profile.js";
import { correlations } from "./correlations.js";
import type { Course } from "./course.js";
import type { Duplicates } from "./duplicate-rows.js";
import type { ColumnFindings, Exploration, Findings, Pair, SplitFindings } from "./exploration.js";
import type { LabelFindings } from "./label-profile.js";
import { type SampledRows, sortedColumn } from "./row-sample.js";
import { autocorrelationsOf, filledIn, periodOf } from "./seasonality.js";
import { separationOf } from "./separation.js";
import { kpss } from "./stationarity.js";
import type { TimeFindings } from "./time-profile.js";
import { warningsOf } from "./warnings.js";

/** What was seen of the rows. */
export interface Seen {
  readonly rows: number;
  readonly files: number;
  readonly starts: readonly number[];
  readonly names: readonly string[];
  readonly profiles: readonly ColumnProfile[];
  readonly variables: readonly number[];
  readonly duplicates: Duplicates;
  readonly time: TimeFindings | undefined;
  readonly labels: LabelFindings | undefined;
  readonly course: Course;
  readonly missing: Course;
  readonly sample: SampledRows;
  readonly anomalies: SampledRows;
  readonly head: SampledRows;
  readonly split: number | undefined;
}

const MOST_PAIRS = 100;
/** Sampled rows times squared columns: what correlations may cost. */
const CORRELATION_COST = 1e9;

/** Works out what the counts of {@link Explorer} say. */
export function findingsOf(seen: Seen): Exploration {
  const { rows, files, names, profiles, variables, duplicates, time, labels, sample, anomalies, head } = seen;
  const autocorrelations = autocorrelationsOf(head.x);
  const used = Math.min(sample.x.rows, Math.max(500, Math.floor(CORRELATION_COST / Math.max(1, names.length ** 2))));
  const found = correlations(thinned(sample.x, used));
  const columns = profiles.map((profile, at): ColumnFindings => {
    const j = variables.indexOf(at);
    const role =
      j >= 0
        ? "variable"
        : profile.name === time?.column
          ? "time"
          : profile.name === labels?.column
            ? "label"
            : "other";
    return {
      ...counted(profile, rows),
      role,
      ...(j < 0 ? NO_QUARTILES : quartilesOf(sample, j)),
      period: j < 0 || nearlyConstant(profile) ? null : periodOf(autocorrelations[j] as Float64Array),
      kpss: j < 0 ? null : levelOf(head, j),
      separation: j < 0 || labels === undefined ? null : separationOf(sample, anomalies, j),
    };
  });
  const findings: Omit<Findings, "warnings"> = {
    rows,
    files,
    columns,
    time: time ?? null,
    labels: labels ?? null,
    duplicates: { rows: duplicates.rows, looked: duplicates.looked },
    identical: duplicates
      .identical()
      .filter((group) => !columns.some((c) => group.includes(c.name) && c.missing === rows)),
    correlations: strongest(found, names),
    split: splitOf(seen),
    sampled: sample.x.rows,
  };
  return {
    findings: { ...findings, warnings: warningsOf(findings) },
    names,
    variables,
    sample,
    anomalies,
    head,
    course: seen.course,
    missing: seen.missing,
    correlations: found,
    autocorrelations,
    starts: seen.starts,
  };
}

/** Evenly spaced rows, at most so many. */
function thinned(x: Matrix, most: number): Matrix {
  const step = Math.ceil(x.rows / most);
  if (step <= 1) return x;
  return stackRows(Array.from({ length: Math.floor(x.rows / step) }, (_, k) => rowRange(x, k * step, k * step + 1)));
}

const NO_QUARTILES = { lowerQuartile: null, median: null, upperQuartile: null };

function quartilesOf(sample: SampledRows, j: number) {
  const sorted = sortedColumn(sample.x, j);
  if (sorted.length === 0) return NO_QUARTILES;
  const at = (q: number) => quantileOfSorted(sorted, q);
  return { lowerQuartile: at(0.25), median: at(0.5), upperQuartile: at(0.75) };
}

function counted(profile: ColumnProfile, rows: number) {
  const { name, type, missing, moments } = profile;
  const some = moments.count > 0 && type !== "timestamp";
  const finite = (value: number) => (some && Number.isFinite(value) ? value : null);
  return {
    name,
    type,
    missing,
    missingShare: missing / rows,
    distinct: profile.distinct ?? null,
    commonest: profile.commonest(5) ?? [],
    infinite: moments.infinite,
    mean: finite(moments.mean),
    standardDeviation: finite(moments.standardDeviation),
    min: finite(moments.min),
    max: finite(moments.max),
    skewness: finite(moments.skewness),
    kurtosis: finite(moments.kurtosis),
    countsRows: profile.counts && type === "float64" && rows > 2,
    longestRun: { rows: profile.longestRun, from: profile.longestRunFrom + 1 },
  };
}

/** Rare ticks of a column that else never changes have no season. */
function nearlyConstant(profile: ColumnProfile): boolean {
  const [most] = profile.commonest(1) ?? [];
  return most !== undefined && most.rows > 0.95 * profile.moments.count;
}

function levelOf({ x }: SampledRows, j: number): number | null {
  const values = filledIn(Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols + j] as number));
  if (values === undefined || values.length < 30) return null;
  const statistic = kpss(values);
  return Number.isFinite(statistic) ? statistic : null;
}

function strongest(r: Float64Array, names: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  const n = names.length;
  for (let a = 0; a < n; a++) {
    for (let b = a + 1; b < n; b++) {
      const value = r[a * n + b] as number;
      if (!Number.isNaN(value)) pairs.push({ a: names[a] as string, b: names[b] as string, r: value });
    }
  }
  return pairs.sort((one, two) => Math.abs(two.r) - Math.abs(one.r)).slice(0, MOST_PAIRS);
}

/** The parts before and behind the split, column by column, the one that differs most first. */
function splitOf({ split, rows, names, sample }: Seen): Findings["split"] {
  if (split === undefined) return null;
  const row = Math.min(rows - 1, Math.max(1, split < 1 ? Math.round(split * rows) : Math.round(split)));
  const columns = names.flatMap((column, j): SplitFindings[] => {
    const part = (inside: (i: number) => boolean) =>
      spread(sortedColumn(sample.x, j, (i) => inside(sample.rows[i] as number)));
    const training = part((i) => i < row);
    const validation = part((i) => i >= row);
    const shift = (validation.mean - training.mean) / training.deviation;
    if (!Number.isFinite(shift)) return [];
    return [{ column, trainingMean: training.mean, validationMean: validation.mean, shift }];
  });
  return { row, columns: columns.sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift)) };
}

function spread(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length) };
}
