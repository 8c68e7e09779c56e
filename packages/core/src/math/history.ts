import type { Matrix } from "../matrix.js";

/**
 * Remembers the last rows of a series, so that a chunk can be looked at together with the rows before it. Rows before
 * the first one are taken to equal it.
 */
export class History {
  readonly #span: number;
  #last: Float64Array | undefined;

  /** @param span  rows to remember, ≥ 0 */
  constructor(span: number) {
    this.#span = span;
  }

  /** The `span` rows before the chunk, then the chunk: (span + rows) × cols. */
  extend(x: Matrix): Float64Array {
    const before = this.#span * x.cols;
    const all = new Float64Array(before + x.data.length);
    all.set(x.data, before);
    if (x.rows === 0) return all;
    if (this.#last === undefined) {
      for (let i = 0; i < before; i++) all[i] = x.data[i % x.cols] as number;
    } else {
      all.set(this.#last);
    }
    this.#last = all.slice(all.length - before);
    return all;
  }
}
