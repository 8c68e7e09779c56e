import type { HistogramCountArgs, HistogramScoreArgs } from "../histograms.js";

/** The counts of each column's bins: the specification of the kernel. */
export function histogramCount({ x, rows, cols, low, scale, bins, counts }: HistogramCountArgs): void {
  const first = firstBins(bins);
  for (let at = 0; at < rows * cols; at += cols) {
    for (let j = 0; j < cols; j++) {
      const offset = (x[at + j] as number) - (low[j] as number);
      const k = (first[j] as number) + place(offset * (scale[j] as number), bins[j] as number);
      counts[k] = (counts[k] as number) + 1;
    }
  }
}

/** Scores rows by the bins of their values: the specification of the kernel. */
export function histogramScore(args: HistogramScoreArgs): void {
  const { x, rows, cols, low, scale, bins, lowest, highest, rarest, levels, scores, contributions } = args;
  const first = firstBins(bins);
  const explained = contributions.length > 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      const value = x[i * cols + j] as number;
      const inside = value >= (lowest[j] as number) && value <= (highest[j] as number);
      const t = (value - (low[j] as number)) * (scale[j] as number);
      const part = inside ? levels[(first[j] as number) + place(t, bins[j] as number)] : rarest[j];
      if (explained) contributions[i * cols + j] = part as number;
      sum += part as number;
    }
    scores[i] = sum;
  }
}

function place(t: number, bins: number): number {
  return t < 0 ? 0 : t < bins ? t | 0 : bins - 1;
}

/** Where the bins of each column begin. */
function firstBins(bins: Int32Array): Int32Array {
  let next = 0;
  return bins.map((own) => {
    next += own;
    return next - own;
  });
}
