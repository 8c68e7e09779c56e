import { medianOf } from "../../math/selection.js";
import type { Labels } from "../inputs.js";
import { type Episode, judged, overlapping, type SeriesOptions } from "./events.js";
import { checkTimes, type Times } from "./times.js";

export interface DelayOptions extends SeriesOptions {
  /** Time of each row, ascending in each series, in any unit; delays then have that unit. Default: row numbers. */
  readonly times?: Times;
}

export interface DetectionDelay {
  /** Labelled episodes. */
  readonly events: number;
  /** Episodes with at least one flagged row. */
  readonly detected: number;
  /** For each episode the time from its first row to the first flagged row inside it; NaN for a missed one. */
  readonly delays: Float64Array;
  /** Mean, median and largest delay of the detected ones; `null` when there is none. Missed ones are not in it. */
  readonly mean: number | null;
  readonly median: number | null;
  readonly largest: number | null;
}

/**
 * How long an anomaly has lasted when the first alarm comes.
 *
 * 0 means at once. An alarm that began before the episode and still lasts is a delay of 0. Read it with `detected` and the
 * false-alarm rate: who always alarms has no delay.
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`, `DATA_TIME` for times that are
 *   missing or go back
 * @example
 * ```ts
 * import { detectionDelay } from "@telltale/core";
 * const { delays, mean, detected } = detectionDelay([0, 1, 1, 1, 0, 1], [0, 0, 0, 1, 0, 0]);
 * console.log([...delays], mean, detected); // [2, NaN] 2 1
 * ```
 */
export function detectionDelay(labels: Labels, flags: Labels, options: DelayOptions = {}): DetectionDelay {
  const { real, found, starts, rows } = judged(labels, flags, options, "detection delay");
  const { times } = options;
  checkTimes(times, starts, rows);
  const delays = new Float64Array(real.length).fill(Number.NaN);
  let e = 0;
  overlapping(real, found, (event, from, to) => {
    if (to > from) {
      const row = Math.max(event.start, (found[from] as Episode).start);
      delays[e] = times === undefined ? row - event.start : (times[row] as number) - (times[event.start] as number);
    }
    e++;
  });
  const known = delays.filter((delay) => !Number.isNaN(delay));
  const some = known.length > 0;
  return {
    events: real.length,
    detected: known.length,
    delays,
    mean: some ? known.reduce((sum, delay) => sum + delay, 0) / known.length : null,
    median: some ? medianOf(known) : null,
    largest: some ? known.reduce((most, delay) => Math.max(most, delay), 0) : null,
  };
}
