/** What a window is summarised by, in the order of the columns. */
export const WINDOW_STATISTICS = ["mean", "std", "min", "max", "slope"] as const;

/** Values that are summarised together: their running results stay in the processor's cache. */
const BLOCK_VALUES = 2 ** 14;

/**
 * Mean, standard deviation, minimum, maximum and slope of the trailing window of every row, column by column.
 *
 * Windows are put together from windows half as long, these again from halves (each length a power of two), so a row costs
 * O(log size), and sums are added pairwise in an order that depends on nothing but the window's own values: the same window
 * gives the same bits wherever it stands in a series or chunk. Sums of squares are merged around the parts' means.
 *
 * @see https://doi.org/10.1080/00031305.1983.10483115 Chan, Golub, LeVeque: Algorithms for computing the sample variance
 */
export class WindowStatistics {
  readonly #cols: number;
  readonly #size: number;
  readonly #stride: number;
  readonly #rowsPerBlock: number;
  /** Of windows whose length is a power of two, and of the part of the window that is put together. */
  readonly #parts: Summary;
  readonly #window: Summary;

  constructor(cols: number, size: number, stride: number) {
    this.#cols = cols;
    this.#size = size;
    this.#stride = stride;
    const span = (size - 1) * stride;
    this.#rowsPerBlock = Math.max(2 * span, Math.ceil(BLOCK_VALUES / cols));
    this.#parts = emptySummary((span + this.#rowsPerBlock) * cols);
    this.#window = emptySummary((span + this.#rowsPerBlock) * cols);
  }

  /**
   * @param all  (span + rows) × cols with span = (size − 1) · stride: the rows before the chunk, then the chunk
   * @param out  rows × (5 · cols): for each row all means, then all standard deviations, …
   */
  summarise(all: Float64Array, rows: number, out: Float64Array): void {
    const cols = this.#cols;
    const span = (this.#size - 1) * this.#stride;
    for (let from = 0; from < rows; from += this.#rowsPerBlock) {
      const to = Math.min(rows, from + this.#rowsPerBlock);
      const block = all.subarray(from * cols, (to + span) * cols);
      this.#merge(block);
      this.#write(block, out.subarray(from * cols * 5, to * cols * 5));
    }
  }

  #merge(block: Float64Array): void {
    const size = this.#size;
    const step = this.#stride * this.#cols;
    begin(this.#parts, block);
    let taken = 0;
    for (let length = 1; ; length *= 2) {
      if (Math.floor(size / length) % 2 === 1) {
        if (taken === 0) copy(this.#window, this.#parts, block.length);
        else merge(this.#window, taken, this.#parts, length, taken * step, block.length);
        taken += length;
      }
      if (length * 2 > size) return;
      merge(this.#parts, length, this.#parts, length, length * step, block.length);
    }
  }

  #write(block: Float64Array, out: Float64Array): void {
    const cols = this.#cols;
    const span = (this.#size - 1) * this.#stride;
    const { mean, squares, low, high } = this.#window;
    const rows = out.length / (5 * cols);
    for (let i = 0; i < rows; i++) {
      const to = i * cols * 5;
      const from = (i + span) * cols;
      for (let j = 0; j < cols; j++) {
        const m = mean[from + j] as number;
        const missing = m !== m; // minimum and maximum are merged without a look at missing values
        out[to + j] = m;
        out[to + cols + j] = Math.sqrt((squares[from + j] as number) / this.#size);
        out[to + 2 * cols + j] = missing ? m : (low[from + j] as number);
        out[to + 3 * cols + j] = missing ? m : (high[from + j] as number);
        const rise = (block[from + j] as number) - (block[i * cols + j] as number);
        out[to + 4 * cols + j] = missing ? m : span === 0 ? 0 : rise / span;
      }
    }
  }
}

/** Of the values of one window that end at each position; positions with fewer values behind them hold no result. */
interface Summary {
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly squares: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

function emptySummary(length: number): Summary {
  const make = () => new Float64Array(length);
  return { mean: make(), squares: make(), low: make(), high: make() };
}

/** Windows of one value. */
function begin(to: Summary, values: Float64Array): void {
  to.mean.set(values);
  to.low.set(values);
  to.high.set(values);
  for (let i = 0; i < values.length; i++) to.squares[i] = (values[i] as number) - (values[i] as number); // 0, or NaN
}

function copy(to: Summary, from: Summary, length: number): void {
  for (const key of ["mean", "squares", "low", "high"] as const) to[key].set(from[key].subarray(0, length));
}

/**
 * Joins the window of `lates` values that ends at each position with the one of `earlies` values that ends `back` values
 * before, in place: from the end, so that what is read has not been written yet.
 */
function merge(late: Summary, lates: number, early: Summary, earlies: number, back: number, length: number): void {
  const { mean, squares, low, high } = late;
  const share = earlies / (lates + earlies);
  const weight = lates * share;
  for (let i = length - 1; i >= back; i--) {
    const k = i - back;
    const a = mean[i] as number;
    const gap = (early.mean[k] as number) - a;
    mean[i] = a + gap * share;
    squares[i] = (squares[i] as number) + (early.squares[k] as number) + gap * gap * weight;
    const l = early.low[k] as number;
    const h = early.high[k] as number;
    if (l < (low[i] as number)) low[i] = l;
    if (h > (high[i] as number)) high[i] = h;
  }
}
