import { ParamError } from "../errors.js";
import type { ParamValues } from "../params/params.js";
import type { AlarmConditions } from "./alarm-conditions.js";
import { notAScore } from "./scores.js";
import type { ThresholdRule } from "./threshold.js";

/**
 * How far a flag looks: at its own score alone, at earlier scores of its series, too, or at all scores that are decided
 * together.
 */
export type ThresholdScope = "score" | "series" | "batch";

/** Numbers that a rule keeps for deciding, beside its limits. */
export type ThresholdState = Readonly<Record<string, number | readonly number[]>>;

/** What a rule finds on training scores. */
export interface ThresholdLimits {
  /** A score above it is an anomaly; `Infinity` when only low scores are. */
  readonly threshold: number;
  /** A score below it is an anomaly, too. */
  readonly low?: number;
  readonly state?: ThresholdState;
}

/** A threshold as plain data: what a model file holds. */
export interface ThresholdJSON {
  /** Name of the rule, such as `quantile`. */
  readonly rule: string;
  /** The rule's main parameter, as given. */
  readonly value: number;
  /** The rule's other parameters; absent when it has none. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  /** The score above which a row is an anomaly; `null` when only low scores are anomalies. */
  readonly threshold: number | null;
  /** The score below which a row is an anomaly, too. */
  readonly low?: number;
  /** Present and true when the rule looked at labels to reach the best figures: no result, but an upper limit. */
  readonly oracle?: true;
  readonly state?: ThresholdState;
  /** When rows beyond the limit are an alarm; absent: each of them is. */
  readonly alarm?: AlarmConditions;
}

export interface ApplyOptions {
  /** Number of the first row for error texts, when `scores` is a chunk of a longer series. Default 1. */
  readonly firstRow?: number;
}

/** Decides about a series that arrives in chunks. */
export interface ThresholdStream {
  /**
   * Flags the next scores of the series: the same flags as `apply` on all of them at once.
   *
   * @throws {@link DataError} `DATA_MISSING` with the row, counted from the beginning of the series, for a NaN score
   */
  push(scores: Float64Array): Uint8Array;
}

/** A threshold that has been fitted: turns scores into flags. Never changes. */
export interface FittedThreshold {
  readonly rule: string;
  /** The rule's main parameter, as given. */
  readonly value: number;
  /** The rule's other parameters. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** The score above which a row is an anomaly; `Infinity` when only low scores are anomalies. */
  readonly threshold: number;
  /** The score below which a row is an anomaly, too; `-Infinity` when low scores are normal. */
  readonly low: number;
  /** Whether the rule looked at labels to reach the best figures: no result, but an upper limit. */
  readonly oracle: boolean;
  /** How far a flag looks; most rules: at its own score. */
  readonly scope: ThresholdScope;
  /** When rows beyond the limit are an alarm ({@link persistent}); absent: each of them is. */
  readonly alarm?: AlarmConditions;
  /**
   * Flags every score that is strictly greater than the threshold, or strictly less than the lower one where there is one;
   * a score equal to it is normal. With the scope `score` each flag depends on its own score alone; with `series` the
   * scores are one series from its beginning; with `batch` they are decided together.
   *
   * @param scores  n scores, higher = more anomalous; `Infinity` is flagged
   * @returns n values, 1 = anomaly, 0 = normal
   * @throws {@link DataError} `DATA_MISSING` with the row for a NaN score: it is neither above nor below
   */
  apply(scores: Float64Array, options?: ApplyOptions): Uint8Array;
  /**
   * Begins a series that arrives in chunks.
   *
   * @throws {@link ParamError} `PARAM_RANGE` for a rule of the scope `batch`, which has to see all scores at once
   */
  open(): ThresholdStream;
  /** The threshold as plain data; {@link thresholdFromJSON} restores it, bit for bit. */
  toJSON(): ThresholdJSON;
  /** The rule with its parameters, such as `quantile:0.995`. */
  toString(): string;
}

/** A fitted threshold of a rule, from facts that the caller has checked. */
export function fitted(
  rule: ThresholdRule,
  facts: {
    readonly value: number;
    readonly options: Readonly<Record<string, string | number | boolean>>;
    readonly limits: ThresholdLimits;
    readonly text: string;
  },
): FittedThreshold {
  const { value, options, limits, text } = facts;
  const { threshold, low = Number.NEGATIVE_INFINITY, state } = limits;
  const params = options as ParamValues<typeof rule.options>;
  const scope = rule.scope?.(params) ?? "score";
  const oracle = rule.oracle === true;
  const decider = () =>
    scope === "score" || rule.open === undefined ? compare(threshold, low) : rule.open(value, params, limits);
  const decide = (decision: (scores: Float64Array) => Uint8Array, scores: Float64Array, firstRow: number) => {
    for (let i = 0; i < scores.length; i++) {
      if (Number.isNaN(scores[i])) throw notAScore(scores[i], firstRow + i);
    }
    return decision(scores);
  };
  return Object.freeze({
    rule: rule.name,
    value,
    options,
    threshold,
    low,
    oracle,
    scope,
    apply: (scores: Float64Array, { firstRow = 1 }: ApplyOptions = {}) => decide(decider(), scores, firstRow),
    open(): ThresholdStream {
      if (scope === "batch") {
        throw new ParamError("PARAM_RANGE", `threshold ${text} decides about all scores together, not in chunks`, {
          remedy: "Use apply on all scores, or another rule",
        });
      }
      const decision = decider();
      let seen = 0;
      return {
        push(scores) {
          const flags = decide(decision, scores, seen + 1);
          seen += scores.length;
          return flags;
        },
      };
    },
    toJSON: (): ThresholdJSON => ({
      rule: rule.name,
      value,
      ...(Object.keys(options).length === 0 ? {} : { options }),
      threshold: Number.isFinite(threshold) ? threshold : null,
      ...(Number.isFinite(low) ? { low } : {}),
      ...(oracle ? { oracle } : {}),
      ...(state === undefined ? {} : { state }),
    }),
    toString: () => text,
  });
}

function compare(threshold: number, low: number): (scores: Float64Array) => Uint8Array {
  return (scores) => {
    const flags = new Uint8Array(scores.length);
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i] as number;
      if (score > threshold || score < low) flags[i] = 1;
    }
    return flags;
  };
}
