/** Stretches of rows that are kept at most. */
const MOST_STRETCHES = 1024;

/**
 * Columns over stretches of rows of one length: how many values there are, their sum, the least and the greatest. Nothing
 * is lost of a series but where in its stretch a value stood: stretches double in length as rows come, in fixed memory.
 */
export class Course {
  /** Rows of a stretch. */
  length = 1;
  /** Rows so far. */
  rows = 0;
  readonly #columns: Stretches[];

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => new Stretches());
  }

  /** Stretches so far. */
  get used(): number {
    return Math.ceil(this.rows / this.length);
  }

  /** The next rows: as many values of each column, in the order of columns; a column of texts has none. */
  add(columns: readonly (Float64Array | undefined)[], rows: number): void {
    while (this.rows + rows > MOST_STRETCHES * this.length) {
      for (const column of this.#columns) column.halve();
      this.length *= 2;
    }
    columns.forEach((values, j) => {
      if (values !== undefined) this.#columns[j]?.add(values, this.rows, this.length);
    });
    this.rows += rows;
  }

  /** The stretches of a column, merged into at most `most`. */
  of(column: number, most = MOST_STRETCHES): StretchView[] {
    const { used, length, rows } = this;
    const step = Math.max(1, Math.ceil(used / most));
    const found: StretchView[] = [];
    for (let from = 0; from < used; from += step) {
      const to = Math.min(used, from + step);
      const view = (this.#columns[column] as Stretches).view(from, to);
      found.push({ from: from * length, to: Math.min(rows, to * length), ...view });
    }
    return found;
  }
}

/** One stretch of rows. */
export interface StretchView {
  /** First row, from 0, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Finite values in it. */
  readonly count: number;
  readonly sum: number;
  /** +∞ without a value. */
  readonly min: number;
  /** −∞ without a value. */
  readonly max: number;
}

class Stretches {
  readonly #count = new Float64Array(MOST_STRETCHES);
  readonly #sum = new Float64Array(MOST_STRETCHES);
  readonly #min = new Float64Array(MOST_STRETCHES).fill(Number.POSITIVE_INFINITY);
  readonly #max = new Float64Array(MOST_STRETCHES).fill(Number.NEGATIVE_INFINITY);

  add(values: Float64Array, firstRow: number, length: number): void {
    let k = Math.floor(firstRow / length);
    let left = length - (firstRow % length);
    for (let i = 0; i < values.length; i++) {
      const v = values[i] as number;
      if (v - v === 0) {
        this.#count[k] = (this.#count[k] as number) + 1;
        this.#sum[k] = (this.#sum[k] as number) + v;
        if (v < (this.#min[k] as number)) this.#min[k] = v;
        if (v > (this.#max[k] as number)) this.#max[k] = v;
      }
      if (--left === 0) {
        left = length;
        k++;
      }
    }
  }

  halve(): void {
    for (let k = 0; k < MOST_STRETCHES; k++) {
      const inside = 2 * k + 1 < MOST_STRETCHES;
      const { count, sum, min, max } = inside
        ? this.view(2 * k, 2 * k + 2)
        : { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
      this.#count[k] = count;
      this.#sum[k] = sum;
      this.#min[k] = min;
      this.#max[k] = max;
    }
  }

  view(from: number, to: number): Omit<StretchView, "from" | "to"> {
    let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = from; k < to; k++) {
      count += this.#count[k] as number;
      sum += this.#sum[k] as number;
      min = Math.min(min, this.#min[k] as number);
      max = Math.max(max, this.#max[k] as number);
    }
    return { count, sum, min, max };
  }
}
