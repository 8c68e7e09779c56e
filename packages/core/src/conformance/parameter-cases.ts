import { ParamError } from "../errors.js";
import { checkParam, type Param, parseParam } from "../params/params.js";
import { check, checkThrows } from "./check.js";
import type { Cases } from "./subject.js";

const CODES = ["PARAM_RANGE", "PARAM_TYPE"];
/** A text may name something, such as a detector, that is not there. */
const TEXT_CODES = [...CODES, "PARAM_UNKNOWN"];

/** What parameters may be. */
export const parameterCases: Cases = {
  "has valid defaults and a sentence of help for every parameter"(subject) {
    const { params, summary, name } = subject.factory.spec;
    check(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name), `the name ${name} is not kebab-case`);
    check(summary.length > 20, "the summary says little");
    for (const [key, param] of Object.entries(params)) {
      checkParam(param, key, param.default);
      check(param.doc.trim().endsWith("."), `${key}: its help is no sentence`);
      const text = Array.isArray(param.default) ? param.default.join(",") : String(param.default);
      const read = parseParam(param, key, text);
      check(
        JSON.stringify(read) === JSON.stringify(param.default),
        `${key}: the default does not survive being written`,
      );
    }
    subject.factory();
  },

  async "refuses parameters that it does not have"(subject) {
    await checkThrows(() => subject.create({ nonsense: 1 }), ParamError, ["PARAM_UNKNOWN"], "unknown parameter");
  },

  async "refuses values of the wrong type or out of bounds"(subject) {
    for (const [key, param] of Object.entries(subject.factory.spec.params)) {
      for (const value of wrongValues(param)) {
        const codes = param.kind === "text" ? TEXT_CODES : CODES;
        await checkThrows(() => subject.create({ [key]: value }), ParamError, codes, `${key} = ${String(value)}`);
      }
    }
  },

  "takes values at the bounds"(subject) {
    for (const [key, param] of Object.entries(subject.factory.spec.params)) {
      if (param.exclusive === true || (param.kind !== "integer" && param.kind !== "number")) continue;
      for (const bound of [param.min, param.max]) {
        if (bound !== undefined) check(subject.create({ [key]: bound }).params[key] === bound, `${key} = ${bound}`);
      }
    }
  },
};

function wrongValues(param: Param<unknown>): unknown[] {
  const common = [null, {}, "no such word"];
  if (param.kind === "flag") return [...common, 1, "true"];
  if (param.kind === "choice" || param.kind === "text") return [...common, 1, true];
  const numbers = [...common, true, Number.NaN, Number.POSITIVE_INFINITY];
  if (param.min !== undefined) numbers.push(below(param.min), ...(param.exclusive ? [param.min] : []));
  if (param.max !== undefined) numbers.push(above(param.max), ...(param.exclusive ? [param.max] : []));
  if (param.kind === "integer" || param.kind === "integers") numbers.push(1.5);
  return numbers;
}

function below(bound: number): number {
  return bound - Math.max(1, Math.abs(bound) * 1e-3);
}

function above(bound: number): number {
  return bound + Math.max(1, Math.abs(bound) * 1e-3);
}
