import { ParamError, ShapeError } from "../errors.js";
import { type ParamSchema, type ParamValues, resolveParams } from "../params/params.js";
import type { AlarmConditions } from "./alarm-conditions.js";
import {
  type FittedThreshold,
  fitted,
  type ThresholdLimits,
  type ThresholdScope,
  type ThresholdState,
} from "./fitted.js";
import { infiniteThreshold, notAScore } from "./scores.js";

/** What finding a threshold may be told beside the scores. */
export interface ThresholdFitOptions {
  /** 0 or 1 a score, 1 = anomaly; for rules that need labels. */
  readonly labels?: ArrayLike<number>;
}

/** A threshold rule with its parameters, not yet fitted. */
export interface Threshold {
  readonly rule: string;
  /** Its main parameter. */
  readonly value: number;
  /** The others, with their defaults. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** False when the threshold is known without looking at scores, so that training rows need not be scored for it. */
  readonly needsScores: boolean;
  /** True when it is found with the help of labels. */
  readonly needsLabels: boolean;
  /** How far a flag of it will look. */
  readonly scope: ThresholdScope;
  /** When rows beyond the limit are an alarm ({@link persistent}); absent: each of them is. */
  readonly alarm?: AlarmConditions;
  /**
   * Finds the threshold on training scores.
   *
   * @param scores  n ≥ 1 scores, higher = more anomalous, in the order of their rows; not modified
   * @throws {@link ShapeError} `SHAPE_EMPTY` without a score, `SHAPE_TOO_FEW_ROWS` for a rule that needs more ·
   *   {@link DataError} `DATA_MISSING` for a NaN score, `DATA_INFINITE` when the threshold itself would be infinite ·
   *   {@link ParamError} `PARAM_TYPE` when the rule needs labels and there are none
   */
  fit(scores: Float64Array, options?: ThresholdFitOptions): FittedThreshold;
  /** The rule as {@link parseThreshold} reads it, such as `quantile:0.995` or `pot:0.001,level=0.95`. */
  toString(): string;
}

/** What a rule is: how its parameters read and how scores become a threshold. */
export interface ThresholdRule<O extends ParamSchema = ParamSchema> {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Name of the main parameter in a text, where it may also stand without a name. */
  readonly key: string;
  /** What the main parameter is called in help and error texts. */
  readonly parameter: string;
  /** One sentence of help. */
  readonly doc: string;
  /** A sensible value, shown in help and error texts. */
  readonly example: number;
  /** The example stands when no value is given. */
  readonly optional?: boolean;
  /** What the main parameter may be, in words; `accepts` decides. */
  readonly range: string;
  readonly needsScores: boolean;
  /** Found with the help of labels. */
  readonly needsLabels?: boolean;
  /** Looks at the answers, so what it reaches is an upper limit and no result. */
  readonly oracle?: boolean;
  /** The parameters beside the main one. */
  readonly options: O;
  accepts(value: number): boolean;
  /** How far a flag looks; absent: at its own score alone. */
  scope?(options: ParamValues<O>): ThresholdScope;
  /** @param scores  at least one, none of them NaN; empty when `needsScores` is false */
  find(scores: Float64Array, value: number, options: ParamValues<O>, labels: ArrayLike<number>): ThresholdLimits;
  /** Decides with a state, for a scope beyond the own score; a new one for each series. */
  open?(value: number, options: ParamValues<O>, limits: ThresholdLimits): (scores: Float64Array) => Uint8Array;
  /** Checks a state that was read from a file; throws an `Error` that says what is wrong. */
  checkState?(state: ThresholdState, options: ParamValues<O>): void;
}

/** Makes an unfitted threshold from a rule's parameters; `rule` describes it. */
export interface ThresholdFactory<O extends ParamSchema = ParamSchema> {
  (value: number, options?: Partial<ParamValues<O>>): Threshold;
  readonly rule: ThresholdRule<O>;
}

/** Turns a rule into the function that users call. */
export function defineThreshold<const O extends ParamSchema>(rule: ThresholdRule<O>): ThresholdFactory<O> {
  const plain = rule as unknown as ThresholdRule;
  const create = (value: number, given: Partial<ParamValues<O>> = {}): Threshold => {
    checkParameter(plain, value);
    const options = resolveParams(rule.options, given, `threshold ${rule.name}`);
    const { needsScores, needsLabels = false } = rule;
    const text = ruleText(plain, value, options);
    return {
      rule: rule.name,
      value,
      options: options as Threshold["options"],
      needsScores,
      needsLabels,
      scope: rule.scope?.(options) ?? "score",
      fit(scores, { labels } = {}) {
        if (needsScores) checkTrainingScores(scores, rule.name);
        if (needsLabels) checkLabels(labels, scores, rule.name);
        const limits = rule.find(scores, value, options, labels ?? []);
        const { threshold, low } = limits;
        // +∞ above and −∞ below mean that there is no limit on that side; a rule that finds no other one has failed.
        const wrong =
          Number.isNaN(threshold) ||
          threshold === Number.NEGATIVE_INFINITY ||
          (low !== undefined && !Number.isFinite(low));
        if (wrong || (threshold === Number.POSITIVE_INFINITY && low === undefined)) {
          throw infiniteThreshold(text, wrong && low !== undefined ? low : threshold);
        }
        return fitted(plain, { value, options: options as Threshold["options"], limits, text });
      },
      toString: () => text,
    };
  };
  return Object.assign(create, { rule });
}

/** The rule with its parameters in the form that is read back; options at their default are left out. */
export function ruleText(rule: ThresholdRule, value: number, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(rule.options).flatMap(([key, param]) =>
    options[key] === undefined || options[key] === param.default ? [] : [`,${key}=${String(options[key])}`],
  );
  return `${rule.name}:${value}${given.join("")}`;
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

function checkLabels(labels: ArrayLike<number> | undefined, scores: Float64Array, rule: string): void {
  if (labels === undefined) {
    throw new ParamError("PARAM_TYPE", `threshold ${rule} is found with labels; none were given`, {
      remedy: "Pass labels, one 0 or 1 for each score, or choose a rule that needs none",
    });
  }
  if (labels.length !== scores.length) {
    throw new ShapeError("SHAPE_MISMATCH", `${scores.length} scores need as many labels; found ${labels.length}`);
  }
}
