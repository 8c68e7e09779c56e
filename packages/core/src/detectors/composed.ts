import { ModelFileError, ParamError } from "../errors.js";
import { type Param, type ParamSchema, parseParam, resolveParams, text } from "../params/params.js";
import { registry } from "./catalogue.js";
import { type Detector, type FittedDetector, fittedDetector, type ModelState, type StateValue } from "./detector.js";

/** A detector inside a text that lists parameters stands in these, so that its commas are its own. */
const OPEN = "(";
const CLOSE = ")";

/**
 * A parameter that is itself a detector: its name, or its name with parameters, as in `lof` or `lof:k=10,metric=manhattan`.
 * A detector that was made already stands for its text. Names are looked up when a detector is created.
 */
export function detectorParam(options: { readonly default: string; readonly doc: string }): Param<string> {
  return text({
    ...options,
    expects: "a detector, with parameters where needed, such as lof or lof:k=10",
    accept(value, name) {
      if (isDetector(value)) return detectorText(value);
      if (typeof value !== "string") {
        throw new ParamError("PARAM_TYPE", `${name}: expected a detector; found ${String(value)}`, {
          remedy: "Write its name, such as lof, or lof:k=10",
        });
      }
      return value === options.default ? value : detectorText(detectorFromText(value));
    },
  });
}

/**
 * Makes a detector out of its text, the inverse of {@link detectorText}.
 *
 * @throws {@link ParamError} `PARAM_UNKNOWN`, `PARAM_TYPE`, `PARAM_RANGE`
 * @example
 * ```ts
 * import { detectorFromText } from "@telltale/core";
 * console.log(detectorFromText("lof:k=10").params.k); // 10
 * ```
 */
export function detectorFromText(description: string): Detector {
  const colon = description.indexOf(":");
  const factory = registry.get((colon < 0 ? description : description.slice(0, colon)).trim());
  const { params } = factory.spec as { readonly params: ParamSchema };
  const given: Record<string, unknown> = {};
  for (const part of colon < 0 ? [] : splitAtCommas(description.slice(colon + 1))) {
    const equals = part.indexOf("=");
    const key = part.slice(0, Math.max(equals, 0)).trim();
    if (equals < 1) {
      throw new ParamError("PARAM_TYPE", `expected name=value; found ${JSON.stringify(part)} in "${description}"`, {
        remedy: `Write ${factory.spec.name}:name=value; its parameters are: ${Object.keys(params).join(", ")}`,
      });
    }
    const param = Object.hasOwn(params, key) ? params[key] : undefined;
    const value = unwrapped(part.slice(equals + 1).trim());
    // An unknown name is left to the factory, which lists those there are.
    given[key] = param === undefined ? value : parseParam(param, key, value);
  }
  return factory(given as never);
}

/** A detector as text: its name and the parameters that are not at their default, in the order of its schema. */
export function detectorText({ spec, params }: Pick<Detector, "spec" | "params">): string {
  const given = Object.entries(spec.params as ParamSchema).flatMap(([key, param]) => {
    const value = (params as Record<string, unknown>)[key];
    const word = String(value);
    if (word === String(param.default)) return [];
    return [`${key}=${word.includes(",") || word.includes("=") ? OPEN + word + CLOSE : word}`];
  });
  return given.length === 0 ? spec.name : `${spec.name}:${given.join(",")}`;
}

function isDetector(value: unknown): value is Detector {
  return typeof value === "object" && value !== null && "spec" in value && "params" in value && "fitSync" in value;
}

function splitAtCommas(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i <= list.length; i++) {
    const c = list[i];
    if (c === OPEN) depth += 1;
    if (c === CLOSE) depth -= 1;
    if (depth < 0 || (c === undefined && depth !== 0)) {
      throw new ParamError("PARAM_TYPE", `the brackets do not pair up in "${list}"`);
    }
    if (c !== undefined && !(c === "," && depth === 0)) continue;
    parts.push(list.slice(from, i));
    from = i + 1;
  }
  return parts;
}

function unwrapped(value: string): string {
  return value.startsWith(OPEN) && value.endsWith(CLOSE) ? value.slice(1, -1) : value;
}

/** The state of a fitted detector under names that begin with `part.`, for the state of a detector made of several. */
export function packPart(part: string, { spec, params, state, cols, trainedRows }: FittedDetector): ModelState {
  const packed: Record<string, StateValue> = {
    [`${part}.detector`]: detectorText({ spec, params }),
    [`${part}.cols`]: cols,
    [`${part}.rows`]: trainedRows,
  };
  for (const [key, value] of Object.entries(state)) packed[`${part}.state.${key}`] = value;
  return packed;
}

/**
 * The inverse of {@link packPart}, from a state that may have been read from a file: nothing in it is trusted.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function restorePart(part: string, packed: ModelState): FittedDetector {
  const corrupt = (what: string, cause?: unknown) =>
    new ModelFileError("MODEL_CORRUPT", `the detector's part "${part}" ${what}`, {
      remedy: "Fit the model again",
      cause,
    });
  const { [`${part}.detector`]: description, [`${part}.cols`]: cols, [`${part}.rows`]: rows } = packed;
  if (typeof description !== "string") throw corrupt("is not there");
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
  if (!isCount(cols) || !isCount(rows)) throw corrupt("counts no columns or no rows");
  const prefix = `${part}.state.`;
  const own: Record<string, StateValue> = {};
  for (const [key, value] of Object.entries(packed)) {
    if (key.startsWith(prefix)) own[key.slice(prefix.length)] = value;
  }
  try {
    const { spec, params } = detectorFromText(description);
    const state = spec.restore(own, resolveParams(spec.params, params, spec.name), cols);
    return fittedDetector(spec, params, state, cols, undefined, rows);
  } catch (cause) {
    if (cause instanceof ModelFileError) throw cause;
    throw corrupt(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
