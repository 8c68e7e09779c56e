import { ModelFileError, ParamError } from "../errors.js";
import { contamination, fixed, mad, quantile } from "./rules.js";
import { checkParameter, type FittedThreshold, fitted, type Threshold, type ThresholdRule } from "./threshold.js";

const FACTORIES = [quantile, contamination, fixed, mad];

/** Every threshold rule that {@link parseThreshold} knows, for help texts and documentation. */
export const thresholdRules: readonly ThresholdRule[] = FACTORIES.map(({ rule }) => rule);

const CHOICES = thresholdRules.map(({ name, example }) => `${name}:${example}`).join(", ");
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a threshold rule from text, as a command line gives it: `quantile:0.995`, `contamination:0.01`, `fixed:0.6` or
 * `mad:3.5`. The inverse of a threshold's `toString()`.
 *
 * @throws {@link ParamError} `PARAM_UNKNOWN` for another rule, `PARAM_TYPE` when the parameter is absent or no number,
 *   `PARAM_RANGE` when it is out of bounds; each lists what is possible
 * @example
 * ```ts
 * import { parseThreshold } from "@telltale/core";
 * const rule = parseThreshold("quantile:0.5").fit(Float64Array.of(1, 2, 3));
 * console.log(rule.threshold); // 2
 * ```
 */
export function parseThreshold(text: string): Threshold {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const factory = FACTORIES.find(({ rule }) => rule.name === name);
  if (factory === undefined) {
    throw new ParamError("PARAM_UNKNOWN", `no threshold rule is called ${JSON.stringify(name)}`, {
      remedy: `Choose one of ${CHOICES}`,
    });
  }
  const given = colon < 0 ? "" : text.slice(colon + 1).trim();
  if (!NUMBER.test(given)) {
    const found = given === "" ? "nothing" : JSON.stringify(given);
    const problem = `threshold ${name}: ${factory.rule.parameter} (a number ${factory.rule.range}) follows a colon`;
    throw new ParamError("PARAM_TYPE", `${problem}; found ${found}`, {
      remedy: `Write ${name}:${factory.rule.example}; possible are ${CHOICES}`,
    });
  }
  return factory(Number(given));
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
  const { rule: name, value, threshold } = json as Record<string, unknown>;
  if (typeof name !== "string") throw corrupt(`"rule" is a name; found ${nameOf(name)}`);
  const factory = FACTORIES.find(({ rule }) => rule.name === name);
  if (factory === undefined) {
    const known = thresholdRules.map((rule) => rule.name).join(", ");
    const problem = `the stored threshold rule ${JSON.stringify(name.slice(0, 60))} is not known; known are ${known}`;
    throw new ModelFileError("MODEL_NEWER", problem, {
      remedy: "Update Telltale to the version that made the model, or fit the threshold again",
    });
  }
  try {
    checkParameter(factory.rule, value);
  } catch (cause) {
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (typeof threshold !== "number" || !Number.isFinite(threshold)) {
    throw corrupt(`"threshold" is a finite number; found ${nameOf(threshold)}`);
  }
  return fitted({ rule: name, value, threshold });
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
