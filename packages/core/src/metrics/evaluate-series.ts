import { ParamError } from "../errors.js";
import { Random } from "../random.js";
import { checkSameRows, checkSomeRows, type Labels, type Scores } from "./inputs.js";
import { affiliationScores } from "./series/affiliation.js";
import { type DetectionDelay, detectionDelay } from "./series/delay.js";
import { type EventScores, eventScores } from "./series/event-scores.js";
import { binaryEpisodes, judged, type SeriesOptions, seriesEnd, seriesStarts } from "./series/events.js";
import { type LeadTimes, leadTime } from "./series/lead-time.js";
import { nabScore } from "./series/nab.js";
import type { NabProfile } from "./series/nab-profiles.js";
import { adjustedF1 } from "./series/point-adjust.js";
import { rangeScores } from "./series/range.js";
import type { Times } from "./series/times.js";
import { volumesUnderSurface } from "./series/volume.js";

/** Measures of a series. Each is `null` where the labels leave it undefined. */
export interface SeriesMeasures {
  /** Volumes under the surface: no threshold in them. `null` unless both classes occur. */
  readonly vusRoc: number | null;
  readonly vusPr: number | null;
  /** Tatbul et al., flat bias, fragments divided, α = 0. */
  readonly rangePrecision: number | null;
  readonly rangeRecall: number | null;
  readonly rangeF1: number | null;
  /** Huet et al.: random flags get about 0.5. */
  readonly affiliationPrecision: number | null;
  readonly affiliationRecall: number | null;
  readonly affiliationF1: number | null;
  /** Share of the labelled episodes that were hit. */
  readonly eventRecall: number | null;
  /** Event recall with the precision of rows. */
  readonly compositeF1: number | null;
  /** Point-adjusted F1: inflated; nothing without its value in {@link SeriesEvaluation.random}. */
  readonly pointAdjustedF1: number | null;
  /** NAB with the labelled episodes as windows, first 15 % of each series not counted; `null` when no window counts. */
  readonly nabStandard: number | null;
  readonly nabLowFalsePositives: number | null;
  readonly nabLowFalseNegatives: number | null;
}

/** How good scores and flags are on labelled series. Plain data: `JSON.stringify` gives the same keys every time. */
export interface SeriesEvaluation {
  readonly metrics: SeriesMeasures;
  /** The same of random scores that flag as many rows, the mean over the draws: what each figure is worth by chance. */
  readonly random: SeriesMeasures;
  /** Labelled episodes, those hit, alarms, and alarms that touch none. */
  readonly events: Pick<EventScores, "events" | "detected" | "alarms" | "falseAlarms">;
  /** From the start of an episode to the first alarm in it, in the unit of the times or in rows. */
  readonly delay: Pick<DetectionDelay, "mean" | "median" | "largest">;
  /** Alarms in the horizon before the episodes; `null` without a horizon. */
  readonly lead: Pick<LeadTimes, "failures" | "warned" | "mean" | "median" | "falseAlarmRate" | "falseAlarms"> | null;
  /** Number of series and the largest fringe of VUS in rows. */
  readonly series: number;
  readonly window: number;
}

export interface SeriesEvaluationOptions extends SeriesOptions {
  /** Time of each row, ascending in each series; delays and leads then have its unit. Default: row numbers. */
  readonly times?: Times;
  /** Largest fringe of VUS, in rows. Default 100. */
  readonly window?: number;
  /** When given, leads before the start of each labelled episode: how long before an alarm is a warning. */
  readonly horizon?: number;
  /** Draws of the random control. Default 3. */
  readonly repeats?: number;
  /** Seed of the random control. Default 0. */
  readonly seed?: number;
}

/**
 * All measures of series at once, each beside what random scores get.
 *
 * The control flags as many rows as `flags` do, at random places: a figure that is not clearly above its control says
 * nothing, however high it is. No measure throws for labels of one class; it is `null`.
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`, `DATA_MISSING`, `DATA_TIME` ·
 *   {@link ParamError} `PARAM_RANGE`
 * @example
 * ```ts
 * import { evaluateSeries, Random } from "@telltale/core";
 * const random = new Random(1);
 * const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i % 250 > 220 ? 1 : 0));
 * const scores = Float64Array.from(labels, (label) => random.normal() + 2 * label);
 * const flags = Uint8Array.from(scores, (score) => (score > 2 ? 1 : 0));
 * const { metrics, random: control } = evaluateSeries(labels, scores, flags);
 * console.log((metrics.vusPr ?? 0) > 2 * (control.vusPr ?? 0)); // true
 * console.log((control.pointAdjustedF1 ?? 0) > 0.7); // true
 * ```
 */
