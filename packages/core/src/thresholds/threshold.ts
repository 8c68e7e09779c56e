import { DataError, ParamError, ShapeError } from "../errors.js";

/** A threshold as plain data: what a model file holds. */
export interface ThresholdJSON {
  /** Name of the rule: `quantile`, `contamination`, `fixed` or `mad`. */
  readonly rule: string;
  /** The rule's parameter, as given. */
  readonly value: number;
  /** The score above which a row is an anomaly. */
  readonly threshold: number;
}

export interface ApplyOptions {
  /** Number of the first row for error texts, when `scores` is a chunk of a longer series. Default 1. */
  readonly firstRow?: number;
}

/** A threshold that has been fitted: turns scores into flags. Never changes. */
export interface FittedThreshold extends ThresholdJSON {
  /**
   * Flags every score that is strictly greater than the threshold; a score equal to it is normal. Each flag depends on
   * its own score alone.
   *
   * @param scores  n scores, higher = more anomalous; `Infinity` is flagged
   * @returns n values, 1 = anomaly, 0 = normal
   * @throws {@link DataError} `DATA_MISSING` with the row for a NaN score: it is neither above nor below
   */
  apply(scores: Float64Array, options?: ApplyOptions): Uint8Array;
  /** The threshold as plain data; {@link thresholdFromJSON} restores it, bit for bit. */
  toJSON(): ThresholdJSON;
}

/** A threshold rule with its parameter, not yet fitted. */
export interface Threshold {
  readonly rule: string;
  readonly value: number;
  /** False when the threshold is known without looking at scores, so that training rows need not be scored for it. */
  readonly needsScores: boolean;
  /**
   * Finds the threshold on training scores.
   *
   * @param scores  n ≥ 1 scores, higher = more anomalous; not modified
   * @throws {@link ShapeError} `SHAPE_EMPTY` without a score · {@link DataError} `DATA_MISSING` for a NaN score,
   *   `DATA_INFINITE` when the threshold itself would be infinite
   */
  fit(scores: Float64Array): FittedThreshold;
  /** The rule as {@link parseThreshold} reads it, such as `quantile:0.995`. */
  toString(): string;
}

/** What a rule is: how its parameter reads and how scores become a threshold. */
export interface ThresholdRule {
  readonly name: string;
  /** What the parameter is called in help and error texts. */
  readonly parameter: string;
  /** One sentence of help. */
  readonly doc: string;
  /** A sensible value, shown in help and error texts. */
  readonly example: number;
  /** What the parameter may be, in words; `accepts` decides. */
  readonly range: string;
  readonly needsScores: boolean;
  accepts(value: number): boolean;
  /** @param scores  at least one, none of them NaN; empty when `needsScores` is false */
  find(scores: Float64Array, value: number): number;
}

/** Makes an unfitted threshold from a rule's parameter; `rule` describes it. */
export interface ThresholdFactory {
  (value: number): Threshold;
  readonly rule: ThresholdRule;
}

/** Turns a rule into the function that users call. */
export function defineThreshold(rule: ThresholdRule): ThresholdFactory {
  const create = (value: number): Threshold => {
    checkParameter(rule, value);
    return {
      rule: rule.name,
      value,
      needsScores: rule.needsScores,
      fit(scores) {
        if (rule.needsScores) checkTrainingScores(scores, rule.name);
        const threshold = rule.find(scores, value);
        if (!Number.isFinite(threshold)) throw infiniteThreshold(rule.name, value, threshold);
        return fitted({ rule: rule.name, value, threshold });
      },
      toString: () => `${rule.name}:${value}`,
    };
  };
  return Object.assign(create, { rule });
}

/** @throws {@link ParamError} `PARAM_TYPE`, `PARAM_RANGE` */
export function checkParameter(rule: ThresholdRule, value: unknown): asserts value is number {
  const remedy = `Try ${rule.name}:${rule.example}`;
  if (typeof value !== "number" || Number.isNaN(value)) {
    const found = typeof value === "string" ? JSON.stringify(value) : String(value);
    throw new ParamError("PARAM_TYPE", `threshold ${rule.name}: ${rule.parameter} is a number; found ${found}`, {
      remedy,
    });
  }
  if (!rule.accepts(value)) {
    const problem = `threshold ${rule.name}: ${rule.parameter} must be ${rule.range}; found ${value}`;
    throw new ParamError("PARAM_RANGE", problem, { remedy });
  }
}

/** A fitted threshold from its three facts, which the caller has checked. */
export function fitted({ rule, value, threshold }: ThresholdJSON): FittedThreshold {
  return Object.freeze({
    rule,
    value,
    threshold,
    apply(scores: Float64Array, options: ApplyOptions = {}): Uint8Array {
      const flags = new Uint8Array(scores.length);
      for (let i = 0; i < scores.length; i++) {
        const score = scores[i] as number;
        if (score > threshold) flags[i] = 1;
        else if (!(score <= threshold)) throw notAScore(score, (options.firstRow ?? 1) + i);
      }
      return flags;
    },
    toJSON: (): ThresholdJSON => ({ rule, value, threshold }),
  });
}

function checkTrainingScores(scores: Float64Array, rule: string): void {
  if (!(scores instanceof Float64Array)) {
    throw new ParamError("PARAM_TYPE", `threshold ${rule} is fitted on a Float64Array of scores`, {
      remedy: "Use Float64Array.from(scores)",
    });
  }
  if (scores.length === 0) {
    throw new ShapeError("SHAPE_EMPTY", `threshold ${rule} needs at least one training score; found none`, {
      remedy: "Score the training rows first, or set the threshold with fixed",
    });
  }
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) throw notAScore(scores[i], i + 1);
  }
}

function notAScore(score: unknown, row: number): DataError {
  return new DataError("DATA_MISSING", `a score is a number; found ${String(score)}`, {
    where: { row },
    remedy: "Leave out the rows that could not be scored, or impute before scoring",
  });
}

function infiniteThreshold(rule: string, value: number, threshold: number): DataError {
  const problem = `threshold ${rule}:${value} comes out as ${threshold} on these scores: too many of them are infinite or huge`;
  return new DataError("DATA_INFINITE", problem, {
    remedy: "Look for infinite values among the training scores, or set the threshold with fixed",
  });
}
