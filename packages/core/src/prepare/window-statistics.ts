/** What a window is summarised by, in the order of the columns. */
export const WINDOW_STATISTICS = ["mean", "std", "min", "max", "slope"] as const;

/**
 * Mean, standard deviation, minimum, maximum and slope of the trailing window of every row, column by column.
 *
 * Windows are put together from windows half as long, these again from halves (each length a power of two), so a row costs
 * O(log size), and sums are added pairwise in an order that depends on nothing but the window's own values: the same window
 * gives the same bits wherever it stands in a series or chunk. Sums of squares are merged around the parts' means.
 *
 * @param all  (span + rows) × cols with span = (size − 1) · stride: the rows before the chunk, then the chunk
 * @param out  rows × (5 · cols): all means, then all standard deviations, …
 * @see Chan, Golub, LeVeque (1983), https://doi.org/10.1080/00031305.1983.10483115
 */
export function windowStatistics(
  all: Float64Array,
  rows: number,
  cols: number,
  size: number,
  stride: number,
  out: Float64Array,
): void {
  const total = all.length;
  let parts: Summary = { n: 1, mean: all, squares: new Float64Array(total), low: all, high: all };
  let windows: Summary | undefined;
  for (let length = 1; ; length *= 2) {
    const takes = Math.floor(size / length) % 2 === 1;
    if (takes) windows = windows === undefined ? parts : merge(windows, parts, windows.n * stride * cols);
    if (length * 2 > size) break;
    parts = merge(parts, parts, length * stride * cols);
  }
  write(windows as Summary, all, rows, cols, size, stride, out);
}

/** Of the n values that end at each position of the data; positions with fewer values behind them hold no result. */
interface Summary {
  readonly n: number;
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly squares: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Joins the window that ends at each position with the one that ends `back` values before. */
function merge(late: Summary, early: Summary, back: number): Summary {
  const total = late.mean.length;
  const n = late.n + early.n;
  const share = early.n / n;
  const weight = late.n * share;
  const mean = new Float64Array(total);
  const squares = new Float64Array(total);
  const low = new Float64Array(total);
  const high = new Float64Array(total);
  for (let i = back; i < total; i++) {
    const a = late.mean[i] as number;
    const gap = (early.mean[i - back] as number) - a;
    mean[i] = a + gap * share;
    squares[i] = (late.squares[i] as number) + (early.squares[i - back] as number) + gap * gap * weight;
    low[i] = Math.min(late.low[i] as number, early.low[i - back] as number);
    high[i] = Math.max(late.high[i] as number, early.high[i - back] as number);
  }
  return { n, mean, squares, low, high };
}

function write(
  windows: Summary,
  all: Float64Array,
  rows: number,
  cols: number,
  size: number,
  stride: number,
  out: Float64Array,
): void {
  const span = (size - 1) * stride;
  for (let i = 0; i < rows; i++) {
    const to = i * cols * WINDOW_STATISTICS.length;
    const from = (i + span) * cols;
    for (let j = 0; j < cols; j++) {
      const last = all[from + j] as number;
      out[to + j] = windows.mean[from + j] as number;
      out[to + cols + j] = Math.sqrt((windows.squares[from + j] as number) / size);
      out[to + 2 * cols + j] = windows.low[from + j] as number;
      out[to + 3 * cols + j] = windows.high[from + j] as number;
      out[to + 4 * cols + j] = span === 0 ? 0 : (last - (all[i * cols + j] as number)) / span;
    }
  }
}
