import { ParamError } from "../../errors.js";
import { Random } from "../../random.js";
import type { Labels } from "../inputs.js";
import type { Confusion } from "../point/confusion.js";
import { f1, precision, recall } from "../point/rates.js";
import { type Episode, type Judged, judged, overlap, overlapping, type SeriesOptions } from "./events.js";

export interface PointAdjustOptions extends SeriesOptions {
  /**
   * K of PA%K: an episode counts as found as a whole when more than K per cent of its rows are flagged. 0 (default) is plain
   * point adjustment, one hit is enough; 100 adjusts nothing.
   */
  readonly k?: number;
  /** Draws of random flags for the control. Default 10. */
  readonly repeats?: number;
  /** Seed of the control. Default 0. */
  readonly seed?: number;
}

/** Precision, recall and F1 after point adjustment: inflated figures. */
export interface AdjustedScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Point-adjusted scores, which are never given without what random flags get. */
export interface PointAdjusted extends AdjustedScores {
  readonly k: number;
  /** Always true: one hit is paid for a whole episode. */
  readonly inflated: true;
  /** Mean scores of as many flags at random places. A detector that is not above these has found nothing. */
  readonly random: AdjustedScores;
}

/**
 * Point adjustment (PA) and PA%K: the scores that much of the literature reports, and what random flags get beside them.
 *
 * When an episode is found, all its rows count as flagged. Long episodes are hit by chance, so that random flags often score
 * above published detectors: **these figures are inflated**, read them only against `random`, which flags as many rows of the
 * same series at random places. Prefer {@link affiliationScores}, {@link rangeScores} or VUS. Time O(rows · repeats).
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param flags  n values 0 or 1, 1 = flagged as anomaly
 * @returns values 0 … 1, 0 for 0 / 0
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError}
 *   `DATA_LABEL`
 * @see Xu et al. (2018), "Unsupervised anomaly detection via variational auto-encoder for seasonal KPIs in web
 *   applications", https://doi.org/10.1145/3178876.3185996
 * @see Kim et al. (2022), "Towards a rigorous evaluation of time-series anomaly detection",
 *   https://doi.org/10.1609/aaai.v36i7.20680
 * @example
 * ```ts
 * import { pointAdjusted } from "@telltale/core";
 * const labels = Array.from({ length: 400 }, (_, i) => (i >= 100 && i < 200 ? 1 : 0));
 * const flags = labels.map((_, i) => (i % 40 === 0 ? 1 : 0)); // an alarm every 40 rows, whatever happens
 * const { f1, random } = pointAdjusted(labels, flags);
 * console.log(f1.toFixed(2), random.f1 > 0.9); // 0.96 true
 * ```
 */
export function pointAdjusted(labels: Labels, flags: Labels, options: PointAdjustOptions = {}): PointAdjusted {
  const { k = 0 } = options;
  if (!(k >= 0 && k <= 100)) throw new ParamError("PARAM_RANGE", `k: expected a percentage from 0 to 100; found ${k}`);
  const hits = hitsOf(labels, flags, options);
  return { ...adjustedScores(hits, hits.own, k), k, inflated: true, random: randomScores(hits, k) };
}

/** Point-adjusted F1 alone: for what puts a control of its own beside it. */
export function adjustedF1({ real, found }: Judged): number {
  return adjustedScores(sizesOf(real, found), hitsIn(real, found), 0).f1;
}

/** Flagged rows of each episode, of the flags themselves and of random ones: all that the scores depend on. */
interface Hits {
  readonly lengths: readonly number[];
  /** Flagged rows, inside the episodes or not. */
  readonly flagged: number;
  readonly own: Float64Array;
  readonly random: readonly Float64Array[];
}

function hitsOf(labels: Labels, flags: Labels, options: PointAdjustOptions): Hits {
  const { repeats = 10, seed = 0 } = options;
  if (!Number.isInteger(repeats) || repeats < 1 || repeats > 10_000) {
    throw new ParamError("PARAM_RANGE", `repeats: expected a whole number from 1 to 10000; found ${repeats}`, {
      remedy: "Point-adjusted scores mean nothing without the control; one draw is the least",
    });
  }
  const { real, found, rows } = judged(labels, flags, options, "point adjustment");
  const sizes = sizesOf(real, found);
  const random = Array.from({ length: repeats }, (_, draw) =>
    randomHits(real, rows, sizes.flagged, new Random(seed, draw)),
  );
  return { ...sizes, own: hitsIn(real, found), random };
}

