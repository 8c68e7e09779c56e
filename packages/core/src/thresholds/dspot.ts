import { DataError, ParamError, ShapeError } from "../errors.js";
import { fitGeneralizedPareto } from "../math/generalized-pareto.js";
import { int } from "../params/params.js";
import type { FittedThreshold, ThresholdLimits, ThresholdState } from "./fitted.js";
import { type Tail, tailOf, tailQuantile } from "./peaks.js";
import { levelOption } from "./pot.js";
import { sideOption } from "./side.js";
import { defineThreshold } from "./threshold.js";

/** Peaks that a tail remembers; its law is fitted to the latest so many, which bounds memory and time of a refit. */
const MOST_PEAKS = 1000;
const EMPTY = new Float64Array(0);

/** What the threshold said about one score. */
export interface DspotDecision {
  readonly anomaly: boolean;
  /** The limits that the score was held against, in its unit; `Infinity` and `-Infinity` on a side that is not looked at. */
  readonly threshold: number;
  readonly low: number;
}

/** One tail that learns: alarms are kept out of it, peaks change its law. */
class LearningTail {
  readonly initial: number;
  readonly #q: number;
  #seen: number;
  #peaks: number;
  #excesses: number[];
  #limit: number;

  constructor(tail: Tail, q: number) {
    this.initial = tail.initial;
    this.#q = q;
    this.#seen = tail.seen;
    this.#peaks = tail.peaks;
    this.#excesses = Array.from(tail.excesses.subarray(Math.max(0, tail.excesses.length - MOST_PEAKS)));
    this.#limit = tailQuantile(tail, q);
  }

  get limit(): number {
    return this.#limit;
  }

