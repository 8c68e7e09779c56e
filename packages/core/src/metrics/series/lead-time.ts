import { DataError, ParamError } from "../../errors.js";
import { medianOf } from "../../math/selection.js";
import { checkSameRows, checkSomeRows, type Labels, notBinary } from "../inputs.js";
import { type SeriesOptions, seriesEnd, seriesStarts } from "./events.js";
import { checkTimes, type Times } from "./times.js";

export interface LeadTimeOptions extends SeriesOptions {
  /** How long before a failure an alarm is a warning of it, in the unit of the times (or in rows). */
  readonly horizon: number;
  /** Time of each row, ascending in each series. Default: row numbers. */
  readonly times?: Times;
  /** 1 for rows that count neither way, such as repair and start-up after a failure. */
  readonly ignore?: Labels;
}

export interface LeadTimes {
  /** Failures. */
  readonly failures: number;
  /** Failures with an alarm in the horizon before them. */
  readonly warned: number;
  /** For each failure the time from the first alarm in its horizon to the failure; NaN without one. */
  readonly leads: Float64Array;
  /** For each failure how long the alarm that still stood just before it had lasted; NaN where none stood. */
  readonly standing: Float64Array;
  /** Mean and median of the leads of warned failures; `null` when there is none. */
  readonly mean: number | null;
  readonly median: number | null;
  /** Share of rows flagged among those that are neither in a horizon, nor a failure, nor ignored; 0 for 0 / 0. */
  readonly falseAlarmRate: number;
  /** Alarms (runs of flags) that touch neither a horizon nor a failure nor an ignored row. */
  readonly falseAlarms: number;
}

/**
 * How long before a failure the first alarm came: for a pump, before it is broken.
 *
 * Only the `horizon` before a failure counts, and not past the failure before: an alarm a month early is no warning. A
 * detector that always alarms has a lead of the whole horizon, so never read leads without `falseAlarmRate`. `standing` is
 * stricter: how long the last alarm had been on without a break when the failure came. Consecutive failure rows are one
 * failure.
 *
 * @param failures  n values 0 or 1 in order of time, 1 = broken
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ParamError} `PARAM_RANGE` for the horizon · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` ·
 *   {@link DataError} `DATA_LABEL`, `DATA_TIME`, `DATA_ONE_CLASS` without a failure
 * @see Saxena et al. (2008), "Metrics for evaluating performance of prognostic techniques",
 *   https://doi.org/10.1109/PHM.2008.4711436
 * @example
 * ```ts
 * import { leadTime } from "@telltale/core";
 * const broken = [0, 0, 0, 0, 0, 0, 1, 1, 0, 0];
 * const flags = [1, 0, 0, 1, 0, 1, 1, 0, 0, 0];
 * const { leads, standing, falseAlarms } = leadTime(broken, flags, { horizon: 4 });
 * console.log([...leads], [...standing], falseAlarms); // [3] [1] 1
 * ```
 */
export function leadTime(failures: Labels, flags: Labels, options: LeadTimeOptions): LeadTimes {
  const { horizon, times, ignore } = options;
  if (!(horizon > 0)) {
    throw new ParamError("PARAM_RANGE", `horizon: expected a time greater than 0; found ${horizon}`, {
      remedy: "Say how long before a failure an alarm still is a warning of it",
    });
  }
  checkSameRows(failures, ignore === undefined ? { flags } : { flags, ignored: ignore });
  checkSomeRows(failures.length, "a lead time");
  const rows = failures.length;
  const starts = seriesStarts(options.starts, rows);
  checkTimes(times, starts, rows);
  checkBinary(failures, flags, ignore);
  const at = (row: number): number => (times === undefined ? row : (times[row] as number));
  const leads: number[] = [];
  const standing: number[] = [];
  // 1: a row in a horizon, of a failure, or ignored. Alarms there are no false ones.
  const excused = new Uint8Array(rows);
  for (let s = 0; s < starts.length; s++) {
    const end = seriesEnd(starts, s, rows);
    let after = starts[s] as number; // the row after the failure before
    for (let i = after; i < end; i++) {
      if (ignore?.[i] === 1) excused[i] = 1;
      if (failures[i] !== 1) continue;
      if (i > (starts[s] as number) && failures[i - 1] === 1) {
        excused[i] = 1;
        after = i + 1;
        continue;
      }
      let first = Number.NaN;
      let unbroken = Number.NaN;
      let broken = false;
      for (let j = i - 1; j >= after && at(i) - at(j) <= horizon; j--) {
        excused[j] = 1;
        if (ignore?.[j] === 1) continue;
        if (flags[j] !== 1) {
          broken = true;
          continue;
        }
        first = at(i) - at(j);
        if (!broken) unbroken = first;
      }
      leads.push(first);
      standing.push(unbroken);
      excused[i] = 1;
      after = i + 1;
    }
  }
  if (leads.length === 0) {
    throw new DataError("DATA_ONE_CLASS", "a lead time needs at least one failure; found none", {
      remedy: "Give the rows in which the machine is broken as 1",
    });
  }
  const known = Float64Array.from(leads.filter((lead) => !Number.isNaN(lead)));
  return {
    failures: leads.length,
    warned: known.length,
    leads: Float64Array.from(leads),
    standing: Float64Array.from(standing),
    mean: known.length === 0 ? null : known.reduce((sum, lead) => sum + lead, 0) / known.length,
    median: known.length === 0 ? null : medianOf(known),
    ...falseOnes(flags, excused, starts),
  };
}

function falseOnes(
  flags: Labels,
  excused: Uint8Array,
  starts: ArrayLike<number>,
): Pick<LeadTimes, "falseAlarmRate" | "falseAlarms"> {
  let quiet = 0;
  let wrong = 0;
  let falseAlarms = 0;
  for (let s = 0; s < starts.length; s++) {
    const end = seriesEnd(starts, s, flags.length);
    let alarm = false;
    let pardoned = false;
    for (let i = starts[s] as number; i < end; i++) {
      const flagged = flags[i] === 1;
      if (excused[i] === 0) {
        quiet++;
        if (flagged) wrong++;
      }
      if (flagged) {
        pardoned = (alarm && pardoned) || excused[i] === 1;
        alarm = true;
      }
      if (alarm && (!flagged || i === end - 1)) {
        if (!pardoned) falseAlarms++;
        alarm = false;
        pardoned = false;
      }
    }
  }
  return { falseAlarmRate: quiet === 0 ? 0 : wrong / quiet, falseAlarms };
}

function checkBinary(failures: Labels, flags: Labels, ignore: Labels | undefined): void {
  for (let i = 0; i < failures.length; i++) {
    if (failures[i] !== 0 && failures[i] !== 1) throw notBinary("label", failures[i], i + 1);
    if (flags[i] !== 0 && flags[i] !== 1) throw notBinary("flag", flags[i], i + 1);
    if (ignore !== undefined && ignore[i] !== 0 && ignore[i] !== 1) throw notBinary("flag", ignore[i], i + 1);
  }
}
