import { ParamError } from "../../errors.js";
import { checkSameRows, type Labels, notBinary } from "../inputs.js";
import { type NabProfile, type NabWeights, noWindow, weightsOf } from "./nab-profiles.js";
import { checkTimes, type Times } from "./times.js";

/** One series with true and found change points. */
export interface ChangePointSeries {
  /** n values, 1 at a true change point. */
  readonly labels: Labels;
  /** n values, 1 at a found one. */
  readonly flags: Labels;
  /** Time of each row, ascending, in the unit of `width`. Default: row numbers. */
  readonly times?: Times;
}

export interface ChangePointOptions {
  /** How long after a change an alarm still finds it, in the unit of the times; SKAB takes 60 seconds. */
  readonly width: number;
  /** `standard` (default), `lowFalsePositives`, `lowFalseNegatives`, or own weights. */
  readonly profile?: NabProfile | NabWeights;
}

export interface ChangePointResult {
  /** 100 for every change found at once without a false alarm, 0 for no alarm at all; may be far below 0. */
  readonly score: number;
  readonly raw: number;
  /** True change points, those found, and alarms outside every window. */
  readonly changePoints: number;
  readonly detected: number;
  readonly falseAlarms: number;
  /** Alarms inside a window over all alarms; 0 for 0 / 0. An alarm every minute finds all: read it with the score. */
  readonly alarmPrecision: number;
}

/** Steps of the curve that turns a delay into a score. */
const STEPS = 1000;

/**
 * SKAB's variant of the NAB score, for change points.
 *
 * A window reaches from each change point to `width` after it, both ends included; one that overlaps the window before
 * begins where that ends. The first alarm in a window earns between the weight of a hit, at once, and minus that of a
 * false alarm, at the end, along a tanh; further ones in it are free. Alarms outside every window cost the weight of a false
 * alarm, wherever they are; there is no probation. Scores of several series are summed before they are scaled as in
 * {@link nabScore}. An alarm every 60 rows beats published detectors on SKAB: print that control beside it.
 *
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_MISMATCH` · {@link DataError} `DATA_LABEL`,
 *   `DATA_TIME`, `DATA_ONE_CLASS` without a change point
 * @see Katser, Kozitsin (2020), "Skoltech Anomaly Benchmark (SKAB)", https://doi.org/10.34740/KAGGLE/DSV/1693952
 * @example
 * ```ts
 * import { changePointScore } from "@telltale/core";
 * const labels = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
 * const flags = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
 * console.log(changePointScore([{ labels, flags }], { width: 4 }).score.toFixed(1)); // 100.0
 * ```
 */
export function changePointScore(
  series: readonly ChangePointSeries[],
  { width, profile = "standard" }: ChangePointOptions,
): ChangePointResult {
  if (!(width > 0 && Number.isFinite(width))) {
    throw new ParamError("PARAM_RANGE", `width: expected a time greater than 0; found ${width}`);
  }
  const weights = weightsOf(profile);
  let raw = 0;
  let changePoints = 0;
  let detected = 0;
  let alarms = 0;
  let falseAlarms = 0;
  for (const each of series) {
    const windows = windowsOf(each, width);
    const found = timesOf(each, "flag");
    changePoints += windows.length;
    alarms += found.length;
    let first = 0;
    let outside = found.length;
    let counted = 0; // alarms before this one are inside a window already
    for (const { from, to } of windows) {
      while (first < found.length && (found[first] as number) < from) first++;
      let after = Math.max(first, counted);
      while (after < found.length && (found[after] as number) <= to) after++;
      outside -= after - Math.max(first, counted);
      counted = Math.max(counted, after);
      const alarm = found[first];
      if (alarm === undefined || alarm > to) continue;
      detected++;
      raw += worth(to === from ? 0 : (alarm - from) / (to - from), weights);
    }
    falseAlarms += outside;
  }
  if (changePoints === 0) throw noWindow("a score of change points");
  raw -= weights.falsePositive * falseAlarms + weights.falseNegative * (changePoints - detected);
  const nothing = -weights.falseNegative * changePoints;
  const perfect = weights.truePositive * changePoints;
  return {
    score: (100 * (raw - nothing)) / (perfect - nothing),
    raw,
    changePoints,
    detected,
    falseAlarms,
    alarmPrecision: alarms === 0 ? 0 : (alarms - falseAlarms) / alarms,
  };
}

function windowsOf(series: ChangePointSeries, width: number): { from: number; to: number }[] {
  const { labels, flags, times } = series;
  checkSameRows(labels, { flags });
  checkTimes(times, [0], labels.length);
  let before = Number.NEGATIVE_INFINITY;
  return timesOf(series, "label").map((time) => {
    const window = { from: Math.max(time, before), to: time + width };
    before = window.to;
    return window;
  });
}

function timesOf({ labels, flags, times }: ChangePointSeries, role: "label" | "flag"): number[] {
  const values = role === "label" ? labels : flags;
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value === 1) found.push(times === undefined ? i : (times[i] as number));
    else if (value !== 0) throw notBinary(role, value, i + 1);
  }
  return found;
}

/** What an alarm earns that comes after this share of its window. */
function worth(share: number, { truePositive, falsePositive }: NabWeights): number {
  const step = Math.min(Math.floor(share * STEPS), STEPS - 1);
  const x = -Math.PI / 2 + (step * Math.PI) / (STEPS - 1);
  const half = (truePositive + falsePositive) / 2;
  return half - falsePositive - (half * Math.tanh(x)) / Math.tanh(Math.PI / 2);
}
