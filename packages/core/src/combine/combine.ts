import { ParamError, ShapeError } from "../errors.js";
import { Random } from "../random.js";

/**
 * How the scores of several detectors become one: `mean`, `median`, `maximum` · `aom`: average of maximum, over groups of
 * detectors · `moa`: maximum of average · `and`: the least, high only where all agree · `or`: the greatest, as `maximum` ·
 * `vote`: the share of detectors whose score exceeds its own limit.
 */
export type Combination = "mean" | "maximum" | "median" | "vote" | "aom" | "moa" | "and" | "or";

export const COMBINATIONS = [
  "mean",
  "maximum",
  "median",
  "vote",
  "aom",
  "moa",
  "and",
  "or",
] as const satisfies Combination[];

export interface CombineOptions {
  /** Of `mean` and `vote`: how much each detector counts; at least 0, not all 0. Default: all alike. */
  readonly weights?: readonly number[];
  /** Of `aom` and `moa`: groups that the detectors are dealt into; at most one for each. Default 5. */
  readonly buckets?: number;
  /** Of `aom` and `moa`: seed of the order in which detectors are dealt. Default 0. */
  readonly seed?: number;
  /** Of `aom` and `moa`: that order itself, from 0, instead of a seed. */
  readonly order?: readonly number[];
  /** Of `vote`, and needed there: a limit for each detector, above which it votes. */
  readonly limits?: readonly number[];
}

/**
 * Combines the scores of several detectors, row by row. All but `vote` need scores on one scale: see
 * {@link standardizeScores}.
 *
 * Averaging takes the noise out of detectors that fail differently, the maximum finds what only one of them sees at the
 * price of its noise; `aom` and `moa` are in between (Aggarwal and Sathe). Detectors are dealt into `buckets` groups of
 * consecutive ones in a seeded order, as even as possible, the first ones larger.
 *
 * @param scores  one array for each of m ≥ 1 detectors, all of n scores, higher = more anomalous; not modified
 * @returns n scores
 * @throws {@link ShapeError} `SHAPE_EMPTY`, `SHAPE_MISMATCH` · {@link ParamError} `PARAM_UNKNOWN`, `PARAM_RANGE`
 * @see Aggarwal, Sathe (2015), "Theoretical foundations and algorithms for outlier ensembles",
 *   https://doi.org/10.1145/2830544.2830549
 * @example
 * ```ts
 * import { combineScores } from "@telltale/core";
 * const scores = [Float64Array.of(0, 3), Float64Array.of(1, 5)];
 * console.log([...combineScores(scores, "mean")]); // [0.5, 4]
 * console.log([...combineScores(scores, "vote", { limits: [2, 9] })]); // [0, 0.5]
 * ```
 */
export function combineScores(
  scores: readonly Float64Array[],
  method: Combination,
  options: CombineOptions = {},
): Float64Array {
  const rows = checkScores(scores);
  const { weights } = options;
  switch (method) {
    case "mean":
      return weightedMean(scores, rows, checkWeights(weights, scores.length));
    case "median":
      return median(scores, rows);
    case "maximum":
    case "or":
      return fold(scores, rows, (a, b) => (b > a ? b : a));
    case "and":
      return fold(scores, rows, (a, b) => (b < a ? b : a));
    case "vote":
      return weightedMean(votes(scores, options.limits), rows, checkWeights(weights, scores.length));
    case "aom": {
      const groups = dealt(scores, options).map((group) => combineScores(group, "maximum"));
      return combineScores(groups, "mean");
    }
    case "moa": {
      const groups = dealt(scores, options).map((group) => combineScores(group, "mean"));
      return combineScores(groups, "maximum");
    }
    default:
      throw new ParamError("PARAM_UNKNOWN", `there is no combination "${String(method)}"`, {
        remedy: `Choose one of ${COMBINATIONS.join(", ")}`,
      });
  }
}

/**
 * Flags where every one of several detectors flags (`and`), where any does (`or`), or where more than half do (`vote`).
 *
 * @param flags  one array of 0 and 1 for each of m ≥ 1 detectors
 * @throws {@link ShapeError} `SHAPE_EMPTY`, `SHAPE_MISMATCH` · {@link ParamError} `PARAM_UNKNOWN`
 * @example
 * ```ts
 * import { combineFlags } from "@telltale/core";
 * const flags = [Uint8Array.of(1, 1, 0), Uint8Array.of(1, 0, 0)];
 * console.log([...combineFlags(flags, "and")], [...combineFlags(flags, "or")]); // [1, 0, 0] [1, 1, 0]
 * ```
 */
