import { ModelFileError } from "../errors.js";

/** What JSON and UBJSON documents are made of. */
export type XgboostValue = string | number | boolean | null | readonly XgboostValue[] | NumberArray | XgboostObject;
export interface XgboostObject {
  readonly [key: string]: XgboostValue;
}
export type NumberArray = Float64Array | Float32Array | Int32Array | Uint8Array;

export function corrupt(what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `the XGBoost model is damaged: ${what}`, {
    remedy: "Save the model again with save_model, or fetch the file again",
  });
}

export function unsupported(what: string, remedy: string): ModelFileError {
  return new ModelFileError("MODEL_UNSUPPORTED", what, { remedy });
}

/**
 * A value of a document together with its place in it, so that every complaint can say where. Nothing is trusted: a
 * value is what the reading method asks for, or a `ModelFileError` is thrown.
 */
export class Cursor {
  readonly value: XgboostValue | undefined;
  readonly path: string;

  constructor(value: XgboostValue | undefined, path: string) {
    this.value = value;
    this.path = path;
  }

  fail(expected: string): never {
    throw corrupt(`${this.path}: expected ${expected}; found ${shown(this.value)}`);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.object(), key);
  }

  at(key: string): Cursor {
    const object = this.object();
    if (!Object.hasOwn(object, key)) throw corrupt(`${this.path}: expected a key "${key}"; found none`);
    return new Cursor(object[key], this.path === "" ? key : `${this.path}.${key}`);
  }

  object(): XgboostObject {
    const { value } = this;
    if (value === null || typeof value !== "object" || Array.isArray(value) || ArrayBuffer.isView(value)) {
      return this.fail("an object");
    }
    return value as XgboostObject;
  }

  items(): Cursor[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail("an array");
    return (value as readonly XgboostValue[]).map((item, i) => new Cursor(item, `${this.path}[${i}]`));
  }

  text(): string {
    return typeof this.value === "string" ? this.value : this.fail("a text");
  }

  texts(): string[] {
    return this.items().map((item) => item.text());
  }

  /** A number, or a text that is one: XGBoost writes its parameters as texts. */
  number(): number {
    const number = numberOf(this.value);
    return number ?? this.fail("a number");
  }

  integer(least: number, most: number): number {
    const value = this.number();
    if (!Number.isInteger(value) || value < least || value > most) this.fail(`an integer from ${least} to ${most}`);
    return value;
  }

  /** Numbers of a plain or typed array; so many of them when `length` is given. */
  numbers(length?: number): ArrayLike<number> {
    const { value } = this;
    let found: ArrayLike<number>;
    if (ArrayBuffer.isView(value)) {
      found = value as NumberArray;
    } else if (Array.isArray(value)) {
      const numbers = new Float64Array(value.length);
      value.forEach((item: XgboostValue, i) => {
        const number = numberOf(item);
        if (number === undefined) throw corrupt(`${this.path}[${i}]: expected a number; found ${shown(item)}`);
        numbers[i] = number;
      });
      found = numbers;
    } else {
      return this.fail("an array of numbers");
    }
    if (length !== undefined && found.length !== length) {
      throw corrupt(`${this.path}: expected ${length} values; found ${found.length}`);
    }
    return found;
  }

  integers(least: number, most: number, length?: number): Int32Array {
    const numbers = this.numbers(length);
    const out = new Int32Array(numbers.length);
    for (let i = 0; i < out.length; i++) {
      const value = numbers[i] as number;
      if (!Number.isInteger(value) || value < least || value > most) {
        throw corrupt(`${this.path}[${i}]: expected an integer from ${least} to ${most}; found ${value}`);
      }
      out[i] = value;
    }
    return out;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const NOT_FINITE = new Map([
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);

export function numberOf(value: XgboostValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0; // default_left before XGBoost 1.6
  if (typeof value !== "string" || value.length > 60) return undefined;
  return NUMBER.test(value) ? Number(value) : NOT_FINITE.get(value);
}

function shown(value: XgboostValue | undefined): string {
  if (value === undefined) return "nothing";
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    return `an array of ${(value as ArrayLike<unknown>).length} values`;
  }
  if (value !== null && typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
