import type { KernelValue } from "./kernel-row.js";

/** Rows of the kernel matrix over the columns under consideration; the one unused for longest makes room. */
export class KernelRowCache {
  readonly #between: KernelValue;
  readonly #columns: Int32Array;
  readonly #capacity: number;
  readonly #bytes: number;
  /** In the order of their last use. */
  readonly #rows = new Map<number, Float64Array>();

  /**
   * @param columns  which columns a row has, ascending
   * @param bytes  memory for rows; two always fit, because a step needs two
   */
  constructor(between: KernelValue, columns: Int32Array, bytes: number) {
    this.#between = between;
    this.#columns = columns;
    this.#bytes = bytes;
    this.#capacity = Math.max(2, Math.floor(bytes / (8 * Math.max(1, columns.length))));
  }

  /** Row `i`: its values at the columns, in their order. */
  row(i: number): Float64Array {
    let row = this.#rows.get(i);
    if (row !== undefined) this.#rows.delete(i);
    else {
      row = this.#vacant();
      for (let at = 0; at < row.length; at++) row[at] = this.#between(i, this.#columns[at] as number);
    }
    this.#rows.set(i, row);
    return row;
  }

  /** Where column `t` stands in a row. */
  placeOf(t: number): number {
    let low = 0;
    let high = this.#columns.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#columns[middle] as number) < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The same rows over fewer columns. */
  narrowed(columns: Int32Array): KernelRowCache {
    const cache = new KernelRowCache(this.#between, columns, this.#bytes);
    const places = Int32Array.from(columns, (t) => this.placeOf(t));
    for (const [i, row] of this.#rows)
      cache.#rows.set(
        i,
        Float64Array.from(places, (place) => row[place] as number),
      );
    return cache;
  }

  #vacant(): Float64Array {
    if (this.#rows.size < this.#capacity) return new Float64Array(this.#columns.length);
    const [oldest, row] = this.#rows.entries().next().value as [number, Float64Array];
    this.#rows.delete(oldest);
    return row;
  }
}
