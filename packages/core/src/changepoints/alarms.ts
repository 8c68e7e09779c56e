import { ParamError } from "../errors.js";

export interface AlarmOptions {
  /** A score above it is an alarm. */
  readonly limit: number;
  /**
   * Rows from an alarm to the next one at least: while a change goes on, one alarm is enough. Default 55: somewhat less than a
   * minute of readings a second, so that what goes on for longer is told again.
   */
  readonly rest?: number;
}

/** Rows that an alarm is followed by rest. */
const REST = 55;

/**
 * Alarms of scores that arrive in chunks: a score above the limit is one, unless there was one within the last `rest` rows.
 *
 * @throws {@link ParamError} `PARAM_RANGE`
 */
export class Alarms {
  readonly #limit: number;
  readonly #rest: number;
  #row = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor({ limit, rest = REST }: AlarmOptions) {
    if (Number.isNaN(limit)) throw new ParamError("PARAM_RANGE", "limit: expected a number; found NaN");
    if (!Number.isSafeInteger(rest) || rest < 1) {
      throw new ParamError("PARAM_RANGE", `rest: expected a whole number of rows ≥ 1; found ${rest}`);
    }
    this.#limit = limit;
    this.#rest = rest;
  }

  /** Scores so far. */
  get rows(): number {
    return this.#row;
  }

  /**
   * Takes the next scores of the series; NaN is none.
   *
   * @returns places of the alarms among all scores so far, ascending
   */
  push(scores: ArrayLike<number>): number[] {
    const found: number[] = [];
    for (let i = 0; i < scores.length; i++, this.#row++) {
      if (!((scores[i] as number) > this.#limit) || this.#row - this.#last < this.#rest) continue;
      found.push(this.#row);
      this.#last = this.#row;
    }
    return found;
  }
}

/**
 * Rows at which an alarm begins: the first one with a score above the limit, and again every `rest` rows while it is.
 *
 * @returns ascending, from 0
 * @throws {@link ParamError} `PARAM_RANGE`
 * @example
 * ```ts
 * import { alarmRows } from "@telltale/core";
 * console.log([...alarmRows([0, 5, 6, 5, 5, 0, 7], { limit: 4, rest: 3 })]); // [1, 4]
 * ```
 */
export function alarmRows(scores: ArrayLike<number>, options: AlarmOptions): Int32Array {
  return Int32Array.from(new Alarms(options).push(scores));
}
