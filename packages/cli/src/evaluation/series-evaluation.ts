import { evaluateSeries, type SeriesEvaluation } from "@telltale/core";
import { UsageError } from "../failure.js";
import { joined, joinedBytes } from "./joined.js";
import type { JudgedFile } from "./judge.js";
import type { Span } from "./time-span.js";

/** What delays and leads are counted in. */
export type TimeUnit = "seconds" | "rows" | "time column";

/** The measures of series, of all files together and of each. */
export interface SeriesResult {
  readonly pooled: SeriesEvaluation;
  /** In the order of the files; those without rows are not in it. */
  readonly perFile: readonly { readonly file: string; readonly series: SeriesEvaluation }[];
  readonly unit: TimeUnit;
}

export interface SeriesQuestion {
  /** Largest fringe of VUS in rows. */
  readonly window: number | undefined;
  readonly horizon: Span | undefined;
  /** What the times are, where there are any. */
  readonly unit: "seconds" | "time column" | undefined;
}

/**
 * Measures files as series. Times that are missing or go back within a file cannot count delays: those are in rows then,
 * and the reason is given to `warn`.
 *
 * @throws UsageError for a horizon in seconds where rows have no time
 */
export function evaluateFiles(
  files: readonly JudgedFile[],
  { window, horizon, unit }: SeriesQuestion,
  warn: (text: string) => void,
): SeriesResult {
  const wrong = unit === undefined ? undefined : outOfOrder(files);
  if (wrong !== undefined) {
    warn(`${wrong}; rows are taken in the order of the file, and delays are counted in rows`);
  }
  const timed = unit !== undefined && wrong === undefined;
  if (horizon?.seconds === true && !(timed && unit === "seconds")) {
    throw new UsageError("USAGE", `--horizon ${horizon.text}: the rows have no time that is counted in seconds`, {
      remedy: "Name a column of times with --time, or give the horizon as a plain number of rows",
    });
  }
  const options = {
    ...(window === undefined ? {} : { window }),
    ...(horizon === undefined ? {} : { horizon: horizon.value }),
  };
  const perFile = files.map(({ file, labels, scores, flags, times }) => ({
    file,
    series: evaluateSeries(labels, scores, flags, { ...options, ...(timed ? { times: times as Float64Array } : {}) }),
  }));
  const [first] = perFile;
  const pooled = perFile.length === 1 && first !== undefined ? first.series : pool(files, options, timed);
  return { pooled, perFile, unit: timed ? unit : "rows" };
}

function pool(
  files: readonly JudgedFile[],
  options: { readonly window?: number; readonly horizon?: number },
  timed: boolean,
): SeriesEvaluation {
  const starts: number[] = [];
  let at = 0;
  for (const { labels } of files) {
    starts.push(at);
    at += labels.length;
  }
  return evaluateSeries(
    joinedBytes(files.map(({ labels }) => labels)),
    joined(files.map(({ scores }) => scores)),
    joinedBytes(files.map(({ flags }) => flags)),
    { ...options, starts, ...(timed ? { times: joined(files.map(({ times }) => times as Float64Array)) } : {}) },
  );
}

/** Why the times of some file are no order of its rows. */
function outOfOrder(files: readonly JudgedFile[]): string | undefined {
  for (const { file, times, labels } of files) {
    if (times === undefined || times.length !== labels.length) return `${file} has no times`;
    for (let i = 0; i < times.length; i++) {
      const time = times[i] as number;
      if (!Number.isFinite(time)) return `${file} has rows without a time`;
      if (i > 0 && time < (times[i - 1] as number)) return `times go back in ${file}`;
    }
  }
  return undefined;
}
