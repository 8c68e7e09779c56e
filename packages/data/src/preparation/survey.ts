import { type Column, isMissing, type Table } from "../table.js";

/** Why a column cannot be a variable, or is none worth having. */
export type Unusable = "empty" | "constant" | "text" | "times" | "row numbers";

/** What was seen of one column in all rows. */
export interface ColumnFacts {
  readonly name: string;
  /** Cells that hold something. */
  readonly present: number;
  /** Cells of text that are no number: they become missing values where the column is used as a variable. */
  readonly notNumbers: number;
  /** Absent for a column that can be used. */
  readonly unusable?: Unusable;
}

/** At least so many of the texts must be numbers for a column of text to count as one of numbers with bad cells. */
const NUMERIC_SHARE = 0.5;

/**
 * Looks at every row once, chunk by chunk, and says of each column whether it can be a variable: numbers, not all the same, and not a
 * mere count of the rows, which would tell a detector how late it is.
 */
export class Survey {
  readonly #columns = new Map<string, Seen>();
  #rows = 0;

  /** Chunks of one file come in order, the first with `firstRow` 1. */
  add(chunk: Table): void {
    for (const column of chunk.columns) {
      let seen = this.#columns.get(column.name);
      if (seen === undefined) {
        seen = new Seen();
        this.#columns.set(column.name, seen);
      }
      if ((chunk.firstRow ?? 1) === 1) seen.begin();
      for (let i = 0; i < chunk.rows; i++) seen.add(column, i);
    }
    this.#rows += chunk.rows;
  }

  get rows(): number {
    return this.#rows;
  }

  facts(): ColumnFacts[] {
    return [...this.#columns].map(([name, seen]) => {
      const unusable = seen.unusable(this.#rows);
      return {
        name,
        present: seen.present,
        notNumbers: unusable === undefined ? seen.notNumbers : 0,
        ...(unusable === undefined ? {} : { unusable }),
      };
    });
  }
}

class Seen {
  present = 0;
  notNumbers = 0;
  #numbers = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #times = false;
  #counting = true;
  #last = Number.NaN;

  begin(): void {
    this.#last = Number.NaN;
  }

  add(column: Column, row: number): void {
    if (isMissing(column, row)) {
      this.#counting = false;
      return;
    }
    this.present++;
    if (column.type === "timestamp") {
      this.#times = true;
      return;
    }
    const value = numberIn(column, row);
    if (Number.isNaN(value)) {
      this.notNumbers++;
      this.#counting = false;
      return;
    }
    this.#numbers++;
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
    const counts = Number.isNaN(this.#last) ? value === 0 || value === 1 : value === this.#last + 1;
    if (!counts) this.#counting = false;
    this.#last = value;
  }

  unusable(rows: number): Unusable | undefined {
    if (this.#times) return "times";
    if (this.present === 0) return "empty";
    if (this.#numbers === 0 || this.#numbers < NUMERIC_SHARE * this.present) return "text";
    if (this.#low === this.#high) return "constant";
    // Three rows that happen to be 0, 1, 2 are not yet a count.
    return this.#counting && rows > 9 ? "row numbers" : undefined;
  }
}

/** The number in a cell; NaN for a missing one and for text that is none. */
export function numberIn(column: Column, row: number): number {
  if (isMissing(column, row)) return Number.NaN;
  const value = column.values[row] as number | string;
  if (typeof value === "number") return value;
  const text = value.trim();
  return text === "" ? Number.NaN : Number(text);
}