export function combineFlags(flags: readonly Uint8Array[], how: "and" | "or" | "vote"): Uint8Array {
  const rows = checkScores(flags);
  const least = { and: flags.length, or: 1, vote: Math.floor(flags.length / 2) + 1 }[how];
  if (least === undefined) throw new ParamError("PARAM_UNKNOWN", `flags are combined by and, or, vote; found "${how}"`);
  return Uint8Array.from({ length: rows }, (_, i) =>
    flags.reduce((sum, each) => sum + (each[i] as number), 0) >= least ? 1 : 0,
  );
}

function checkScores(scores: readonly ArrayLike<number>[]): number {
  const first = scores[0];
  if (first === undefined) throw new ShapeError("SHAPE_EMPTY", "at least one detector's scores are needed; found none");
  const odd = scores.findIndex(({ length }) => length !== first.length);
  if (odd >= 0) {
    const found = `the first one has ${first.length}, number ${odd + 1} has ${scores[odd]?.length}`;
    throw new ShapeError("SHAPE_MISMATCH", `all detectors score the same rows; ${found}`);
  }
  return first.length;
}

function checkWeights(weights: readonly number[] | undefined, members: number): readonly number[] {
  if (weights === undefined) return new Array<number>(members).fill(1);
  if (weights.length !== members) {
    throw new ShapeError("SHAPE_MISMATCH", `${members} detectors need ${members} weights; found ${weights.length}`);
  }
  if (!weights.every((w) => w >= 0 && Number.isFinite(w)) || weights.every((w) => w === 0)) {
    throw new ParamError("PARAM_RANGE", `weights are finite, at least 0 and not all 0; found ${weights.join(", ")}`);
  }
  return weights;
}

function weightedMean(scores: readonly Float64Array[], rows: number, weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const out = new Float64Array(rows);
  scores.forEach((each, m) => {
    const w = weights[m] as number;
    if (w === 0) return;
    for (let i = 0; i < rows; i++) out[i] = (out[i] as number) + w * (each[i] as number);
  });
  for (let i = 0; i < rows; i++) out[i] = (out[i] as number) / total;
  return out;
}

function fold(scores: readonly Float64Array[], rows: number, next: (a: number, b: number) => number): Float64Array {
  const out = (scores[0] as Float64Array).slice();
  for (const each of scores.slice(1)) {
    for (let i = 0; i < rows; i++) out[i] = next(out[i] as number, each[i] as number);
  }
  return out;
}

function median(scores: readonly Float64Array[], rows: number): Float64Array {
  const row = new Float64Array(scores.length);
  const [low, high] = [(scores.length - 1) >> 1, scores.length >> 1];
  return Float64Array.from({ length: rows }, (_, i) => {
    scores.forEach((each, m) => {
      row[m] = each[i] as number;
    });
    row.sort();
    return ((row[low] as number) + (row[high] as number)) / 2;
  });
}

function votes(scores: readonly Float64Array[], limits: readonly number[] | undefined): Float64Array[] {
  if (limits === undefined || limits.length !== scores.length) {
    throw new ParamError(
      "PARAM_RANGE",
      `a vote needs a limit for each of ${scores.length} detectors; found ${limits?.length ?? "none"}`,
      {
        remedy: "Pass limits, such as each detector's threshold",
      },
    );
  }
  return scores.map((each, m) => each.map((score) => (score > (limits[m] as number) ? 1 : 0)));
}

/** The detectors in groups of consecutive ones, in a seeded order. */
function dealt(scores: readonly Float64Array[], { buckets = 5, seed = 0, order }: CombineOptions): Float64Array[][] {
  if (!Number.isSafeInteger(buckets) || buckets < 1) {
    throw new ParamError("PARAM_RANGE", `buckets: expected a whole number ≥ 1; found ${buckets}`);
  }
  const members = scores.length;
  const places = order ?? shuffled(members, seed);
  if (places.length !== members || new Set(places).size !== members || places.some((m) => scores[m] === undefined)) {
    throw new ParamError("PARAM_RANGE", `order: expected each of 0 … ${members - 1} once; found ${places.join(", ")}`);
  }
  const groups = Math.min(buckets, members);
  const [size, larger] = [Math.floor(members / groups), members % groups];
  return Array.from({ length: groups }, (_, g) => {
    const from = g * size + Math.min(g, larger);
    const to = from + size + (g < larger ? 1 : 0);
    return places.slice(from, to).map((m) => scores[m] as Float64Array);
  });
}

function shuffled(count: number, seed: number): number[] {
  const random = new Random(seed);
  const places = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [places[i], places[j]] = [places[j] as number, places[i] as number];
  }
  return places;
}
