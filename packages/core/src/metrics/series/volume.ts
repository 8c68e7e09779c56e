import { ParamError } from "../../errors.js";
import { checkSameRows, checkSomeRows, type Labels, notAScore, type Scores } from "../inputs.js";
import { needsClasses } from "../point/ranking.js";
import { binaryEpisodes, type Episode, type SeriesOptions, seriesEnd, seriesStarts } from "./events.js";
import { eachReach } from "./reach.js";

export interface VolumeOptions extends SeriesOptions {
  /** Largest buffer around an episode, in rows, L: about the period of the data, or the window of the detector. Default 100. */
  readonly window?: number;
  /** Thresholds, at evenly spaced ranks of the scores. Default 250, as TSB-AD. */
  readonly thresholds?: number;
}

/** Both volumes; each is the mean over the windows of one of the curves. */
export interface Volumes {
  /** VUS-ROC. 0.5 is about chance, more for long windows. */
  readonly roc: number;
  /** VUS-PR. */
  readonly pr: number;
  /** Range-AUC-ROC and range-AUC-PR for each window 0 … L. */
  readonly rocByWindow: Float64Array;
  readonly prByWindow: Float64Array;
}

/**
 * VUS-ROC and VUS-PR: areas under the ROC and the precision–recall curve whose labels fade out around every episode, averaged
 * over the width ℓ = 0 … L of that fringe. They need no threshold, forgive alarms a little early or late, and change least
 * with noise and lag among the measures of a series: the first ones to look at.
 *
 * A row at distance d ≤ ℓ/2 from an episode weighs √(1 − d/ℓ), a row in two fringes 1. TP is the weight that is flagged, the
 * number of positives the mean of the anomalous rows and the anomalous rows with the flagged fringe; recall is multiplied by
 * the share of fringed episodes that are hit. Values as TSB-AD's `generate_curve`, to rounding.
 *
 * The flagged weight of a row depends on its score's rank and on its distance alone, so rows are counted by both once and all
 * windows and thresholds read the table: O(n log n + L² · thresholds) where the definition takes
 * O(n · L · thresholds). Memory 8 bytes a row and 4 · L · thresholds.
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param scores  n scores, higher = more anomalous
 * @throws {@link ParamError} `PARAM_RANGE` · {@link DataError} `DATA_ONE_CLASS` unless both classes occur, `DATA_LABEL`,
 *   `DATA_MISSING` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`
 * @see Paparrizos et al. (2022), "Volume under the surface: a new accuracy evaluation measure for time-series anomaly
 *   detection", https://doi.org/10.14778/3551793.3551830
 * @see Liu, Paparrizos (2024), "The elephant in the room: towards a reliable time-series anomaly detection benchmark",
 *   https://doi.org/10.52202/079017-3437
 * @example
 * ```ts
 * import { volumesUnderSurface } from "@telltale/core";
 * const labels = [0, 0, 0, 0, 1, 1, 0, 0, 0, 0];
 * const late = [0.1, 0.2, 0.1, 0.3, 0.2, 0.9, 0.8, 0.1, 0.2, 0.1];
 * const { roc, pr } = volumesUnderSurface(labels, late, { window: 4 });
 * console.log(roc.toFixed(4), pr.toFixed(4)); // 0.9098 0.8196
 * ```
 */
export function volumesUnderSurface(labels: Labels, scores: Scores, options: VolumeOptions = {}): Volumes {
  const { window = 100, thresholds = 250 } = options;
  checkWhole("window", window, 0, 1_000_000);
  checkWhole("thresholds", thresholds, 2, 1_000_000);
  checkSameRows(labels, { scores });
  checkSomeRows(labels.length, "a volume under the surface");
  const starts = seriesStarts(options.starts, labels.length);
  const episodes = binaryEpisodes(labels, starts, "label");
  const anomalies = episodes.reduce((sum, { start, end }) => sum + end - start, 0);
  needsClasses(anomalies, labels.length - anomalies, "a volume under the surface");
  const levels = scoreLevels(scores, thresholds);
  const fringes = new Fringes(episodes, starts, scores, levels, Math.floor(window / 2));

  const rocByWindow = new Float64Array(window + 1);
  const prByWindow = new Float64Array(window + 1);
  for (let width = 0; width <= window; width++) {
    const { weight, hit } = fringes.at(width);
    let [tprBefore, fprBefore] = [0, 0];
    let [roc, pr] = [0, 0];
    for (let k = 0; k < thresholds; k++) {
      const tp = weight[k] as number;
      const flagged = levels.flagged[k] as number;
      // Anomalous rows, and again with the flagged part of the fringe: their mean.
      const positives = anomalies + (tp - (fringes.anomalous[k] as number)) / 2;
      const tpr = Math.min(tp / positives, 1) * (hit[k] as number);
      const fpr = (flagged - tp) / (labels.length - positives);
      roc += ((fpr - fprBefore) * (tpr + tprBefore)) / 2;
      pr += (tpr - tprBefore) * (tp / flagged);
      [tprBefore, fprBefore] = [tpr, fpr];
    }
    rocByWindow[width] = roc + ((1 - fprBefore) * (1 + tprBefore)) / 2;
    prByWindow[width] = pr;
  }
  return { roc: mean(rocByWindow), pr: mean(prByWindow), rocByWindow, prByWindow };
}

