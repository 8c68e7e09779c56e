import { type Matrix, Random } from "@telltale/core";

/**
 * Rows drawn evenly from a stream whose length is not known: each is kept with the same chance (Vitter's reservoir,
 * algorithm R), in fixed memory, the same ones for the same seed.
 *
 * @see https://doi.org/10.1145/3147.3165 Vitter (1985), "Random sampling with a reservoir"
 */
export class RowSample {
  /** Rows offered so far. */
  offered = 0;
  readonly #most: number;
  readonly #random: Random;
  readonly #columns: Float64Array[];
  readonly #rows: Float64Array;
  readonly #labels: Uint8Array;

  /** @param most  rows to keep, at least 1 */
  constructor(columns: number, most: number, seed: number, stream: number) {
    this.#most = most;
    this.#random = new Random(seed, stream);
    this.#columns = Array.from({ length: columns }, () => new Float64Array(most));
    this.#rows = new Float64Array(most);
    this.#labels = new Uint8Array(most);
  }

  /** Offers row i of a chunk, whose number over all is `row`. */
  offer(values: readonly Float64Array[], i: number, row: number, label: number): void {
    const at = this.offered < this.#most ? this.offered : this.#random.below(this.offered + 1);
    this.offered++;
    if (at >= this.#most) return;
    for (let j = 0; j < values.length; j++) {
      (this.#columns[j] as Float64Array)[at] = (values[j] as Float64Array)[i] as number;
    }
    this.#rows[at] = row;
    this.#labels[at] = label;
  }

  /** What was kept, in the order of rows. */
  result(names: readonly string[]): SampledRows {
    const kept = Math.min(this.offered, this.#most);
    const order = Array.from({ length: kept }, (_, k) => k).sort(
      (a, b) => (this.#rows[a] as number) - (this.#rows[b] as number),
    );
    const data = new Float64Array(kept * names.length);
    order.forEach((k, i) => {
      for (let j = 0; j < names.length; j++)
        data[i * names.length + j] = (this.#columns[j] as Float64Array)[k] as number;
    });
    return {
      // A table of texts has rows, too.
      x: { data, rows: kept, cols: names.length, columns: names },
      rows: Float64Array.from(order, (k) => this.#rows[k] as number),
      labels: Uint8Array.from(order, (k) => this.#labels[k] as number),
      offered: this.offered,
    };
  }
}

export interface SampledRows {
  readonly x: Matrix;
  /** Number of each row over all, from 0. */
  readonly rows: Float64Array;
  /** 0 where no labels are known. */
  readonly labels: Uint8Array;
  /** Rows that were drawn from. */
  readonly offered: number;
}

/** The finite values of a column of a matrix, ascending. */
export function sortedColumn({ data, rows, cols }: Matrix, j: number, only?: (row: number) => boolean): Float64Array {
  const found = new Float64Array(rows);
  let n = 0;
  for (let i = 0; i < rows; i++) {
    const v = data[i * cols + j] as number;
    if (v - v === 0 && (only === undefined || only(i))) found[n++] = v;
  }
  return found.subarray(0, n).sort();
}