export function evaluateSeries(
  labels: Labels,
  scores: Scores,
  flags: Labels,
  options: SeriesEvaluationOptions = {},
): SeriesEvaluation {
  const { window = 100, repeats = 3, seed = 0, times, horizon } = options;
  if (!Number.isInteger(repeats) || repeats < 1 || repeats > 1000) {
    throw new ParamError("PARAM_RANGE", `repeats: expected a whole number from 1 to 1000; found ${repeats}`);
  }
  checkSameRows(labels, { scores, flags });
  checkSomeRows(labels.length, "an evaluation of series");
  const starts = seriesStarts(options.starts, labels.length);
  const order = { starts, ...(times === undefined ? {} : { times }) };
  const metrics = measures(labels, scores, flags, starts, window);
  const events = eventScores(labels, flags, order);
  const flagged = countOf(flags);
  const draws = Array.from({ length: repeats }, (_, draw) => {
    const chance = randomScores(labels.length, flagged, new Random(seed, draw));
    return measures(labels, chance.scores, chance.flags, starts, window);
  });
  const { mean, median, largest } = detectionDelay(labels, flags, order);
  return {
    metrics,
    random: meanOf(draws),
    events: {
      events: events.events,
      detected: events.detected,
      alarms: events.alarms,
      falseAlarms: events.falseAlarms,
    },
    delay: { mean, median, largest },
    lead: horizon === undefined ? null : leads(labels, flags, horizon, order),
    series: starts.length,
    window,
  };
}

function measures(
  labels: Labels,
  scores: Scores,
  flags: Labels,
  starts: ArrayLike<number>,
  window: number,
): SeriesMeasures {
  const rows = labels.length;
  const given = judged(labels, flags, { starts }, "an evaluation of series");
  const anomalies = given.real.reduce((sum, { start, end }) => sum + end - start, 0);
  const some = anomalies > 0;
  const volumes = some && anomalies < rows ? volumesUnderSurface(labels, scores, { starts, window }) : undefined;
  const range = rangeScores(labels, flags, { starts });
  const affiliation = affiliationScores(labels, flags, { starts });
  const events = eventScores(labels, flags, { starts });
  const nab = nabOf(labels, flags, starts);
  const defined = (value: number): number | null => (some ? value : null);
  return {
    vusRoc: volumes?.roc ?? null,
    vusPr: volumes?.pr ?? null,
    rangePrecision: defined(range.precision),
    rangeRecall: defined(range.recall),
    rangeF1: defined(range.f),
    affiliationPrecision: defined(affiliation.precision),
    affiliationRecall: defined(affiliation.recall),
    affiliationF1: defined(affiliation.f1),
    eventRecall: defined(events.recall),
    compositeF1: defined(events.compositeF1),
    pointAdjustedF1: defined(adjustedF1(given)),
    nabStandard: nab("standard"),
    nabLowFalsePositives: nab("lowFalsePositives"),
    nabLowFalseNegatives: nab("lowFalseNegatives"),
  };
}

/** Share of each series, and rows of it at most, in which NAB counts nothing. */
const NAB_PROBATION = { share: 0.15, rows: 750 };

function nabOf(labels: Labels, flags: Labels, starts: ArrayLike<number>): (profile: NabProfile) => number | null {
  const part = (values: Labels, from: number, to: number): Uint8Array =>
    Uint8Array.from({ length: to - from }, (_, i) => values[from + i] as number);
  const series = Array.from(starts, (start, s) => {
    const end = seriesEnd(starts, s, labels.length);
    return { flags: part(flags, start, end), windows: binaryEpisodes(part(labels, start, end), [0], "label") };
  });
  const counted = series.some(({ flags: { length }, windows }) => {
    const warmUp = Math.min(Math.floor(NAB_PROBATION.share * length), NAB_PROBATION.rows);
    return (windows.at(-1)?.end ?? 0) > warmUp;
  });
  return (profile) => (counted ? nabScore(series, { profile, probation: NAB_PROBATION.share }).score : null);
}

/** Leads before the first row of each labelled episode; its other rows are what follows a failure. */
function leads(
  labels: Labels,
  flags: Labels,
  horizon: number,
  options: SeriesOptions & { readonly times?: Times },
): SeriesEvaluation["lead"] {
  const onsets = new Uint8Array(labels.length);
  const after = new Uint8Array(labels.length);
  const starts = seriesStarts(options.starts, labels.length);
  for (const { start, end } of binaryEpisodes(labels, starts, "label")) {
    onsets[start] = 1;
    after.fill(1, start + 1, end);
  }
  if (!onsets.includes(1)) return null;
  const found = leadTime(onsets, flags, { ...options, horizon, ignore: after });
  const { failures, warned, mean, median, falseAlarmRate, falseAlarms } = found;
  return { failures, warned, mean, median, falseAlarmRate, falseAlarms };
}

/** Random scores, of which the greatest `flagged` are flagged. */
function randomScores(
  rows: number,
  flagged: number,
  random: Random,
): { readonly scores: Float64Array; readonly flags: Uint8Array } {
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) scores[i] = random.uniform();
  if (flagged === 0) return { scores, flags: new Uint8Array(rows) };
  const least = scores.slice().sort()[rows - flagged] as number;
  return { scores, flags: Uint8Array.from(scores, (score) => (score >= least ? 1 : 0)) };
}

function meanOf(draws: readonly SeriesMeasures[]): SeriesMeasures {
  const keys = Object.keys(draws[0] as SeriesMeasures) as (keyof SeriesMeasures)[];
  return Object.fromEntries(
    keys.map((key) => {
      const values = draws.map((draw) => draw[key]);
      // What the labels leave undefined is so in every draw.
      if (values.includes(null)) return [key, null];
      return [key, (values as number[]).reduce((sum, value) => sum + value, 0) / values.length];
    }),
  ) as unknown as SeriesMeasures;
}

function countOf(flags: Labels): number {
  let count = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] === 1) count++;
  return count;
}