/** VUS-ROC alone: {@link volumesUnderSurface}`.roc`. */
export function vusRoc(labels: Labels, scores: Scores, options: VolumeOptions = {}): number {
  return volumesUnderSurface(labels, scores, options).roc;
}

/** VUS-PR alone: {@link volumesUnderSurface}`.pr`. */
export function vusPr(labels: Labels, scores: Scores, options: VolumeOptions = {}): number {
  return volumesUnderSurface(labels, scores, options).pr;
}

/** Thresholds at evenly spaced ranks of the scores, from the highest down. */
interface Levels {
  readonly values: Float64Array;
  /** Rows whose score is at least the threshold. */
  readonly flagged: Float64Array;
}

function scoreLevels(scores: Scores, thresholds: number): Levels {
  const rows = scores.length;
  const sorted = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const score = scores[i] as number;
    if (typeof score !== "number" || Number.isNaN(score)) throw notAScore(score, i + 1);
    sorted[i] = score === 0 ? 0 : score; // −0 and 0 are the same score
  }
  sorted.sort();
  const values = new Float64Array(thresholds);
  const flagged = new Float64Array(thresholds);
  const step = (rows - 1) / (thresholds - 1);
  let at = rows;
  for (let k = 0; k < thresholds; k++) {
    const place = k === thresholds - 1 ? rows - 1 : Math.floor(k * step);
    const value = sorted[rows - 1 - place] as number;
    at = Math.min(at, rows - 1 - place);
    while (at > 0 && sorted[at - 1] === value) at--;
    values[k] = value;
    flagged[k] = rows - at;
  }
  return { values, flagged };
}

