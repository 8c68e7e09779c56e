import { ParamError } from "../errors.js";

/**
 * One parameter of a detector: its default, its bounds and a sentence of help. The TypeScript type, the check, the error
 * text, the command-line flag, `--help` and the table in the docs are all made from it.
 */
export interface Param<T> {
  readonly kind: "integer" | "number" | "choice" | "flag" | "integers" | "text";
  readonly default: T;
  readonly doc: string;
  /** Inclusive bounds, for numbers. */
  readonly min?: number;
  readonly max?: number;
  /** The bounds themselves are not allowed. */
  readonly exclusive?: boolean;
  readonly choices?: readonly string[];
  /** A word that may stand in place of the number, such as `auto`. */
  readonly word?: string;
  /** The words, where there are several. */
  readonly words?: readonly string[];
  /** What a text must be, as a phrase. */
  readonly expects?: string;
  /** Checks a text, or what stands for one, and gives back how it is kept; throws `ParamError`. */
  accept?(value: unknown, name: string): T;
}

export type ParamSchema = Readonly<Record<string, Param<unknown>>>;

/** The values that a schema describes: `{ trees: number, … }`. */
export type ParamValues<S extends ParamSchema> = { readonly [K in keyof S]: S[K] extends Param<infer T> ? T : never };

/** What {@link int} and {@link number} take. */
export interface NumberOptions<T> {
  readonly default: T;
  readonly min?: number;
  readonly max?: number;
  readonly exclusive?: boolean;
  readonly doc: string;
}

/** A whole number. */
export function int(options: NumberOptions<number>): Param<number> {
  return { kind: "integer", min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...options };
}

/** A finite number. */
export function number(options: NumberOptions<number>): Param<number> {
  return { kind: "number", ...options };
}

/** A whole number, or one word that stands for "work it out". */
export function intOr<W extends string>(word: W, options: NumberOptions<number | NoInfer<W>>): Param<number | W> {
  return { kind: "integer", min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...options, word };
}

/** A finite number, or a word that stands for "work it out"; several words are different ways to do that. */
export function numberOr<const W extends string>(
  word: W | readonly W[],
  options: NumberOptions<number | NoInfer<W>>,
): Param<number | W> {
  return { kind: "number", ...options, ...(typeof word === "string" ? { word } : { words: word }) };
}

/** The words that may stand in place of a parameter's number. */
export function wordsOf({ word, words }: Param<unknown>): readonly string[] {
  return words ?? (word === undefined ? [] : [word]);
}

/** Several whole numbers, ascending: a list, or one number n that stands for 1 … n. Bounds hold for each of them. */
export function ints(options: NumberOptions<readonly number[]>): Param<readonly number[]> {
  return { kind: "integers", min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, ...options };
}

/** One of several words. */
export function oneOf<const C extends readonly string[]>(
  choices: C,
  options: { readonly default: C[number]; readonly doc: string },
): Param<C[number]> {
  return { kind: "choice", choices, ...options };
}

/** Yes or no. */
export function flag(options: { readonly default: boolean; readonly doc: string }): Param<boolean> {
  return { kind: "flag", ...options };
}

/** A text with a form of its own. */
export function text(options: {
  readonly default: string;
  readonly expects: string;
  readonly doc: string;
  accept(value: unknown, name: string): string;
}): Param<string> {
  return { kind: "text", ...options };
}

/**
 * Fills in the defaults and checks every value.
 *
 * @param owner  whose parameters they are, for the error text
 * @throws {@link ParamError} `PARAM_UNKNOWN`, `PARAM_TYPE`, `PARAM_RANGE`
 */
export function resolveParams<S extends ParamSchema>(
  schema: S,
  given: Readonly<Record<string, unknown>>,
  owner: string,
): ParamValues<S> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) {
      throw new ParamError("PARAM_UNKNOWN", `${owner} has no parameter "${name}"`, {
        remedy: `Its parameters are: ${Object.keys(schema).join(", ") || "none"}`,
      });
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(schema)) {
    const value = given[name];
    values[name] = value === undefined ? param.default : checkParam(param, name, value);
  }
  return values as ParamValues<S>;
}

