import { ShapeError } from "../../errors.js";
import { checkSameRows, checkSomeRows, type Labels, notBinary } from "../inputs.js";

/** A run of consecutive rows that are all 1. */
export interface Episode {
  /** Its first row, from 0. */
  readonly start: number;
  /** The row after its last one, so that `end - start` rows are in it. */
  readonly end: number;
}

/** What every measure of a series can be told. */
export interface SeriesOptions {
  /**
   * Number of the first row of each series, ascending from 0, when the rows are several series one after the other.
   * No episode, window or delay then reaches from one series into the next. Default: one series.
   */
  readonly starts?: ArrayLike<number>;
}

/**
 * The episodes of a series of 0 and 1, in order of time: what people count when they count anomalies or alarms.
 *
 * @param labels  n values 0 or 1, in order of time
 * @throws {@link DataError} `DATA_LABEL` with the row · {@link ShapeError} `SHAPE_MISMATCH` for impossible `starts`
 * @example
 * ```ts
 * import { episodesOf } from "@telltale/core";
 * console.log(episodesOf([0, 1, 1, 0, 1])); // [{ start: 1, end: 3 }, { start: 4, end: 5 }]
 * ```
 */
export function episodesOf(labels: Labels, options: SeriesOptions = {}): Episode[] {
  return binaryEpisodes(labels, seriesStarts(options.starts, labels.length), "label");
}

/** {@link episodesOf} with the starts checked already; `role` names the values in the error. */
export function binaryEpisodes(values: Labels, starts: ArrayLike<number>, role: "label" | "flag"): Episode[] {
  const episodes: Episode[] = [];
  for (let s = 0; s < starts.length; s++) {
    const end = seriesEnd(starts, s, values.length);
    let open = -1;
    for (let i = starts[s] as number; i < end; i++) {
      const value = values[i] as number;
      if (value === 1) {
        if (open < 0) open = i;
      } else if (value === 0) {
        if (open >= 0) episodes.push({ start: open, end: i });
        open = -1;
      } else throw notBinary(role, value, i + 1);
    }
    if (open >= 0) episodes.push({ start: open, end });
  }
  return episodes;
}

/** Labels and flags of the same rows as episodes, with what is wrong with either reported. */
export interface Judged {
  readonly real: readonly Episode[];
  readonly found: readonly Episode[];
  readonly starts: ArrayLike<number>;
  readonly rows: number;
}

/** @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL` */
export function judged(labels: Labels, flags: Labels, { starts }: SeriesOptions, measure: string): Judged {
  checkSameRows(labels, { flags });
  checkSomeRows(labels.length, measure);
  const firsts = seriesStarts(starts, labels.length);
  return {
    real: binaryEpisodes(labels, firsts, "label"),
    found: binaryEpisodes(flags, firsts, "flag"),
    starts: firsts,
    rows: labels.length,
  };
}

/** @throws {@link ShapeError} `SHAPE_MISMATCH` unless the starts ascend from 0 and stay below the number of rows */
export function seriesStarts(starts: ArrayLike<number> | undefined, rows: number): ArrayLike<number> {
  if (starts === undefined) return [0];
  for (let s = 0; s < starts.length; s++) {
    const start = starts[s] as number;
    const least = s === 0 ? 0 : (starts[s - 1] as number) + 1;
    if (!Number.isInteger(start) || start < least || start >= rows || (s === 0 && start !== 0)) throw badStarts(rows);
  }
  if (starts.length === 0) throw badStarts(rows);
  return starts;
}

function badStarts(rows: number): ShapeError {
  return new ShapeError("SHAPE_MISMATCH", `starts are row numbers that ascend from 0 and stay below the ${rows} rows`, {
    remedy: "Give the number of the first row of each series, counted over all of them",
  });
}

/** The row after the last one of series `s`. */
export function seriesEnd(starts: ArrayLike<number>, s: number, rows: number): number {
  return s + 1 < starts.length ? (starts[s + 1] as number) : rows;
}

/** Rows that two episodes share. */
export function overlap(a: Episode, b: Episode): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

/**
 * For each of `episodes` the range of `others` that share a row with it, as [from, to): one walk over both, since both
 * are in order of time.
 */
export function overlapping(
  episodes: readonly Episode[],
  others: readonly Episode[],
  visit: (episode: Episode, from: number, to: number) => void,
): void {
  let from = 0;
  for (const episode of episodes) {
    while (from < others.length && (others[from] as Episode).end <= episode.start) from++;
    let to = from;
    while (to < others.length && (others[to] as Episode).start < episode.end) to++;
    visit(episode, from, to);
  }
}
