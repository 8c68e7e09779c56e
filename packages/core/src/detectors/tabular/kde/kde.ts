import { chain } from "../../../kernels/kernels.js";
import { exp } from "../../../math/distributions/exponential.js";
import { log } from "../../../math/elementary.js";
import { sampleRows } from "../../../math/sampling.js";
import type { Matrix } from "../../../matrix.js";
import { int, intOr, numberOr, type ParamValues } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector } from "../../detector.js";
import { StateReader } from "../../state-reader.js";
import { logKernelSums } from "./log-kernel-sums.js";

const HALF_LOG_TWO_PI = 0.9189385332046728;

const params = {
  bandwidth: numberOr(["scott", "silverman"], {
    default: 1,
    min: 0,
    max: 1e100,
    exclusive: true,
    doc: "Standard deviation of the kernel, in the unit of the columns; scott and silverman find one for columns of variance 1.",
  }),
  samples: intOr("all", {
    default: "all",
    min: 1,
    max: 2 ** 31 - 1,
    doc: "Training rows to keep, drawn at random when there are more; all keeps them all.",
  }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
};

/**
 * Kernel density estimation: rows where the training rows are sparse are anomalous.
 *
 * *fit*: rows × cols matrix; keeps up to `samples` rows of it (O(samples · cols) memory).
 *
 * *score*: one value a row, in nats: minus the logarithm of the density, a mean of Gaussian kernels around the kept rows.
 * O(samples · cols) a row.
 *
 * *Needs*: finite values; columns on one scale, as `bandwidth` is the same for all of them.
 *
 * *Edges*: far away from all training rows the score goes on growing with the square of the distance. A row whose squared
 * distances are beyond the range of doubles scores ∞. The density of a training row includes its own kernel.
 *
 * *Departures*: with more rows than `samples`, where that is a number, the density is that of a random sample of them, which a
 * few thousand rows describe well in a tenth of the time.
 *
 * *Numbers*: kernel sets agree to 1e-11 of the larger of 1 and the score, not to the bit; one of them gives a row the same
 * bits in any company and on any number of threads.
 *
 * @see https://doi.org/10.1214/aoms/1177704472 Parzen: On estimation of a probability density function and mode
 * @see https://doi.org/10.1002/9780470316849 Scott: Multivariate density estimation
 * @example
 * ```ts
 * import { fromRows, kde } from "@telltale/core";
 * const model = kde().fitSync(fromRows([[0], [0]]));
 * console.log([...model.scoreSync(fromRows([[0], [2]]))].map((s) => s.toFixed(4))); // ["0.9189", "2.9189"]
 * ```
 */
export const kde = defineDetector({
  name: "kde",
  aliases: ["kernel-density", "parzen-window"],
  summary: "Kernel density: rows where the training rows are sparse are anomalous.",
  input: "tabular",
  traits: { quadratic: true, scaleSensitive: true },
  leastRows: 1,
  params,
  fit(x, given, run) {
    return chain(
      run.parts(1, 1, () => undefined),
      (): KdeState => ({ train: keptRows(x, given), bandwidth: bandwidthFor(x, given.bandwidth) }),
    );
  },
  score({ train, bandwidth }, x, _params, run) {
    const constant = log(train.length / x.cols) + x.cols * (log(bandwidth) + HALF_LOG_TWO_PI);
    return chain(logKernelSums(train, bandwidth, x, run), (sums) => sums.map((sum) => constant - sum));
  },
  restore(state, _params, cols): KdeState {
    const reader = new StateReader("kde", state);
    const train = reader.doubles("train");
    if (train.length === 0 || train.length % cols !== 0) throw reader.wrong("the kept rows have other columns");
    const bandwidth = reader.number("bandwidth");
    if (!(bandwidth > 1e-150 && bandwidth < 1e150)) throw reader.wrong("the bandwidth is out of its range");
    return { train, bandwidth };
  },
});

/** The kept training rows and the standard deviation of the kernel. */
export type KdeState = { readonly train: Float64Array; readonly bandwidth: number };

function keptRows(x: Matrix, { samples, seed }: ParamValues<typeof params>): Float64Array {
  if (samples === "all" || samples >= x.rows) return x.data.slice();
  const rows = new Int32Array(samples);
  sampleRows(new Random(seed), x.rows, samples, rows);
  rows.sort();
  const kept = new Float64Array(samples * x.cols);
  rows.forEach((row, i) => {
    kept.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols);
  });
  return kept;
}

/** The bandwidth given, or the rule of thumb for n rows of d columns of variance 1. */
function bandwidthFor({ rows, cols }: Matrix, bandwidth: number | "scott" | "silverman"): number {
  if (bandwidth === "scott") return exp(-log(rows) / (cols + 4));
  if (bandwidth === "silverman") return exp(-log((rows * (cols + 2)) / 4) / (cols + 4));
  return Math.max(bandwidth, 1e-100);
}
