import { DataError, ParamError } from "../errors.js";
import { log } from "../math/elementary.js";
import { medianOf } from "../math/selection.js";
import { firstNonFinite, type Matrix, matrix } from "../matrix.js";

/** What a stretch of rows costs that has one description. */
export type SegmentCost = "l2" | "normal";

export interface PeltOptions {
  /**
   * `l2`: squared distances from the mean of the stretch, so changes of level are found. `normal`: rows · ln variance, so
   * changes of level or variance are. Columns are added up. Default `l2`.
   */
  readonly cost?: SegmentCost;
  /**
   * What each change point costs. A number is in the unit of the cost. `bic` and `aic` weigh the parameters that a further
   * stretch has: p ln n and 2 p, where p = columns + 1 for `l2`, whose costs are then told in the variance of the noise
   * (from the median difference of neighbouring rows), and 2 · columns + 1 for `normal`. Default `bic`.
   */
  readonly penalty?: number | "bic" | "aic";
  /** Rows of the shortest stretch, ≥ 1; default 2. */
  readonly minSize?: number;
}

/** Standard deviations of a normal distribution in one median absolute deviation, 1 / Φ⁻¹(3/4). */
const DEVIATIONS_PER_MAD = 1.482602218505602;
/** Share of a column's variance that a stretch has at least, so that its logarithm is finite. */
const LEAST_VARIANCE = 1e-12;

/**
 * The change points of a series: where to cut it so that costs of the stretches and penalties of the cuts are least. The
 * exact optimum (PELT), in O(rows · cols) time where changes are frequent, O(rows² · cols) at worst.
 *
 * @param x  rows × cols in order of time, or the values of one sensor; finite
 * @returns the first row of each new stretch, ascending; empty when there is no change
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE` · {@link ParamError} `PARAM_RANGE`
 * @see https://doi.org/10.1080/01621459.2012.737745 Killick, Fearnhead, Eckley: Optimal detection of changepoints with a linear computational cost
 * @example
 * ```ts
 * import { pelt } from "@telltale/core";
 * const values = Float64Array.from({ length: 90 }, (_, t) => (t < 30 ? 1 : t < 60 ? 5 : 2) + (t % 3) / 10);
 * console.log([...pelt(values)]); // [30, 60]
 * ```
 */
export function pelt(x: Matrix | Float64Array, options: PeltOptions = {}): Int32Array {
  const rows = x instanceof Float64Array ? matrix(x, x.length, 1) : x;
  const { cost = "l2", penalty = "bic", minSize = 2 } = options;
  check(rows, penalty, minSize);
  const word = typeof penalty === "string";
  const segments = new Segments(rows, cost, word && cost === "l2");
  const parameters = cost === "l2" ? rows.cols + 1 : 2 * rows.cols + 1;
  const price = word ? parameters * (penalty === "bic" ? log(Math.max(2, rows.rows)) : 2) : penalty;
  return optimalCuts(rows.rows, price, minSize, (from, to) => segments.cost(from, to));
}

function check(x: Matrix, penalty: number | string, minSize: number): void {
  if (typeof penalty === "number" ? !(penalty >= 0 && penalty - penalty === 0) : !["bic", "aic"].includes(penalty)) {
    throw new ParamError("PARAM_RANGE", `penalty: expected a number ≥ 0, bic or aic; found ${penalty}`);
  }
  if (!Number.isSafeInteger(minSize) || minSize < 1) {
    throw new ParamError("PARAM_RANGE", `minSize: expected a whole number ≥ 1; found ${minSize}`);
  }
  const bad = firstNonFinite(x);
  if (bad < 0) return;
  const column = x.columns?.[bad % x.cols] ?? `${bad % x.cols}`;
  const missing = Number.isNaN(x.data[bad]);
  throw new DataError(
    missing ? "DATA_MISSING" : "DATA_INFINITE",
    `change points need finite values; found ${x.data[bad]}`,
    {
      where: { row: Math.floor(bad / x.cols) + 1, column },
      remedy: "Impute or drop such rows first",
    },
  );
}

