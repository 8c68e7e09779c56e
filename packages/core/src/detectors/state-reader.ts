import { ModelFileError } from "../errors.js";
import type { ModelState } from "./detector.js";

/** Reads the parts of a state that may come from a file, trusting nothing. All throw {@link ModelFileError}. */
export class StateReader {
  readonly #owner: string;
  readonly #state: ModelState;

  /** @param owner  the detector's name, for the error text */
  constructor(owner: string, state: ModelState) {
    this.#owner = owner;
    this.#state = state;
  }

  /** The error for a state that cannot be. */
  wrong(what: string): ModelFileError {
    return new ModelFileError("MODEL_CORRUPT", `${this.#owner}: ${what}`, { remedy: "Fit the model again" });
  }

  /** An array of finite doubles, of that length where one is given. */
  doubles(key: string, length?: number): Float64Array {
    const values = this.#state[key];
    if (!(values instanceof Float64Array)) throw this.wrong(`${key} is missing or of the wrong type`);
    this.#checkLength(key, values.length, length);
    if (!values.every(Number.isFinite)) throw this.wrong(`a value of ${key} is not finite`);
    return values;
  }

  /** An array of whole numbers from `least` to `most`, of that length where one is given. */
  integers(key: string, least: number, most: number, length?: number): Int32Array {
    const values = this.#state[key];
    if (!(values instanceof Int32Array)) throw this.wrong(`${key} is missing or of the wrong type`);
    this.#checkLength(key, values.length, length);
    if (!values.every((v) => v >= least && v <= most)) throw this.wrong(`a value of ${key} is out of its range`);
    return values;
  }

  /** A finite number. */
  number(key: string): number {
    const value = this.#state[key];
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.wrong(`${key} is no finite number`);
    return value;
  }

  /** A whole number from `least` to `most`. */
  count(key: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(key);
    if (!Number.isSafeInteger(value) || value < least || value > most) throw this.wrong(`${key} is out of its range`);
    return value;
  }

  flag(key: string): boolean {
    const value = this.#state[key];
    if (typeof value !== "boolean") throw this.wrong(`${key} is not true or false`);
    return value;
  }

  #checkLength(key: string, found: number, wanted: number | undefined): void {
    if (wanted !== undefined && found !== wanted) throw this.wrong(`the length of ${key} does not fit the rest`);
  }
}