function sizesOf(real: readonly Episode[], found: readonly Episode[]): Pick<Hits, "lengths" | "flagged"> {
  const length = ({ start, end }: Episode): number => end - start;
  return { lengths: real.map(length), flagged: found.reduce((sum, each) => sum + length(each), 0) };
}

function hitsIn(real: readonly Episode[], found: readonly Episode[]): Float64Array {
  const hits = new Float64Array(real.length);
  let e = 0;
  overlapping(real, found, (event, from, to) => {
    for (let j = from; j < to; j++) hits[e] = (hits[e] as number) + overlap(event, found[j] as Episode);
    e++;
  });
  return hits;
}

/** The scores from the numbers of flagged rows in each episode. Flags outside the episodes stay what they are. */
function adjustedScores(
  { lengths, flagged }: Pick<Hits, "lengths" | "flagged">,
  hits: Float64Array,
  k: number,
): AdjustedScores {
  let tp = 0;
  let inside = 0;
  let anomalies = 0;
  lengths.forEach((length, e) => {
    const hit = hits[e] as number;
    anomalies += length;
    inside += hit;
    tp += hit > 0 && hit > (k / 100) * length ? length : hit;
  });
  const counts: Confusion = { tp, fp: flagged - inside, fn: anomalies - tp, tn: 0 };
  return { precision: precision(counts), recall: recall(counts), f1: f1(counts) };
}

function randomScores(hits: Hits, k: number): AdjustedScores {
  const all = hits.random.map((each) => adjustedScores(hits, each, k));
  const mean = (pick: (scores: AdjustedScores) => number): number =>
    all.reduce((sum, scores) => sum + pick(scores), 0) / all.length;
  return {
    precision: mean((each) => each.precision),
    recall: mean((each) => each.recall),
    f1: mean((each) => each.f1),
  };
}

/**
 * Hits of each episode when as many flags stand at random rows. Rows are drawn for the smaller of the two sets, flags or
 * others, by Floyd's sampling: each subset of that size is as likely as any other.
 */
function randomHits(real: readonly Episode[], rows: number, flagged: number, random: Random): Float64Array {
  const others = flagged > rows / 2;
  const drawn = others ? rows - flagged : flagged;
  const owner = episodeOfRow(real, rows);
  const hits = Float64Array.from(real, ({ start, end }) => (others ? end - start : 0));
  const taken = new Uint8Array(rows);
  for (let last = rows - drawn; last < rows; last++) {
    const guess = random.below(last + 1);
    const row = taken[guess] === 1 ? last : guess;
    taken[row] = 1;
    const e = owner[row] as number;
    if (e > 0) hits[e - 1] = (hits[e - 1] as number) + (others ? -1 : 1);
  }
  return hits;
}

/** Number of the episode that a row is in, from 1; 0 outside. */
function episodeOfRow(real: readonly Episode[], rows: number): Uint32Array {
  const owner = new Uint32Array(rows);
  real.forEach(({ start, end }, e) => {
    owner.fill(e + 1, start, end);
  });
  return owner;
}

/** F1 after PA%K for every K, and the area under it. */
export interface AdjustedCurve {
  /** 0, 1 … 100 per cent. */
  readonly k: Float64Array;
  readonly f1: Float64Array;
  /** Mean of F1 over K (trapezoids): between plain F1 and the point-adjusted one. */
  readonly area: number;
  readonly random: { readonly f1: Float64Array; readonly area: number };
}

/**
 * F1 after PA%K over all K = 0 … 100 and the area under it, with the same for random flags. It takes K out of the hands of
 * whoever reports.
 *
 * @throws as {@link pointAdjusted}
 * @see Kim et al. (2022), https://doi.org/10.1609/aaai.v36i7.20680
 * @example
 * ```ts
 * import { pointAdjustedCurve } from "@telltale/core";
 * const { f1, area } = pointAdjustedCurve([0, 1, 1, 1, 1, 0], [0, 1, 0, 0, 0, 0]);
 * console.log(f1[0], f1[25], area.toFixed(3)); // 1 0.4 0.547
 * ```
 */
export function pointAdjustedCurve(
  labels: Labels,
  flags: Labels,
  options: Omit<PointAdjustOptions, "k"> = {},
): AdjustedCurve {
  const hits = hitsOf(labels, flags, options);
  const k = Float64Array.from({ length: 101 }, (_, i) => i);
  const own = k.map((each) => adjustedScores(hits, hits.own, each).f1);
  const random = k.map((each) => randomScores(hits, each).f1);
  return { k, f1: own, area: area(own), random: { f1: random, area: area(random) } };
}

function area(values: Float64Array): number {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += ((values[i - 1] as number) + (values[i] as number)) / 2;
  return sum / (values.length - 1);
}
