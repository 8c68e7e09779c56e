import { timestampFormatter } from "@telltale/data";
import type { DecidedRows } from "../input/decided-rows.js";
import { type Cause, causesOf, timeText } from "./row-facts.js";

/** A run of flagged rows of one file. */
export interface AlarmEpisode {
  readonly file: string;
  /** Numbers of its first and last flagged row in the file, from 1. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Their times, where the file has a time column. */
  readonly start: string | null;
  readonly end: string | null;
  /** Flagged rows in it. */
  readonly rows: number;
  /** The score furthest beyond the limit, with its row and time. */
  readonly peak: number;
  readonly peakRow: number;
  readonly peakTime: string | null;
  /** The columns that pushed the scores of its flagged rows up most, with their share of all upward pushes; empty where the detector cannot tell. */
  readonly causes: readonly Cause[];
}

interface Open {
  readonly file: string;
  readonly firstRow: number;
  readonly start: string | null;
  lastRow: number;
  end: string | null;
  rows: number;
  peak: number;
  peakRow: number;
  peakTime: string | null;
  readonly pushes: Float64Array | undefined;
}

/** Gathers flagged rows into episodes, from rows that arrive in chunks, file after file. */
export class Episodes {
  readonly #done: AlarmEpisode[] = [];
  readonly #gap: number;
  readonly #causes: number;
  readonly #beyond: (score: number) => number;
  readonly #format = timestampFormatter();
  #names: readonly string[] = [];
  #open: Open | undefined;
  #openedNow = false;

  /**
   * @param gap  rows without a flag that do not end an episode
   * @param causes  columns to name, at most
   * @param beyond  how far a score is beyond its limit, in any unit; the greatest one of an episode is its peak
   */
  constructor(gap: number, causes: number, beyond: (score: number) => number = (score) => score) {
    this.#gap = gap;
    this.#causes = causes;
    this.#beyond = beyond;
  }

  /** Takes the next rows; gives for each the number of its episode, from 1, or 0. */
  add(rows: DecidedRows): Int32Array {
    const numbers = new Int32Array(rows.rows);
    if (rows.firstRow === 1) this.#close();
    this.#names = rows.contributions?.columns ?? this.#names;
    for (let i = 0; i < rows.rows; i++) {
      if (rows.flags[i] !== 1) continue;
      const row = rows.firstRow + i;
      if (this.#open !== undefined && row - this.#open.lastRow > this.#gap + 1) this.#close();
      this.#take(rows, i, row);
      numbers[i] = this.#done.length + 1;
    }
    return numbers;
  }

  /** All episodes, in the order of their files and rows. */
  end(): readonly AlarmEpisode[] {
    this.#close();
    return this.#done;
  }

  #take(rows: DecidedRows, i: number, row: number): void {
    const score = rows.scores[i] as number;
    const time = timeText(rows.time, i, this.#format);
    const { contributions } = rows;
    this.#openedNow = this.#open === undefined;
    this.#open ??= {
      file: rows.file,
      firstRow: row,
      start: time,
      lastRow: row,
      end: time,
      rows: 0,
      peak: score,
      peakRow: row,
      peakTime: time,
      pushes: contributions === undefined ? undefined : new Float64Array(contributions.cols),
    };
    const open = this.#open;
    open.lastRow = row;
    open.end = time;
    open.rows += 1;
    if (!this.#openedNow && this.#beyond(score) > this.#beyond(open.peak)) {
      open.peak = score;
      open.peakRow = row;
      open.peakTime = time;
    }
    if (contributions === undefined || open.pushes === undefined) return;
    for (let j = 0; j < contributions.cols; j++) {
      const push = contributions.data[i * contributions.cols + j] as number;
      if (push > 0) open.pushes[j] = (open.pushes[j] as number) + push;
    }
  }

  #close(): void {
    if (this.#open === undefined) return;
    const { pushes, ...facts } = this.#open;
    this.#done.push({ ...facts, causes: causesOf(pushes, this.#names, this.#causes) });
    this.#open = undefined;
  }
}