/** F(t) = min over s of F(s) + cost(s, t) + price, where an s that can never win again is left out. */
function optimalCuts(
  n: number,
  price: number,
  minSize: number,
  cost: (from: number, to: number) => number,
): Int32Array {
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(n + 1);
  best[0] = -price;
  const lost = new Int32Array(n + 1);
  let candidates = [0];
  for (let t = minSize; t <= n; t++) {
    // A stretch that ends here begins at most at t − minSize, where one must be able to end.
    const start = t - minSize;
    if (start >= minSize) candidates.push(start);
    const totals = candidates.map((s) => (best[s] as number) + cost(s, t));
    let least = 0;
    for (let k = 1; k < totals.length; k++) if ((totals[k] as number) < (totals[least] as number)) least = k;
    best[t] = (totals[least] as number) + price;
    previous[t] = candidates[least] as number;
    candidates.forEach((s, k) => {
      if ((totals[k] as number) > (best[t] as number) && lost[s] === 0) lost[s] = t + minSize;
    });
    // A stretch from t on wins over one from s wherever it is long enough: not before t + minSize.
    candidates = candidates.filter((s) => lost[s] === 0 || (lost[s] as number) > t + 1);
  }
  const cuts: number[] = [];
  for (let t = n; t > 0; t = previous[t] as number) {
    const cut = previous[t] as number;
    if (cut > 0) cuts.push(cut);
  }
  return Int32Array.from(cuts.reverse());
}

/** Costs of stretches in O(cols), from sums over the rows before each. */
class Segments {
  readonly #cols: number;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #least: Float64Array;
  readonly #kind: SegmentCost;

  constructor({ data, rows, cols }: Matrix, kind: SegmentCost, inNoise: boolean) {
    this.#cols = cols;
    this.#kind = kind;
    this.#sums = new Float64Array((rows + 1) * cols);
    this.#squares = new Float64Array((rows + 1) * cols);
    this.#least = new Float64Array(cols);
    const column = new Float64Array(rows);
    for (let j = 0; j < cols; j++) {
      for (let i = 0; i < rows; i++) column[i] = data[i * cols + j] as number;
      const mean = column.reduce((a, b) => a + b, 0) / Math.max(1, rows);
      const unit = inNoise ? noiseOf(column) : 1;
      for (let i = 0; i < rows; i++) {
        const value = ((column[i] as number) - mean) / unit;
        const at = i * cols + j;
        this.#sums[at + cols] = (this.#sums[at] as number) + value;
        this.#squares[at + cols] = (this.#squares[at] as number) + value * value;
      }
      const variance = (this.#squares[rows * cols + j] as number) / Math.max(1, rows);
      this.#least[j] = variance > 0 ? variance * LEAST_VARIANCE : 1;
    }
  }

  /** Of the rows `from` … `to` − 1. */
  cost(from: number, to: number): number {
    const cols = this.#cols;
    const n = to - from;
    let total = 0;
    for (let j = 0; j < cols; j++) {
      const [a, b] = [from * cols + j, to * cols + j];
      const sum = (this.#sums[b] as number) - (this.#sums[a] as number);
      const rest = Math.max(0, (this.#squares[b] as number) - (this.#squares[a] as number) - (sum * sum) / n);
      total += this.#kind === "l2" ? rest : n * log(Math.max(rest / n, this.#least[j] as number));
    }
    return total;
  }
}

/** Standard deviation of the noise, from the differences of neighbours, which a change of level hardly touches. */
function noiseOf(values: Float64Array): number {
  if (values.length < 2) return 1;
  const steps = Float64Array.from({ length: values.length - 1 }, (_, i) =>
    Math.abs((values[i + 1] as number) - (values[i] as number)),
  );
  const noise = (DEVIATIONS_PER_MAD * medianOf(steps)) / Math.SQRT2;
  if (noise > 0) return noise;
  // Most neighbours are equal: what there is of differences is taken for noise.
  const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
  return mean > 0 ? mean : 1;
}
