import { TrailingMeans } from "../../../math/trailing-means.js";

/**
 * The difference between the mean of the last `recent` rows of a series and that of the `reference` rows before them, in
 * O(cols) a row. Until so many are there, those that are.
 */
export class AdjacentMeans {
  readonly #recent: number;
  readonly #reference: number;
  readonly #latest: TrailingMeans;
  readonly #earlier: TrailingMeans;
  /** The last `recent` rows, that the reference has yet to see. */
  readonly #delayed: Float64Array;
  readonly #row: Float64Array;
  #rows = 0;

  constructor(cols: number, recent: number, reference: number) {
    this.#recent = recent;
    this.#reference = reference;
    this.#latest = new TrailingMeans(cols, recent);
    this.#earlier = new TrailingMeans(cols, reference);
    this.#delayed = new Float64Array(cols * recent);
    this.#row = new Float64Array(cols);
    // Both begin with zeros in place of rows, so that their means are sums of the rows that are there.
    this.#latest.push(new Float64Array(cols));
    this.#earlier.push(new Float64Array(cols));
  }

  /**
   * Takes the next row from `values` and writes the difference in its place.
   *
   * @returns rows of the reference so far, at most `reference`; less than `recent` while a difference would say nothing
   */
  push(values: Float64Array): number {
    const cols = values.length;
    const at = (this.#rows % this.#recent) * cols;
    const there = Math.min(this.#reference, Math.max(0, this.#rows + 1 - this.#recent));
    const row = this.#row;
    if (there > 0) {
      for (let j = 0; j < cols; j++) row[j] = this.#delayed[at + j] as number;
      this.#earlier.push(row);
    }
    this.#delayed.set(values, at);
    this.#latest.push(values);
    this.#rows += 1;
    const share = this.#reference / Math.max(1, there);
    for (let j = 0; j < cols; j++) values[j] = (values[j] as number) - (row[j] as number) * share;
    return there;
  }
}
