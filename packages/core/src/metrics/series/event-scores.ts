import type { Labels } from "../inputs.js";
import { harmonic } from "../point/rates.js";
import { type Episode, judged, overlap, overlapping, type SeriesOptions } from "./events.js";

/** How many episodes were found and how many alarms were false, each counted once however long it is. */
export interface EventScores {
  /** Labelled episodes. */
  readonly events: number;
  /** Labelled episodes with at least one flagged row. */
  readonly detected: number;
  /** Flagged episodes. */
  readonly alarms: number;
  /** Flagged episodes that touch no labelled one. */
  readonly falseAlarms: number;
  /** detected / events; 0 for 0 / 0. */
  readonly recall: number;
  /** detected / (detected + falseAlarms); 0 for 0 / 0. */
  readonly precision: number;
  /** Harmonic mean of the two above. */
  readonly f1: number;
  /** Share of flagged *rows* that are anomalous; 0 for 0 / 0. */
  readonly pointPrecision: number;
  /** Harmonic mean of event recall and point precision: the composite F1, TSB-AD's Event-based-F1. */
  readonly compositeF1: number;
}

/**
 * Event-wise scores: an episode is found when one of its rows is flagged.
 *
 * `f1` counts alarms as events as well (Hundman et al.), and so lets one endless alarm count once: a detector that always
 * alarms scores 1. `compositeF1` takes the precision of rows instead (Garg et al.), which such a detector cannot fool:
 * prefer it. Time O(rows).
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`
 * @see Hundman et al. (2018), "Detecting spacecraft anomalies using LSTMs and nonparametric dynamic thresholding",
 *   https://doi.org/10.1145/3219819.3219845
 * @see Garg et al. (2021), "An evaluation of anomaly detection and diagnosis in multivariate time series",
 *   https://doi.org/10.1109/TNNLS.2021.3105827
 * @example
 * ```ts
 * import { eventScores } from "@telltale/core";
 * const scores = eventScores([0, 1, 1, 0, 1, 0, 0], [1, 0, 1, 0, 0, 0, 0]);
 * console.log(scores.recall, scores.precision, scores.pointPrecision); // 0.5 0.5 0.5
 * ```
 */
export function eventScores(labels: Labels, flags: Labels, options: SeriesOptions = {}): EventScores {
  const { real, found } = judged(labels, flags, options, "event scores");
  let detected = 0;
  let hits = 0;
  let flagged = 0;
  let falseAlarms = 0;
  overlapping(real, found, (event, from, to) => {
    if (to > from) detected++;
    for (let j = from; j < to; j++) hits += overlap(event, found[j] as Episode);
  });
  overlapping(found, real, (alarm, from, to) => {
    flagged += alarm.end - alarm.start;
    if (to === from) falseAlarms++;
  });
  const recall = real.length === 0 ? 0 : detected / real.length;
  const precision = detected + falseAlarms === 0 ? 0 : detected / (detected + falseAlarms);
  const pointPrecision = flagged === 0 ? 0 : hits / flagged;
  return {
    events: real.length,
    detected,
    alarms: found.length,
    falseAlarms,
    recall,
    precision,
    f1: harmonic(precision, recall),
    pointPrecision,
    compositeF1: harmonic(pointPrecision, recall),
  };
}
