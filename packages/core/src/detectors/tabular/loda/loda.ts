import { DataError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Projections } from "../../../kernels/projections.js";
import { log } from "../../../math/elementary.js";
import { equalBins } from "../../../math/histogram.js";
import { sampleRows } from "../../../math/sampling.js";
import type { Matrix } from "../../../matrix.js";
import { int } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector, type ModelState } from "../../detector.js";
import { StateReader } from "../../state-reader.js";

/** Rows that an empty bin counts for, so that its probability has a logarithm; PyOD's. */
const EMPTY = 1e-12;

/**
 * Lightweight on-line detector of anomalies: rows whose random projections are improbable are anomalous.
 *
 * *fit*: rows × cols matrix; draws `cuts` projections on √cols random columns each, with normal weights, and keeps a histogram
 * of each (O(cuts · (√cols + bins)) memory, O(rows · cuts · √cols) time).
 *
 * *score*: one value a row, in nats: the mean over the cuts of −ln p, where p is the share of training rows in the bin of its
 * projection. O(cuts · √cols) a row.
 *
 * *Needs*: finite values; columns on one scale, because projections add them up.
 *
 * *Edges*: an empty bin counts as 1e-12 rows, and so does everything outside the range of the training rows.
 *
 * *Departures*: a projection is scored by its own bin. PyOD 3 looks one bin further up, and divides by the number of cuts
 * twice. Bins have equal widths and a given number, where the paper finds the number for each cut.
 *
 * @throws {@link DataError} `DATA_INFINITE` when a projection overflows
 * @see https://doi.org/10.1007/s10994-015-5521-0 Pevný: Loda: Lightweight on-line detector of anomalies
 * @example
 * ```ts
 * import { fromRows, loda, Random } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 200 }, () => [random.normal(), random.normal()]));
 * const [near, far] = loda({ seed: 3 }).fitSync(train).scoreSync(fromRows([[0, 0], [6, 6]]));
 * console.log(far > 5 * near); // true
 * ```
 */
export const loda = defineDetector({
  name: "loda",
  aliases: ["lightweight-online-detector-of-anomalies"],
  summary: "Random projections: rows that fall into rare bins of many one-dimensional histograms are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 1,
  params: {
    cuts: int({ default: 100, min: 1, max: 10_000, doc: "Random projections." }),
    bins: int({ default: 10, min: 2, max: 10_000, doc: "Bins of each histogram." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit: (x, { cuts, bins, seed }, run) => fitHistograms(x, drawProjections(x.cols, cuts, seed), bins, run),
  score(state, x, { cuts, bins }, run) {
    const { low, high } = state;
    const args = {
      ...{ cuts, bins, perCut: state.features.length / cuts, features: state.features, weights: state.weights },
      ...{ low, high, scale: scalesOf(low, high, bins), levels: state.levels },
      ...{ x: x.data, rows: x.rows, cols: x.cols, threads: run.threads },
      scores: new Float64Array(x.rows),
    };
    return chain(run.call("projectionScore", args), () => args.scores);
  },
  restore: (state, params, cols): LodaState => restored(state, params, cols),
});

/** The projections, their ranges, and what each bin and the outside adds to a score. */
export type LodaState = Pick<Projections, "features" | "weights"> & {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** cuts × (bins + 1). */
  readonly levels: Float64Array;
};

function drawProjections(cols: number, cuts: number, seed: number): Projections {
  const perCut = Math.floor(Math.sqrt(cols));
  const features = new Int32Array(cuts * perCut);
  const weights = new Float64Array(cuts * perCut);
  for (let cut = 0; cut < cuts; cut++) {
    const random = new Random(seed, cut);
    const drawn = features.subarray(cut * perCut, (cut + 1) * perCut);
    sampleRows(random, cols, perCut, drawn);
    drawn.sort();
    for (let k = 0; k < perCut; k++) weights[cut * perCut + k] = random.normal();
  }
  return { cuts, perCut, features, weights };
}

/** The histograms of given projections. */
export function fitHistograms(x: Matrix, projections: Projections, bins: number, run: Run): MaybePromise<LodaState> {
  const { cuts, features, weights } = projections;
  const args = {
    ...projections,
    ...{ x: x.data, rows: x.rows, cols: x.cols, from: 0, to: cuts, threads: run.threads },
    ...{ low: new Float64Array(cuts), high: new Float64Array(cuts) },
  };
  return chain(run.within(0, 0.5).call("projectionRange", args), () => {
    if (!args.low.every((least, c) => (args.high[c] as number) - least < Number.POSITIVE_INFINITY)) {
      throw new DataError("DATA_INFINITE", "loda: a projection of the rows is beyond the range of doubles", {
        remedy: "Scale the columns first",
      });
    }
    const ranges = Array.from(args.low, (least, c) => equalBins(least, args.high[c] as number, bins));
    const low = Float64Array.from(ranges, (range) => range.low);
    const high = Float64Array.from(ranges, (range) => range.high);
    const counts = new Int32Array(cuts * bins);
    const counting = { ...args, bins, low, scale: scalesOf(low, high, bins), counts };
    return chain(run.within(0.5, 1).call("projectionHistogram", counting), () => {
      const total = x.rows + bins * EMPTY;
      const levels = new Float64Array(cuts * (bins + 1)).fill(-log(EMPTY / total));
      counts.forEach((count, i) => {
        levels[i + Math.floor(i / bins)] = -log((count + EMPTY) / total);
      });
      return { features, weights, low, high, levels };
    });
  });
}

function scalesOf(low: Float64Array, high: Float64Array, bins: number): Float64Array {
  return low.map((least, c) => equalBins(least, high[c] as number, bins).scale);
}

function restored(
  state: ModelState,
  { cuts, bins }: { readonly cuts: number; readonly bins: number },
  cols: number,
): LodaState {
  const reader = new StateReader("loda", state);
  const features = reader.integers("features", 0, cols - 1);
  if (features.length % cuts !== 0 || features.length === 0) throw reader.wrong("features do not fit the cuts");
  const [low, high] = [reader.doubles("low", cuts), reader.doubles("high", cuts)];
  if (!low.every((least, c) => least < (high[c] as number))) throw reader.wrong("a histogram has no width");
  return {
    ...{ features, weights: reader.doubles("weights", features.length), low, high },
    levels: reader.doubles("levels", cuts * (bins + 1)),
  };
}
