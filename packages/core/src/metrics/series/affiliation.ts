import type { Labels } from "../inputs.js";
import { harmonic } from "../point/rates.js";
import { type Episode, type Judged, judged, type SeriesOptions, seriesEnd } from "./events.js";

export interface AffiliationScores {
  /** How near the alarms are to the episode that they belong to: 1 inside, about 0.5 for random alarms. */
  readonly precision: number;
  /** How near the rows of the episodes are to an alarm: 1 covered, about 0.5 for random alarms, 0 without one. */
  readonly recall: number;
  readonly f1: number;
}

/** A stretch of time, as two real numbers. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Affiliation precision and recall: how near alarms and episodes are to each other, measured against an alarm at random.
 *
 * Time is divided into one zone for each labelled episode, the points that are nearer to it than to another. Inside a zone
 * a distance is turned into the probability that a random point of the zone is farther away; averages over the flagged
 * time (precision) and over the episode (recall), then over zones. An alarm just before an episode is nearly right, which
 * no other measure here grants; but random alarms get about 0.5, not 0, so compare with a control. Zones without alarm have
 * no precision and are left out of its mean. Time O(rows), without approximation.
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @returns values 0 … 1; precision is 0 when nothing is flagged, recall 0 without a labelled episode. Series of `starts`
 *   without a labelled episode have no zone: their alarms are not counted
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL`
 * @see Huet, Navarro, Rossi (2022), "Local evaluation of time series anomaly detection algorithms",
 *   https://doi.org/10.1145/3534678.3539339
 * @example
 * ```ts
 * import { affiliationScores } from "@telltale/core";
 * const { precision, recall } = affiliationScores([0, 0, 0, 1, 1, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0]);
 * console.log(precision, recall); // 0.625 0.75
 * ```
 */
export function affiliationScores(labels: Labels, flags: Labels, options: SeriesOptions = {}): AffiliationScores {
  const all = judged(labels, flags, options, "affiliation");
  let precisions = 0;
  let alarmed = 0;
  let recalls = 0;
  eachZone(all, (event, zone, alarms) => {
    if (alarms.length === 0) return;
    precisions += zonePrecision(event, zone, alarms);
    alarmed++;
    recalls += zoneRecall(event, zone, alarms);
  });
  const precision = alarmed === 0 ? 0 : precisions / alarmed;
  const recall = all.real.length === 0 ? 0 : recalls / all.real.length;
  return { precision, recall, f1: harmonic(precision, recall) };
}

/** Calls for each labelled episode with its zone and the alarms inside, cut at the borders of the zone. */
function eachZone(
  { real, found, starts, rows }: Judged,
  visit: (event: Stretch, zone: Stretch, alarms: readonly Stretch[]) => void,
): void {
  let series = 0;
  let first = 0;
  real.forEach(({ start, end }, k) => {
    while (seriesEnd(starts, series, rows) <= start) series++;
    const begin = starts[series] as number;
    const stop = seriesEnd(starts, series, rows);
    const before = real[k - 1];
    const after = real[k + 1];
    const zone = {
      from: before === undefined || before.start < begin ? begin : (before.end + start) / 2,
      to: after === undefined || after.start >= stop ? stop : (end + after.start) / 2,
    };
    while (first < found.length && (found[first] as Episode).end <= zone.from) first++;
    const alarms: Stretch[] = [];
    for (let j = first; j < found.length && (found[j] as Episode).start < zone.to; j++) {
      const alarm = found[j] as Episode;
      alarms.push({ from: Math.max(alarm.start, zone.from), to: Math.min(alarm.end, zone.to) });
    }
    visit({ from: start, to: end }, zone, alarms);
  });
}

/** Mean over the flagged time of the probability that a random point of the zone is at least as far from the event. */
function zonePrecision(event: Stretch, zone: Stretch, alarms: readonly Stretch[]): number {
  const before = event.from - zone.from;
  const after = zone.to - event.to;
  // Share of the zone farther than d from the event, both sides together, integrated from a to b.
  const farther = (a: number, b: number): number => (tail(before, a, b) + tail(after, a, b)) / (zone.to - zone.from);
  let sum = 0;
  let flagged = 0;
  for (const { from, to } of alarms) {
    flagged += to - from;
    if (from < event.from) sum += farther(event.from - Math.min(to, event.from), event.from - from);
    if (to > event.to) sum += farther(Math.max(from, event.to) - event.to, to - event.to);
    sum += Math.max(0, Math.min(to, event.to) - Math.max(from, event.from));
  }
  return sum / flagged;
}

/** ∫ max(0, room − d) dd from a to b. */
function tail(room: number, a: number, b: number): number {
  const end = Math.min(b, room);
  return end <= a ? 0 : (end - a) * (room - (a + end) / 2);
}

/** Mean over the event of the probability that a random point of the zone is farther away than the nearest alarm. */
function zoneRecall(event: Stretch, zone: Stretch, alarms: readonly Stretch[]): number {
  let sum = 0;
  alarms.forEach(({ from, to }, j) => {
    // The part of the event for which this alarm is the nearest.
    const left = alarms[j - 1];
    const right = alarms[j + 1];
    const begin = left === undefined ? event.from : Math.max(event.from, (left.to + from) / 2);
    const end = right === undefined ? event.to : Math.min(event.to, (to + right.from) / 2);
    if (end <= begin) return;
    sum += Math.max(0, Math.min(end, to) - Math.max(begin, from));
    if (begin < from) sum += away(from - Math.min(end, from), from - begin, from - zone.from, zone);
    if (end > to) sum += away(Math.max(begin, to) - to, end - to, zone.to - to, zone);
  });
  return sum / (event.to - event.from);
}

/**
 * ∫ P(a random point of the zone is farther than d from the point at distance d) dd from a to b, for points on one side of
 * an alarm's edge; `room` is the width of the zone on that side. The points nearer than d reach from the edge to 2d, or to the
 * border of the zone.
 */
function away(a: number, b: number, room: number, zone: Stretch): number {
  const width = zone.to - zone.from;
  const bend = Math.min(Math.max(room / 2, a), b);
  // Up to the bend 1 − 2d / width, past it 1 − room / width.
  return bend - a - (bend * bend - a * a) / width + (b - bend) * (1 - room / width);
}
