/**
 * Count, mean and central moments up to the fourth of a column that arrives in chunks, missing and infinite values apart.
 * Each chunk is summed around its own mean and merged, so that a large offset costs no digits.
 *
 * @see https://doi.org/10.2172/1028931 Pébay (2008), "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments"
 */
export class Moments {
  count = 0;
  missing = 0;
  infinite = 0;
  zeros = 0;
  mean = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  #m2 = 0;
  #m3 = 0;
  #m4 = 0;

  add(values: Float64Array): void {
    let n = 0;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      const v = values[i] as number;
      if (v - v !== 0) {
        if (Number.isNaN(v)) this.missing++;
        else this.infinite++;
        continue;
      }
      n++;
      sum += v;
      if (v === 0) this.zeros++;
      if (v < this.min) this.min = v;
      if (v > this.max) this.max = v;
    }
    if (n === 0) return;
    const mean = sum / n;
    let [m2, m3, m4] = [0, 0, 0];
    for (let i = 0; i < values.length; i++) {
      const d = (values[i] as number) - mean;
      if (d - d !== 0) continue;
      const square = d * d;
      m2 += square;
      m3 += square * d;
      m4 += square * square;
    }
    this.#merge(n, mean, m2, m3, m4);
  }

  #merge(n: number, mean: number, m2: number, m3: number, m4: number): void {
    const a = this.count;
    const total = a + n;
    const d = mean - this.mean;
    const [p2, p3] = [this.#m2, this.#m3];
    this.#m4 +=
      m4 +
      (d ** 4 * a * n * (a * a - a * n + n * n)) / total ** 3 +
      (6 * d * d * (a * a * m2 + n * n * p2)) / total ** 2 +
      (4 * d * (a * m3 - n * p3)) / total;
    this.#m3 += m3 + (d ** 3 * a * n * (a - n)) / total ** 2 + (3 * d * (a * m2 - n * p2)) / total;
    this.#m2 += m2 + (d * d * a * n) / total;
    this.mean += (d * n) / total;
    this.count = total;
  }

  /** Population standard deviation; NaN without a value. */
  get standardDeviation(): number {
    return this.count === 0 ? Number.NaN : Math.sqrt(this.#m2 / this.count);
  }

  /** Fisher's moment coefficient, as scipy's `skew`; NaN where nothing varies. */
  get skewness(): number {
    const variance = this.#m2 / this.count;
    return variance > 0 ? this.#m3 / this.count / variance ** 1.5 : Number.NaN;
  }

  /** Excess over that of the normal distribution, as scipy's `kurtosis`; NaN where nothing varies. */
  get kurtosis(): number {
    const variance = this.#m2 / this.count;
    return variance > 0 ? this.#m4 / this.count / variance ** 2 - 3 : Number.NaN;
  }
}