  /** Takes a score that was no alarm. */
  learn(score: number): void {
    this.#seen += 1;
    if (score <= this.initial) return;
    this.#peaks += 1;
    this.#excesses.push(score - this.initial);
    if (this.#excesses.length > MOST_PEAKS) this.#excesses.shift();
    const distribution = fitGeneralizedPareto(Float64Array.from(this.#excesses));
    this.#limit = tailQuantile({ initial: this.initial, seen: this.#seen, peaks: this.#peaks, distribution }, this.#q);
  }
}

/** The tails and the window after calibration; plain numbers. */
interface Calibration {
  readonly window: readonly number[];
  readonly high?: Tail;
  readonly low?: Tail;
}

/**
 * A threshold that follows a stream, made by {@link dspot}`(…).fit(scores)` and `dspotStream`: one score in, one decision
 * out, with what it has learned so far.
 */
export class DspotStream {
  readonly #depth: number;
  readonly #window: number[];
  readonly #high: LearningTail | undefined;
  readonly #low: LearningTail | undefined;
  /** Place of the oldest score in the window. */
  #oldest = 0;

  /** @internal */
  constructor({ window, high, low }: Calibration, q: number) {
    this.#depth = window.length;
    this.#window = [...window];
    this.#high = high === undefined ? undefined : new LearningTail(high, q);
    this.#low = low === undefined ? undefined : new LearningTail(low, q);
  }

  /** The limits for the next score. */
  get limits(): { readonly threshold: number; readonly low: number } {
    const level = mean(this.#window);
    return {
      threshold: this.#high === undefined ? Number.POSITIVE_INFINITY : level + this.#high.limit,
      low: this.#low === undefined ? Number.NEGATIVE_INFINITY : level - this.#low.limit,
    };
  }

  /**
   * Decides about the next score and learns from it unless it is an alarm.
   *
   * @throws {@link DataError} `DATA_MISSING` for NaN, after which the stream goes on as before
   */
  update(score: number): DspotDecision {
    if (Number.isNaN(score)) throw new DataError("DATA_MISSING", "a score is a number; found NaN");
    const level = mean(this.#window);
    const limits = this.limits;
    const anomaly = score > limits.threshold || score < limits.low || !Number.isFinite(score);
    if (!anomaly) {
      this.#high?.learn(score - level);
      this.#low?.learn(level - score);
      if (this.#depth > 0) {
        this.#window[this.#oldest] = score;
        this.#oldest = (this.#oldest + 1) % this.#depth;
      }
    }
    return { anomaly, ...limits };
  }
}

/**
 * Threshold by extreme-value theory that follows a stream (DSPOT): the limit is relative to the mean of the last `depth`
 * normal scores, and each peak that is no alarm refines the law of the tail.
 *
 * `fit` calibrates on the training scores in their order. `apply` then runs through a series from its beginning, every
 * series beginning where the calibration ended; `open()` takes it in chunks, and {@link dspotStream} one by one. A flag
 * depends on the earlier scores of its series (scope `series`). The law is refitted on the latest 1,000 peaks, so that memory
 * and the time of an update stay bounded (a few milliseconds for a peak, nothing for other scores). `depth: 0` is SPOT,
 * without drift. `threshold` is the limit for the first score.
 *
 * @param value  q, greater than 0 and less than 1: the probability that a normal score passes the limit
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` when the training scores do
 *   not reach beyond `depth` · {@link DataError} `DATA_INFINITE` for infinite training scores
 * @see Siffer, Fouque, Termier, Largouët (2017), "Anomaly detection in streams with extreme value theory", algorithm 3,
 *   https://doi.org/10.1145/3097983.3098144
 * @example
 * ```ts
 * import { dspot, Random } from "@telltale/core";
 * const random = new Random(1);
 * const drifting = (from: number, n: number) => Float64Array.from({ length: n }, (_, i) => (from + i) / 500 + random.normal());
 * const rule = dspot(1e-5, { depth: 50, level: 0.9 }).fit(drifting(0, 2000));
 * const series = drifting(2000, 1000);
 * series[700] += 12;
 * console.log([...rule.apply(series)].indexOf(1)); // 700
 * ```
 */
export const dspot = defineThreshold({
  name: "dspot",
  aliases: ["spot"],
  key: "q",
  parameter: "q",
  doc: "A limit that follows the stream: peaks over threshold, relative to the mean of the last normal scores (DSPOT).",
  example: 0.001,
  optional: true,
  range: "greater than 0 and less than 1",
  needsScores: true,
  options: {
    depth: int({
      default: 20,
      min: 0,
      max: 65_536,
      doc: "Normal scores whose mean the limit is relative to; 0: none.",
    }),
    level: levelOption,
    side: sideOption,
  },
  accepts: (q) => q > 0 && q < 1,
  scope: () => "series",
  find(scores, q, { depth, level, side }): ThresholdLimits {
    if (scores.length <= depth + 1) {
      throw new ShapeError(
        "SHAPE_TOO_FEW_ROWS",
        `threshold dspot with depth=${depth} needs at least ${depth + 2} training scores; found ${scores.length}`,
        { remedy: "Give more training rows, or choose a smaller depth" },
      );
    }
    if (!scores.every(Number.isFinite)) return { threshold: Number.NaN };
    const relative = withoutDrift(scores, depth);
    const calibration: Calibration = {
      window: Array.from(scores.subarray(scores.length - depth)),
      ...(side === "low" ? {} : { high: tailOf(relative, level) }),
      ...(side === "high"
        ? {}
        : {
            low: tailOf(
              relative.map((score) => -score),
              level,
            ),
          }),
    };
    const { threshold, low } = new DspotStream(calibration, q).limits;
    return { threshold, ...(side === "high" ? {} : { low }), state: packed(calibration) };
  },
  open(q, _options, { state }) {
    const stream = new DspotStream(unpacked(state as ThresholdState), q);
    return (scores) => Uint8Array.from(scores, (score) => (stream.update(score).anomaly ? 1 : 0));
  },
  checkState(state, { depth, side }) {
    const { window, high, low } = unpacked(state);
    if (window.length !== depth) throw new Error("its window has another length than its depth");
    if ((high !== undefined) !== (side !== "low") || (low !== undefined) !== (side !== "high")) {
      throw new Error("its tails are not those of its side");
    }
  },
});

/**
 * Opens a fitted {@link dspot} for one score at a time.
 *
 * @throws {@link ParamError} `PARAM_TYPE` for a threshold of another rule
 * @example
 * ```ts
 * import { dspot, dspotStream } from "@telltale/core";
 * const calm = Float64Array.from({ length: 400 }, (_, i) => (i * 7919) % 100);
 * const stream = dspotStream(dspot(1e-3, { depth: 10, level: 0.9 }).fit(calm));
 * console.log(stream.update(50).anomaly, stream.update(500).anomaly); // false true
 * ```
 */
export function dspotStream(threshold: FittedThreshold): DspotStream {
  const { value, state } = threshold.toJSON();
  if (threshold.rule !== dspot.rule.name || state === undefined) {
    throw new ParamError("PARAM_TYPE", `a fitted threshold dspot is needed; found ${threshold}`, {
      remedy: "Fit one with dspot(q, { depth }).fit(scores)",
    });
  }
  return new DspotStream(unpacked(state), value);
}

/** Each score without the mean of the `depth` before it; the first `depth` scores only fill the window. */
function withoutDrift(scores: Float64Array, depth: number): Float64Array {
  if (depth === 0) return scores;
  const out = new Float64Array(scores.length - depth);
  for (let i = 0; i < out.length; i++) out[i] = (scores[i + depth] as number) - mean(scores.subarray(i, i + depth));
  return out;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return values.length === 0 ? 0 : sum / values.length;
}

function packed({ window, high, low }: Calibration): ThresholdState {
  return { window, ...packedTail("high", high), ...packedTail("low", low) };
}

function packedTail(side: string, tail: Tail | undefined): ThresholdState {
  if (tail === undefined) return {};
  const { initial, seen, peaks, distribution, excesses } = tail;
  return {
    [side]: [initial, seen, peaks, distribution.shape, distribution.scale],
    [`${side}Excesses`]: Array.from(excesses.subarray(Math.max(0, excesses.length - MOST_PEAKS))),
  };
}

function unpacked(state: ThresholdState): Calibration {
  const { window } = state;
  if (!Array.isArray(window)) throw new Error("it has no window");
  const [high, low] = [unpackedTail("high", state), unpackedTail("low", state)];
  return { window, ...(high === undefined ? {} : { high }), ...(low === undefined ? {} : { low }) };
}

function unpackedTail(
  side: string,
  { [side]: facts, [`${side}Excesses`]: excesses }: ThresholdState,
): Tail | undefined {
  if (facts === undefined && excesses === undefined) return undefined;
  if (!Array.isArray(facts) || facts.length !== 5 || !Array.isArray(excesses))
    throw new Error(`its ${side} tail is broken`);
  const [initial, seen, peaks, shape, scale] = facts as [number, number, number, number, number];
  const counts = Number.isSafeInteger(seen) && Number.isSafeInteger(peaks) && peaks <= seen && excesses.length <= peaks;
  if (!counts || excesses.length > MOST_PEAKS || scale < 0 || (peaks > 0 && excesses.length === 0)) {
    throw new Error(`its ${side} tail does not count up`);
  }
  if (excesses.some((excess: number) => excess < 0)) throw new Error(`an excess of its ${side} tail is negative`);
  return {
    initial,
    seen,
    peaks,
    distribution: { shape, scale },
    excesses: excesses.length === 0 ? EMPTY : Float64Array.from(excesses as number[]),
  };
}