/** The first threshold that flags a score; all further ones flag it, too. Every score has one: the last is the least. */
function levelOf(values: Float64Array, score: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (score >= (values[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Rows around the episodes, counted by distance and by the first threshold that flags them. */
class Fringes {
  /** Anomalous rows that each threshold flags. */
  readonly anomalous: Float64Array;
  readonly #half: number;
  readonly #thresholds: number;
  /** (half + 1) × thresholds: rows at a distance, as long as one fringe alone reaches them. */
  readonly #alone: Int32Array;
  /** Rows that two fringes reach, which weigh 1. */
  readonly #shared: Float64Array;
  /** By half-width: the rows that become shared there. */
  readonly #joining: { readonly distance: Int32Array; readonly level: Int32Array; readonly begins: Int32Array };
  readonly #hits: EpisodeHits;
  #reached = 0;

  constructor(
    episodes: readonly Episode[],
    starts: ArrayLike<number>,
    scores: Scores,
    { values }: Levels,
    half: number,
  ) {
    const thresholds = values.length;
    this.#half = half;
    this.#thresholds = thresholds;
    this.#alone = new Int32Array((half + 1) * thresholds);
    this.#shared = new Float64Array(thresholds);
    this.anomalous = new Float64Array(thresholds);
    const best = new Int32Array(episodes.length).fill(thresholds);
    episodes.forEach(({ start, end }, e) => {
      for (let i = start; i < end; i++) {
        const level = levelOf(values, scores[i] as number);
        this.anomalous[level] = (this.anomalous[level] as number) + 1;
        if (level < (best[e] as number)) best[e] = level;
      }
    });
    accumulate(this.anomalous);
    const joins = new Int32Array(half + 2);
    eachReach(episodes, starts, scores.length, half, (row, near, second) => {
      const level = levelOf(values, scores[row] as number);
      const cell = near * thresholds + level;
      this.#alone[cell] = (this.#alone[cell] as number) + 1;
      if (second <= half) joins[second + 1] = (joins[second + 1] as number) + 1;
    });
    for (let d = 0; d <= half; d++) joins[d + 1] = (joins[d + 1] as number) + (joins[d] as number);
    const total = joins[half + 1] as number;
    const [distance, level] = [new Int32Array(total), new Int32Array(total)];
    const next = joins.slice();
    if (total > 0) {
      eachReach(episodes, starts, scores.length, half, (row, near, second) => {
        if (second > half) return;
        const at = next[second] as number;
        next[second] = at + 1;
        distance[at] = near;
        level[at] = levelOf(values, scores[row] as number);
      });
    }
    this.#joining = { distance, level, begins: joins };
    this.#hits = new EpisodeHits(episodes, starts, scores.length, best, (row) =>
      levelOf(values, scores[row] as number),
    );
  }

  /** For each threshold the flagged weight and the share of fringed episodes that are hit. Widths are asked in ascending order. */
  at(width: number): { weight: Float64Array; hit: Float64Array } {
    const half = Math.min(Math.floor(width / 2), this.#half);
    while (this.#reached < half) {
      this.#reached++;
      this.#join(this.#reached);
      this.#hits.grow(this.#reached);
    }
    const thresholds = this.#thresholds;
    const weight = this.#shared.slice();
    for (let d = 1; d <= half; d++) {
      const factor = Math.sqrt(1 - d / width);
      const row = d * thresholds;
      for (let k = 0; k < thresholds; k++) {
        weight[k] = (weight[k] as number) + factor * (this.#alone[row + k] as number);
      }
    }
    accumulate(weight);
    for (let k = 0; k < thresholds; k++) weight[k] = (weight[k] as number) + (this.anomalous[k] as number);
    return { weight, hit: this.#hits.shares(thresholds) };
  }

  #join(half: number): void {
    const { distance, level, begins } = this.#joining;
    for (let j = begins[half] as number; j < (begins[half + 1] as number); j++) {
      const k = level[j] as number;
      const cell = (distance[j] as number) * this.#thresholds + k;
      this.#alone[cell] = (this.#alone[cell] as number) - 1;
      this.#shared[k] = (this.#shared[k] as number) + 1;
    }
  }
}

/** Which fringed episodes each threshold hits, while the fringes grow row by row and run into each other. */
class EpisodeHits {
  readonly #episodes: readonly Episode[];
  readonly #starts: ArrayLike<number>;
  readonly #rows: number;
  /** For each episode the first threshold that flags a row of it or of its fringe. */
  readonly #best: Int32Array;
  readonly #levelAt: (row: number) => number;
  #half = 0;

  constructor(
    episodes: readonly Episode[],
    starts: ArrayLike<number>,
    rows: number,
    best: Int32Array,
    levelAt: (row: number) => number,
  ) {
    this.#episodes = episodes;
    this.#starts = starts;
    this.#rows = rows;
    this.#best = best;
    this.#levelAt = levelAt;
  }

  grow(half: number): void {
    this.#half = half;
    let s = 0;
    this.#episodes.forEach(({ start, end }, e) => {
      while (seriesEnd(this.#starts, s, this.#rows) <= start) s++;
      const first = start - half;
      const last = end - 1 + half;
      let best = this.#best[e] as number;
      if (first >= (this.#starts[s] as number)) best = Math.min(best, this.#levelAt(first));
      if (last < seriesEnd(this.#starts, s, this.#rows)) best = Math.min(best, this.#levelAt(last));
      this.#best[e] = best;
    });
  }

  /** Fringes that share a row count as one. */
  shares(thresholds: number): Float64Array {
    const hit = new Float64Array(thresholds);
    let groups = 0;
    let best = thresholds;
    let s = 0;
    const { length } = this.#episodes;
    for (let e = 0; e < length; e++) {
      const { end } = this.#episodes[e] as Episode;
      best = Math.min(best, this.#best[e] as number);
      while (seriesEnd(this.#starts, s, this.#rows) < end) s++;
      const next = this.#episodes[e + 1];
      const sameSeries = next !== undefined && next.start < seriesEnd(this.#starts, s, this.#rows);
      if (sameSeries && end - 1 + this.#half >= next.start - this.#half) continue;
      groups++;
      hit[best] = (hit[best] as number) + 1;
      best = thresholds;
    }
    accumulate(hit);
    for (let k = 0; k < thresholds; k++) hit[k] = (hit[k] as number) / groups;
    return hit;
  }
}

function accumulate(values: Float64Array): void {
  for (let k = 1; k < values.length; k++) values[k] = (values[k] as number) + (values[k - 1] as number);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ParamError("PARAM_RANGE", `${name}: expected a whole number from ${least} to ${most}; found ${value}`);
}
