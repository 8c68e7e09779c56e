import { ModelFileError, ParamError } from "../errors.js";
import { type ParamSchema, parseParam, resolveParams } from "../params/params.js";
import { alarmConditions, alarmParams } from "./alarm-conditions.js";
import { conformal } from "./conformal.js";
import { dspot } from "./dspot.js";
import { type FittedThreshold, fitted, type ThresholdState } from "./fitted.js";
import { bestF1Oracle, cost } from "./labelled.js";
import { persistent, persistentFitted } from "./persistent.js";
import { pot } from "./pot.js";
import { contamination, fixed, iqr, mad, quantile } from "./rules.js";
import { checkParameter, ruleText, type Threshold, type ThresholdFactory, type ThresholdRule } from "./threshold.js";

const FACTORIES = [
  quantile,
  contamination,
  fixed,
  mad,
  iqr,
  pot,
  dspot,
  conformal,
  cost,
  bestF1Oracle,
] as unknown as readonly ThresholdFactory[];

/** Every threshold rule that {@link parseThreshold} knows, for help texts and documentation. */
export const thresholdRules: readonly ThresholdRule[] = FACTORIES.map(({ rule }) => rule);

const CHOICES = thresholdRules.map(({ name, example }) => `${name}:${example}`).join(", ");
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a threshold rule from text, as a command line gives it: `quantile:0.995`, `contamination:0.01`, `fixed:0.6`,
 * `mad:3.5`; further parameters by name, as in `pot:0.001,level=0.95` or `pot:q=0.001,level=0.95`; and when rows beyond the limit
 * are an alarm, as in `mad:10,hits=3,of=5` ({@link persistent}). A rule with a usual value may stand alone: `pot`. The inverse of a
 * threshold's `toString()`.
 *
 * @throws {@link ParamError} `PARAM_UNKNOWN` for another rule or parameter, `PARAM_TYPE` when a parameter is absent or no
 *   number, `PARAM_RANGE` when it is out of bounds; each lists what is possible
 * @example
 * ```ts
 * import { parseThreshold } from "@telltale/core";
 * const rule = parseThreshold("quantile:0.5").fit(Float64Array.of(1, 2, 3));
 * console.log(rule.threshold); // 2
 * console.log(String(parseThreshold("iqr:k=3,side=both"))); // iqr:3,side=both
 * ```
 */
export function parseThreshold(text: string): Threshold {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const factory = FACTORIES.find(({ rule }) => rule.name === name || rule.aliases?.includes(name));
  if (factory === undefined) {
    throw new ParamError("PARAM_UNKNOWN", `no threshold rule is called ${JSON.stringify(name)}`, {
      remedy: `Choose one of ${CHOICES}`,
    });
  }
  const { rule } = factory;
  let value: number | undefined = rule.optional === true ? rule.example : undefined;
  const options: Record<string, unknown> = {};
  const conditions: Record<string, unknown> = {};
  const given = colon < 0 ? "" : text.slice(colon + 1).trim();
  for (const [i, part] of (given === "" ? [] : given.split(",")).entries()) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? (i === 0 ? rule.key : undefined) : part.slice(0, equals).trim();
    const word = part.slice(equals + 1).trim();
    if (key === undefined) throw notParameters(rule, JSON.stringify(given));
    if (key === rule.key) {
      if (!NUMBER.test(word)) throw notParameters(rule, word === "" ? "nothing" : JSON.stringify(word));
      value = Number(word);
    } else if (Object.hasOwn(alarmParams, key)) {
      conditions[key] = parseParam(alarmParams[key as keyof typeof alarmParams], `threshold ${name}: ${key}`, word);
    } else {
      const param = Object.hasOwn(rule.options, key) ? rule.options[key] : undefined;
      // An unknown name is left to the factory, which lists those there are.
      options[key] = param === undefined ? word : parseParam(param, `threshold ${name}: ${key}`, word);
    }
  }
  if (value === undefined) throw notParameters(rule, given === "" ? "nothing" : JSON.stringify(given));
  return persistent(factory(value, options as never), conditions);
}

function notParameters(rule: ThresholdRule, found: string): ParamError {
  const further = Object.keys(rule.options).map((key) => `${key}=…`);
  const problem = `threshold ${rule.name}: ${rule.parameter} (a number ${rule.range}) follows a colon`;
  const forms = [`${rule.name}:${rule.example}`, ...further].join(",");
  return new ParamError("PARAM_TYPE", `${problem}; found ${found}`, {
    remedy: `Write ${forms}; possible are ${CHOICES}`,
  });
}

