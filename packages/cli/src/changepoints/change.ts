import type { Alarms, Matrix } from "@telltale/core";
import { type Column, timestampFormatter } from "@telltale/data";
import { type Cause, causesOf, timeText } from "../output/row-facts.js";

/** A change point of a file. */
export interface Change {
  readonly file: string;
  /** Number of its row in the file, from 1. */
  readonly row: number;
  /** Its time, where the file has a time column. */
  readonly time: string | null;
  /** What was above the limit; null for a method that has no score. */
  readonly score: number | null;
  /** The columns that changed most; empty where nothing is known. */
  readonly causes: readonly Cause[];
}

/** Rows of one file, in order, with their scores. */
export interface ScoredChunk {
  readonly file: string;
  /** Number in the file of the first one, from 1. */
  readonly firstRow: number;
  readonly scores: Float64Array;
  readonly time: Column | undefined;
  readonly contributions: Matrix | undefined;
}

/**
 * The alarms among the next rows of a file.
 *
 * @param top  columns to name, at most
 */
export function changesOf(
  { file, firstRow, scores, time, contributions }: ScoredChunk,
  alarms: Alarms,
  top: number,
): Change[] {
  const format = timestampFormatter();
  const before = alarms.rows;
  return alarms.push(scores).map((place) => {
    const i = place - before;
    const pushes = contributions?.data.subarray(i * contributions.cols, (i + 1) * contributions.cols);
    return {
      file,
      row: firstRow + i,
      time: timeText(time, i, format),
      score: scores[i] as number,
      causes: causesOf(pushes, contributions?.columns ?? [], top),
    };
  });
}
