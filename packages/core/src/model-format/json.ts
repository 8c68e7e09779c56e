import { ModelFileError } from "../errors.js";

/** A value read from JSON. Objects have no prototype. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Deeper nesting than any model file has; keeps a hostile one from exhausting the stack. */
const MAX_DEPTH = 32;

const corrupt = (what: string) =>
  new ModelFileError("MODEL_CORRUPT", `the model file is damaged: ${what}`, {
    remedy: "Save the model again, or fetch the file again",
  });

/**
 * Reads JSON from an untrusted file: strict, nesting bounded, no duplicate keys, no `__proto__`.
 *
 * @param what  what the text is, for the error
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function parseJson(text: string, what: string): Json {
  checkStructure(text, what);
  try {
    return JSON.parse(text, withoutPrototype) as Json;
  } catch (cause) {
    throw corrupt(`${what} is not JSON (${cause instanceof Error ? cause.message.slice(0, 120) : String(cause)})`);
  }
}

function withoutPrototype(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.assign(Object.create(null), value);
}

/**
 * Walks the text once, without recursion, and refuses what `JSON.parse` would let through: deep nesting, which costs
 * stack, and repeated keys, of which it keeps the last.
 */
function checkStructure(text: string, what: string): void {
  const keys: (Set<string> | undefined)[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{" || c === "[") {
      if (keys.length >= MAX_DEPTH) throw corrupt(`${what} is nested deeper than ${MAX_DEPTH}`);
      keys.push(c === "{" ? new Set() : undefined);
    } else if (c === "}" || c === "]") {
      keys.pop();
    } else if (c === '"') {
      const end = endOfString(text, i);
      if (end < 0) throw corrupt(`${what} ends inside a string`);
      const open = keys[keys.length - 1];
      if (open !== undefined && isKey(text, end)) noteKey(open, text.slice(i, end + 1), what);
      i = end;
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i += 1;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/** Whether the string that ends here is followed by a colon. */
function isKey(text: string, end: number): boolean {
  let i = end + 1;
  while (text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t") i += 1;
  return text[i] === ":";
}

function noteKey(seen: Set<string>, quoted: string, what: string): void {
  let key: string;
  try {
    key = JSON.parse(quoted) as string;
  } catch {
    throw corrupt(`${what} has a key that is not a string`);
  }
  if (key === "__proto__") throw corrupt(`${what} has the key __proto__`);
  if (seen.has(key)) throw corrupt(`${what} has the key ${JSON.stringify(key.slice(0, 60))} twice`);
  seen.add(key);
}

/** @throws {@link ModelFileError} `MODEL_CORRUPT` unless the value is an object */
export function asObject(value: Json | undefined, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw corrupt(`${what} is not an object`);
  return value as JsonObject;
}

/** @throws {@link ModelFileError} `MODEL_CORRUPT` unless the value is an integer within the bounds */
export function asInteger(value: Json | undefined, what: string, min: number, max: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw corrupt(`${what} is not a whole number from ${min} to ${max}`);
}

/** @throws {@link ModelFileError} `MODEL_CORRUPT` unless the value is a list of different strings */
export function asNames(value: Json | undefined, what: string): readonly string[] {
  if (!Array.isArray(value) || value.some((name) => typeof name !== "string"))
    throw corrupt(`${what} is no list of names`);
  if (new Set(value).size !== value.length) throw corrupt(`${what} has a name twice`);
  return value as readonly string[];
}
