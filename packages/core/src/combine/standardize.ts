import { DataError, ParamError, ShapeError } from "../errors.js";
import { normalCdf } from "../math/distributions/index.js";
import { medianOf } from "../math/selection.js";

/**
 * How scores of different detectors are brought to one scale:
 * `z` by mean and standard deviation, `robust` by median and MAD, `ecdf` to the share of training scores below, `gaussian` to the
 * probability of being an outlier that a normal distribution gives (Kriegel et al. 2011), `none` not at all.
 */
export type Standardization = "z" | "robust" | "ecdf" | "gaussian" | "none";

export const STANDARDIZATIONS = ["z", "robust", "ecdf", "gaussian", "none"] as const satisfies Standardization[];

/** 1 / Φ⁻¹(3/4): makes the MAD of normally distributed values estimate their standard deviation. */
const MAD_TO_SIGMA = 1.482602218505602;
/** Order statistics that `ecdf` keeps, at most. */
const MOST_KEPT = 4096;

/** What a {@link ScoreScale} consists of; plain values and an array. */
export interface ScoreScaleFacts {
  readonly method: Standardization;
  readonly center: number;
  /** Greater than 0. */
  readonly spread: number;
  /** Of `ecdf`: training scores, ascending, or evenly spaced ones of them. */
  readonly sorted: Float64Array;
}

/** A fitted standardization: depends on the training scores, never on the batch. */
export class ScoreScale {
  readonly facts: ScoreScaleFacts;

  constructor(facts: ScoreScaleFacts) {
    this.facts = facts;
  }

  /** The scores on the common scale; increasing, so a detector's own ranking stays. */
  apply(scores: Float64Array): Float64Array {
    const { method, center, spread, sorted } = this.facts;
    switch (method) {
      case "none":
        return scores.slice();
      case "ecdf":
        return scores.map(
          (score) => (placeOf(sorted, score, false) + placeOf(sorted, score, true)) / (2 * sorted.length),
        );
      case "gaussian":
        return scores.map((score) => Math.max(0, 2 * normalCdf((score - center) / spread) - 1));
      default:
        return scores.map((score) => (score - center) / spread);
    }
  }
}

/**
 * Learns from training scores how a detector's scores are brought to a common scale.
 *
 * Training scores that do not vary are only shifted. `ecdf` counts ties half and keeps 4,096 evenly spaced training scores at
 * most; above the greatest of them all scores are alike, so prefer `z` where the strongest outliers matter.
 *
 * @param scores  n ≥ 1 finite scores, higher = more anomalous; not modified
 * @throws {@link ShapeError} `SHAPE_EMPTY` · {@link DataError} `DATA_MISSING`, `DATA_INFINITE` · {@link ParamError}
 *   `PARAM_UNKNOWN` for another method
 * @see Kriegel, Kröger, Schubert, Zimek (2011), "Interpreting and unifying outlier scores",
 *   https://doi.org/10.1137/1.9781611972818.2
 * @example
 * ```ts
 * import { fitScoreScale } from "@telltale/core";
 * const scale = fitScoreScale(Float64Array.of(1, 3), "z");
 * console.log([...scale.apply(Float64Array.of(2, 5))]); // [0, 3]
 * ```
 */
export function fitScoreScale(scores: Float64Array, method: Standardization): ScoreScale {
  if (!STANDARDIZATIONS.includes(method)) {
    throw new ParamError("PARAM_UNKNOWN", `there is no standardization "${method}"`, {
      remedy: `Choose one of ${STANDARDIZATIONS.join(", ")}`,
    });
  }
  checkScores(scores);
  const none = new Float64Array(0);
  if (method === "none") return new ScoreScale({ method, center: 0, spread: 1, sorted: none });
  if (method === "ecdf")
    return new ScoreScale({ method, center: 0, spread: 1, sorted: thinned(scores.slice().sort()) });
  if (method === "robust") {
    const center = medianOf(scores);
    const spread = MAD_TO_SIGMA * medianOf(scores.map((score) => Math.abs(score - center)));
    // More than half of the scores alike: the standard deviation still tells how far the others are.
    return new ScoreScale({ method, center, spread: spread > 0 ? spread : deviation(scores).spread, sorted: none });
  }
  return new ScoreScale({ method, ...deviation(scores), sorted: none });
}

/**
 * Scores on a common scale that is learned from themselves: {@link fitScoreScale} and `apply` in one.
 *
 * @throws as {@link fitScoreScale} does
 */
export function standardizeScores(scores: Float64Array, method: Standardization): Float64Array {
  return fitScoreScale(scores, method).apply(scores);
}

/**
 * Ranks of scores, 1 for the lowest; ties share the mean of their ranks.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE`
 * @example
 * ```ts
 * import { rankScores } from "@telltale/core";
 * console.log([...rankScores(Float64Array.of(5, 1, 5, 3))]); // [3.5, 1, 3.5, 2]
 * ```
 */
export function rankScores(scores: Float64Array): Float64Array {
  if (scores.length === 0) return new Float64Array(0);
  checkScores(scores);
  const sorted = scores.slice().sort();
  return scores.map((score) => (placeOf(sorted, score, false) + placeOf(sorted, score, true) + 1) / 2);
}

/** How many sorted values are below a score, or with ties not above it. */
function placeOf(sorted: Float64Array, score: number, ties: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] as number;
    if (value < score || (ties && value === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function thinned(sorted: Float64Array): Float64Array {
  if (sorted.length <= MOST_KEPT) return sorted;
  const step = (sorted.length - 1) / (MOST_KEPT - 1);
  return Float64Array.from({ length: MOST_KEPT }, (_, i) => sorted[Math.round(i * step)] as number);
}

function deviation(scores: Float64Array): { readonly center: number; readonly spread: number } {
  let sum = 0;
  for (const score of scores) sum += score;
  const center = sum / scores.length;
  let squares = 0;
  for (const score of scores) squares += (score - center) * (score - center);
  const spread = Math.sqrt(squares / scores.length);
  // A spread that is nothing but rounding would blow up whatever comes later.
  return { center, spread: spread > 1e-12 * Math.abs(center) && Number.isFinite(spread) ? spread : 1 };
}

function checkScores(scores: Float64Array): void {
  if (scores.length === 0) throw new ShapeError("SHAPE_EMPTY", "at least one score is needed; found none");
  const row = scores.findIndex((score) => !Number.isFinite(score));
  if (row < 0) return;
  const missing = Number.isNaN(scores[row]);
  throw new DataError(missing ? "DATA_MISSING" : "DATA_INFINITE", `a finite score is needed; found ${scores[row]}`, {
    where: { row: row + 1 },
    remedy: "Leave such rows out before scores are combined",
  });
}
