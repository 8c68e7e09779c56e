import { DataError } from "../../../errors.js";
import type { HistogramScoreArgs, Histograms } from "../../../kernels/histograms.js";
import { chain, type Run } from "../../../kernels/kernels.js";
import { columnRange } from "../../../math/column-statistics.js";
import { log } from "../../../math/elementary.js";
import { type EqualBins, equalBins, likeliestBins } from "../../../math/histogram.js";
import type { Matrix } from "../../../matrix.js";
import { intOr, number } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { StateReader } from "../../state-reader.js";

const MOST_BINS = 2 ** 16;

/**
 * Histogram-based outlier score: rows with values in rare bins of their columns are anomalous.
 *
 * *fit*: rows × cols matrix; keeps a histogram of each column (O(bins · cols) memory, O(rows · cols) time; with `auto` bins
 * O(rows · log rows · cols)).
 *
 * *score*: one value a row, in bits: over the columns, the sum of −log2(density + alpha), where the density is the training
 * rows' share in the value's bin divided by its width. O(cols) a row. `contributions` are the terms of that sum.
 *
 * *Needs*: finite values. Densities depend on the unit of a column, so columns on one scale count alike. Columns are taken as
 * independent.
 *
 * *Edges*: a value beyond the histogram by at most `tolerance` widths of a bin counts as in the outermost one, any other as in
 * the rarest one of its column. A constant column has a histogram of width 1 around its value.
 *
 * *Departures*: a value is scored by the bin that it was counted in. PyOD counts a value on an inner edge above that edge and
 * scores it below.
 *
 * @throws {@link DataError} `DATA_INFINITE` when the range of a column overflows
 * @see https://www.dfki.de/fileadmin/user_upload/import/6431_HBOS-poster.pdf Goldstein, Dengel: Histogram-based outlier score
 * @example
 * ```ts
 * import { fromRows, hbos } from "@telltale/core";
 * const train = fromRows([[0], [1], [1.5], [2], [2.5], [10]]);
 * const model = hbos({ bins: 5 }).fitSync(train);
 * const scores = model.scoreSync(fromRows([[2], [5], [30]]));
 * console.log([...scores].map((s) => s.toFixed(2))); // ["1.91", "3.32", "3.32"]
 * ```
 */
export const hbos = defineDetector({
  name: "hbos",
  aliases: ["histogram", "histogram-based-outlier-score"],
  summary: "Histograms: rows with values in rare bins of their columns are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 1,
  params: {
    bins: intOr("auto", { default: 10, min: 2, max: MOST_BINS, doc: "Bins of each column; auto finds a number." }),
    alpha: number({ default: 0.1, min: 0, max: 1, exclusive: true, doc: "Added to a density before its logarithm." }),
    tolerance: number({
      default: 0.5,
      min: 0,
      max: 1,
      doc: "Widths of a bin by which a value may lie beyond the histogram and still count as in its last bin.",
    }),
  },
  fit(x, { bins, alpha }, run) {
    const ranges = rangesOf(x, bins);
    const first = firstBins(ranges);
    const counts = new Int32Array(ranges.reduce((sum, range) => sum + range.bins, 0));
    const args = { ...histogramsOf(ranges), x: x.data, rows: x.rows, cols: x.cols, threads: run.threads, counts };
    return chain(run.call("histogramCount", args), (): HbosState => {
      const levels = ranges.flatMap(({ scale, bins: own }, j) =>
        Array.from(counts.subarray(first[j] as number, (first[j] as number) + own), (count) => {
          const density = Math.min((count / x.rows) * scale, Number.MAX_VALUE / 2);
          return -log(density + alpha) * Math.LOG2E;
        }),
      );
      return {
        low: Float64Array.from(ranges, ({ low }) => low),
        high: Float64Array.from(ranges, ({ high }) => high),
        bins: Int32Array.from(ranges, (range) => range.bins),
        levels: Float64Array.from(levels),
      };
    });
  },
  score(state, x, { tolerance }, run) {
    const args = scoreArgs(state, x, tolerance, run, false);
    return chain(run.call("histogramScore", args), () => args.scores);
  },
  contributions(state, x, { tolerance }, run) {
    const args = scoreArgs(state, x, tolerance, run, true);
    return chain(run.call("histogramScore", args), () => args.contributions);
  },
  restore(state, _params, cols): HbosState {
    const reader = new StateReader("hbos", state);
    const bins = reader.integers("bins", 1, MOST_BINS, cols);
    const [low, high] = [reader.doubles("low", cols), reader.doubles("high", cols)];
    if (!low.every((v, j) => v < (high[j] as number))) throw reader.wrong("a histogram has no width");
    const total = bins.reduce((sum, count) => sum + count, 0);
    return { low, high, bins, levels: reader.doubles("levels", total) };
  },
});

/** The histograms of all columns, and what a value in each bin adds to a score. */
export type HbosState = {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly bins: Int32Array;
  readonly levels: Float64Array;
};

function rangesOf(x: Matrix, bins: number | "auto"): EqualBins[] {
  const { low, high } = columnRange([{ x }]);
  return Array.from(low, (least, j) => {
    const greatest = high[j] as number;
    if (greatest - least === Number.POSITIVE_INFINITY) {
      throw new DataError("DATA_INFINITE", "hbos: the range of values is beyond the largest number", {
        where: { column: x.columns?.[j] ?? `${j}` },
        remedy: "Scale the columns first",
      });
    }
    return equalBins(least, greatest, bins === "auto" ? likeliestBins(sortedColumn(x, j)) : bins);
  });
}

function sortedColumn({ data, rows, cols }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j] as number).sort();
}

/** Where the bins of each column begin. */
function firstBins(ranges: readonly EqualBins[]): Int32Array {
  let next = 0;
  return Int32Array.from(ranges, ({ bins }) => {
    next += bins;
    return next - bins;
  });
}

/** The histograms of all columns side by side, as the kernels want them. */
function histogramsOf(ranges: readonly EqualBins[]): Histograms {
  return {
    low: Float64Array.from(ranges, ({ low }) => low),
    scale: Float64Array.from(ranges, ({ scale }) => scale),
    bins: Int32Array.from(ranges, ({ bins }) => bins),
  };
}

function scoreArgs(
  { low, high, bins, levels }: HbosState,
  { data, rows, cols }: Matrix,
  tolerance: number,
  { threads }: Run,
  explained: boolean,
): HistogramScoreArgs {
  const ranges = Array.from(low, (least, j) => equalBins(least, high[j] as number, bins[j] as number));
  const first = firstBins(ranges);
  return {
    ...histogramsOf(ranges),
    lowest: Float64Array.from(ranges, (range) => range.low - tolerance / range.scale),
    highest: Float64Array.from(ranges, (range) => range.high + tolerance / range.scale),
    rarest: Float64Array.from(ranges, (range, j) =>
      levels.subarray(first[j] as number, (first[j] as number) + range.bins).reduce((a, b) => Math.max(a, b)),
    ),
    ...{ levels, x: data, rows, cols, threads, scores: new Float64Array(rows) },
    contributions: new Float64Array(explained ? data.length : 0),
  };
}
