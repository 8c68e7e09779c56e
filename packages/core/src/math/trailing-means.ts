/**
 * Means of several values over the last rows of a series, O(1) a row and value, without subtracting what falls out: the
 * sum is that of the end of one block of rows and the beginning of the next, so nothing is lost after a huge value. Rows
 * before the first one are taken to equal it. A mean depends on the rows since the first one alone.
 */
export class TrailingMeans {
  readonly #width: number;
  readonly #window: number;
  /** window × width: the rows of this block that are there, then those of the block before summed from the end. */
  readonly #block: Float64Array;
  readonly #sum: Float64Array;
  #at = -1;

  /**
   * @param width  values a row
   * @param window  rows, ≥ 1
   */
  constructor(width: number, window: number) {
    this.#width = width;
    this.#window = window;
    this.#block = new Float64Array(width * window);
    this.#sum = new Float64Array(width);
  }

  /** Takes the next row from `values` and writes the means over the window that ends there in its place. */
  push(values: Float64Array): void {
    const width = this.#width;
    const window = this.#window;
    const block = this.#block;
    if (this.#at < 0) {
      for (let i = 0; i < window; i++) block.set(values, i * width);
    }
    if (this.#at < 0 || this.#at === window) {
      for (let i = (window - 1) * width - 1; i >= 0; i--) {
        block[i] = (block[i] as number) + (block[i + width] as number);
      }
      this.#sum.fill(0);
      this.#at = 0;
    }
    const here = this.#at * width;
    const last = this.#at === window - 1;
    for (let j = 0; j < width; j++) {
      const value = values[j] as number;
      const sum = (this.#sum[j] as number) + value;
      this.#sum[j] = sum;
      const before = last ? 0 : (block[here + width + j] as number);
      block[here + j] = value;
      values[j] = (before + sum) / window;
    }
    this.#at += 1;
  }
}
