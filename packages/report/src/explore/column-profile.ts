import { Moments } from "./moments.js";
import { type ExploredColumn, numbersOf } from "./table.js";

/** Different values that are counted; more are "many". */
const MOST_DISTINCT = 1000;

/** A value with the number of rows that have it. */
export interface ValueCount {
  readonly value: string | number;
  readonly rows: number;
}

/** What is counted of a column while its rows pass by; everything here is exact. */
export class ColumnProfile {
  readonly name: string;
  readonly type: ExploredColumn["type"];
  readonly moments = new Moments();
  /** Rows without a value. */
  missing = 0;
  /** Each row is one more than the row before. */
  counts = true;
  /** Longest run of rows with the same value, and its first row over all, from 0. */
  longestRun = 0;
  longestRunFrom = 0;
  #rows = 0;
  #run = 0;
  #previous: string | number | null = null;
  /** Rows of each value; undefined once there are too many of them. */
  #values: Map<string | number, number> | undefined = new Map();

  constructor({ name, type }: ExploredColumn) {
    this.name = name;
    this.type = type;
  }

  /** Numbers of the column, as {@link numbersOf} gives them. */
  add(column: ExploredColumn, numbers: Float64Array | undefined = numbersOf(column)): void {
    if (numbers !== undefined) {
      this.moments.add(numbers);
      this.missing = this.moments.missing;
      for (let i = 0; i < numbers.length; i++) {
        const v = numbers[i] as number;
        this.#next(Number.isNaN(v) ? null : v);
      }
    } else {
      for (const text of column.values as readonly (string | null)[]) {
        if (text === null) this.missing++;
        this.#next(text);
      }
    }
  }

  /** Different values, or undefined where they are too many to count. */
  get distinct(): number | undefined {
    return this.#values?.size;
  }

  /** Values in the most rows, most first; undefined where they are too many to count. */
  commonest(most: number): ValueCount[] | undefined {
    if (this.#values === undefined) return undefined;
    return [...this.#values]
      .map(([value, rows]) => ({ value, rows }))
      .sort((a, b) => b.rows - a.rows)
      .slice(0, most);
  }

  #next(value: string | number | null): void {
    const row = this.#rows++;
    if (value === null) {
      this.counts = false;
      this.#run = 0;
      this.#previous = null;
      return;
    }
    if (row > 0 && (typeof value !== "number" || value !== (this.#previous as number) + 1)) this.counts = false;
    if (value === this.#previous) this.#run++;
    else this.#run = 1;
    if (this.#run > this.longestRun) {
      this.longestRun = this.#run;
      this.longestRunFrom = row - this.#run + 1;
    }
    this.#previous = value;
    if (this.#values === undefined) return;
    const seen = this.#values.get(value);
    if (seen === undefined && this.#values.size >= MOST_DISTINCT) this.#values = undefined;
    else this.#values.set(value, (seen ?? 0) + 1);
  }
}
