import type { Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";
import { type DetectorFactory, defineDetector, type ModelState } from "../../detector.js";
import { fitWindows } from "./fit.js";
import { contributionsOfRows, openWindows, ownScores, scoreSeries } from "./scoring.js";
import { type Given, paramsWith, restored, type WindowedState } from "./state.js";

/** What a use of {@link windowed} is called, and the detector that it puts behind the windows. */
export interface WindowedUse {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** The detector as text. */
  readonly base: string;
  /** Whether that detector says which feature made a score. */
  readonly explains?: boolean;
  /** Whether that detector's time grows with the square of the rows. */
  readonly quadratic?: boolean;
}

/** The windowed detector of that name with that default of `base`. */
export function windowedUse(use: WindowedUse): DetectorFactory<ReturnType<typeof paramsWith>, WindowedState> {
  const { name, aliases = [], summary, explains = false, quadratic = false } = use;
  const spec = {
    name,
    aliases,
    summary,
    input: "series" as const,
    traits: { causal: true, ...(quadratic ? { quadratic } : {}) },
    leastRows: 16,
    params: paramsWith(use.base),
    fit: fitWindows,
    score: (state: WindowedState, x: Matrix, given: Given, run: Run) => scoreSeries(state, x, given, run, undefined),
    open: (state: WindowedState, given: Given) => (given.aggregate === "last" ? openWindows(state, given) : undefined),
    trainingScores: ownScores,
    restore: (state: ModelState, given: Given, cols: number) => restored(name, state, given, cols),
  };
  return defineDetector(explains ? { ...spec, contributions: contributionsOfRows } : spec);
}

/**
 * Windows of a series under any detector of tables: a stretch of rows unlike the stretches in training is anomalous.
 *
 * *fit*: rows × cols, one series or several; a window never spans two. Every window of `window` rows (every `stride`-th)
 * becomes one row of window · cols values for the detector `base`. Memory windows × window × cols values, time that of
 * the base.
 *
 * *score*: one value a row, in the unit of the base. With `aggregate: "last"` that of the window which ends at the row, so
 * that a stream gets the same bits; with `mean` and `max` that over all whole windows that contain the row, which says
 * better where something was, but needs the rows after it. Contributions, where the base has them: what a column's values
 * in the window contribute, added up.
 *
 * *Window*: `auto` takes the period of the first column of the longest series (`findWindowLength`), at most half of that
 * series. `normalize` makes windows comparable by shape alone: level and amplitude do not count then.
 *
 * *Needs*: finite values; columns on one scale where the base needs it. A window must fit into the longest series.
 *
 * *Edges*: rows before the first whole window of a series get the median score of training windows, because nothing is
 * known of them (a window filled up with repeated rows would be unlike any in training). With `mean` and `max` this holds
 * for series shorter than a window; rows near the ends of others are in fewer windows. Training series shorter than a
 * window are not learned from.
 *
 * *Uses*: `sub-isolation-forest`, `sub-knn` and `kmeans-ad` are this detector with another `base`. With
 * `aggregate: "mean"` `kmeans-ad` scores rows as Darts' `KMeansScorer` with `window_agg` does.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when the base cannot look at windows, or no series is as long as a window
 * @throws {@link KernelError} `KERNEL_MEMORY` when the training windows take too much memory
 * @see https://doi.org/10.14778/3529337.3529354 Paparrizos and others: TSB-UAD
 * @example
 * ```ts
 * import { fromRows, windowed } from "@telltale/core";
 * const wave = (t: number) => [t % 4 < 2 ? 1 : 0];
 * const train = fromRows(Array.from({ length: 80 }, (_, t) => wave(t)));
 * const model = windowed({ base: "knn:k=1", window: 4 }).fitSync(train);
 * const test = fromRows([...Array.from({ length: 8 }, (_, t) => wave(t)), [1], [1], [1], [1]]);
 * console.log([...model.scoreSync(test)].slice(4)); // [0, 0, 0, 0, 0, 0, 1, 1.4142135623730951]
 * ```
 */
export const windowed = windowedUse({
  name: "windowed",
  aliases: ["sliding-window"],
  summary: "Windows of a series under any detector of tables: a stretch unlike those in training is anomalous.",
  base: "isolation-forest",
  explains: true,
});