/** Checks one value against its description and gives it back. */
export function checkParam(param: Param<unknown>, name: string, value: unknown): unknown {
  const wrong = (code: string) =>
    new ParamError(code, `${name}: expected ${expectation(param)}; found ${display(value)}`);
  switch (param.kind) {
    case "flag":
      if (typeof value !== "boolean") throw wrong("PARAM_TYPE");
      return value;
    case "choice":
      if (typeof value !== "string" || !param.choices?.includes(value)) throw wrong("PARAM_RANGE");
      return value;
    case "text":
      if (param.accept === undefined) throw wrong("PARAM_TYPE");
      return param.accept(value, name);
    case "integers":
      return checkIntegers(param, name, value);
    case "integer":
    case "number": {
      if (typeof value === "string" && wordsOf(param).includes(value)) return value;
      if (typeof value !== "number") throw wrong("PARAM_TYPE");
      if (!Number.isFinite(value) || (param.kind === "integer" && !Number.isSafeInteger(value))) {
        throw wrong("PARAM_RANGE");
      }
      const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, exclusive = false } = param;
      const inside = exclusive ? value > min && value < max : value >= min && value <= max;
      if (!inside) throw wrong("PARAM_RANGE");
      return value;
    }
  }
}

/** Longest list of whole numbers that a parameter takes. */
const MOST_INTEGERS = 10_000;

function checkIntegers(param: Param<unknown>, name: string, value: unknown): readonly number[] {
  const one: Param<unknown> = { ...param, kind: "integer" };
  if (typeof value === "number") {
    const last = checkParam({ ...one, min: Math.max(1, one.min ?? 1) }, name, value) as number;
    if (last > MOST_INTEGERS) {
      throw new ParamError("PARAM_RANGE", `${name}: expected at most ${MOST_INTEGERS} whole numbers; found ${last}`);
    }
    return Array.from({ length: last }, (_, i) => i + 1);
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new ParamError("PARAM_TYPE", `${name}: expected ${expectation(param)}; found ${display(value)}`);
  }
  if (value.length > MOST_INTEGERS) {
    throw new ParamError(
      "PARAM_RANGE",
      `${name}: expected at most ${MOST_INTEGERS} whole numbers; found ${value.length}`,
    );
  }
  const checked = value.map((each) => checkParam(one, name, each) as number).sort((a, b) => a - b);
  return checked.filter((each, i) => each !== checked[i - 1]);
}

/**
 * Reads a value written as text, as on a command line, and checks it.
 *
 * @throws {@link ParamError} `PARAM_TYPE`, `PARAM_RANGE`
 */
export function parseParam(param: Param<unknown>, name: string, text: string): unknown {
  const word = text.trim();
  if (param.kind === "flag") {
    if (/^(true|yes|on|1)$/i.test(word)) return true;
    if (/^(false|no|off|0)$/i.test(word)) return false;
    return checkParam(param, name, text);
  }
  if (param.kind === "choice" || param.kind === "text" || wordsOf(param).includes(word))
    return checkParam(param, name, word);
  if (param.kind === "integers" && word.includes(",")) {
    return checkParam(
      param,
      name,
      word.split(",").map((part) => (NUMBER.test(part.trim()) ? Number(part) : part)),
    );
  }
  const isNumber = NUMBER.test(word);
  return checkParam(param, name, isNumber ? Number(word) : text);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What a value must be, as a phrase: "a whole number, 1 to 10000", "one of mean, median". */
export function expectation(param: Param<unknown>): string {
  if (param.kind === "flag") return "true or false";
  if (param.kind === "choice") return `one of ${param.choices?.join(", ")}`;
  if (param.kind === "text") return param.expects ?? "a text";
  const noun = NOUN[param.kind];
  const low = param.min !== undefined && param.min > Number.MIN_SAFE_INTEGER ? param.min : undefined;
  const high = param.max !== undefined && param.max < Number.MAX_SAFE_INTEGER ? param.max : undefined;
  const [over, under] = param.exclusive ? [">", "<"] : ["≥", "≤"];
  const bounds = [low === undefined ? "" : `${over} ${low}`, high === undefined ? "" : `${under} ${high}`];
  const range = bounds.filter((part) => part !== "").join(" and ");
  return `${noun}${range === "" ? "" : ` ${range}`}${wordsOf(param)
    .map((word) => `, or "${word}"`)
    .join("")}`;
}

const NOUN = {
  integer: "a whole number",
  number: "a number",
  integers: "a list of whole numbers, or one n for 1 … n, each",
};

function display(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