/**
 * Restores a fitted threshold from what its `toJSON()` gave.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT` when the data is no threshold, `MODEL_NEWER` when its rule is not known
 *   to this version
 * @example
 * ```ts
 * import { fixed, thresholdFromJSON } from "@telltale/core";
 * const text = JSON.stringify(fixed(0.6).fit(new Float64Array(0)));
 * console.log(text); // {"rule":"fixed","value":0.6,"threshold":0.6}
 * console.log(thresholdFromJSON(JSON.parse(text)).threshold); // 0.6
 * ```
 */
export function thresholdFromJSON(json: unknown): FittedThreshold {
  if (typeof json !== "object" || json === null) throw corrupt(`an object is needed; found ${nameOf(json)}`);
  const { rule: name, value, options: given = {}, threshold, low, state, alarm } = json as Record<string, unknown>;
  if (typeof name !== "string") throw corrupt(`"rule" is a name; found ${nameOf(name)}`);
  const factory = FACTORIES.find(({ rule }) => rule.name === name);
  if (factory === undefined) {
    const known = thresholdRules.map((rule) => rule.name).join(", ");
    const problem = `the stored threshold rule ${JSON.stringify(name.slice(0, 60))} is not known; known are ${known}`;
    throw new ModelFileError("MODEL_NEWER", problem, {
      remedy: "Update Telltale to the version that made the model, or fit the threshold again",
    });
  }
  const { rule } = factory;
  try {
    checkParameter(rule, value);
    if (typeof given !== "object" || given === null) throw new Error(`"options" is an object; found ${nameOf(given)}`);
    const options = resolveParams<ParamSchema>(rule.options, given as Record<string, unknown>, `threshold ${name}`);
    const limits = { ...readLimits(threshold, low), ...readState(state) };
    if (rule.scope !== undefined && rule.scope(options) !== "score" && limits.state === undefined) {
      throw new Error('"state" is not there');
    }
    if (limits.state !== undefined) rule.checkState?.(limits.state, options);
    const facts = { value, options: options as FittedThreshold["options"], limits };
    const restored = fitted(rule, { ...facts, text: ruleText(rule, value, options) });
    return alarm === undefined ? restored : withAlarm(restored, alarm);
  } catch (cause) {
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function withAlarm(threshold: FittedThreshold, alarm: unknown): FittedThreshold {
  if (typeof alarm !== "object" || alarm === null || Array.isArray(alarm))
    throw new Error(`"alarm" is an object; found ${nameOf(alarm)}`);
  if (threshold.scope === "batch") throw new Error('"alarm" does not go with its rule');
  const conditions = alarmConditions(alarm as Record<string, unknown>, "alarm");
  return conditions === undefined ? threshold : persistentFitted(threshold, conditions);
}

function readLimits(threshold: unknown, low: unknown): { readonly threshold: number; readonly low?: number } {
  if (low !== undefined && !isNumber(low)) throw new Error(`"low" is a finite number; found ${nameOf(low)}`);
  const lower = low === undefined ? {} : { low: low as number };
  if (threshold === null && low !== undefined) return { threshold: Number.POSITIVE_INFINITY, ...lower };
  if (!isNumber(threshold)) throw new Error(`"threshold" is a finite number; found ${nameOf(threshold)}`);
  return { threshold, ...lower };
}

function readState(state: unknown): { readonly state?: ThresholdState } {
  if (state === undefined) return {};
  if (typeof state !== "object" || state === null || Array.isArray(state)) {
    throw new Error(`"state" is an object; found ${nameOf(state)}`);
  }
  for (const [key, value] of Object.entries(state)) {
    const numbers = Array.isArray(value) ? value.every(isNumber) : isNumber(value);
    if (!numbers) throw new Error(`"state": ${JSON.stringify(key.slice(0, 60))} is not made of finite numbers`);
  }
  return { state: state as ThresholdState };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function corrupt(problem: string, cause?: unknown): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `the stored threshold is damaged: ${problem}`, {
    remedy: "Save the model again, or fit the threshold again",
    cause,
  });
}

/** A value for an error text: numbers as they are, anything larger by its type only. */
function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === "number") return String(value);
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
