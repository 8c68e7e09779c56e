import { chain, type MaybePromise } from "../../../kernels/kernels.js";
import { int, oneOf } from "../../../params/params.js";
import { defineDetector, type ModelState } from "../../detector.js";
import { type CombinationValues, fitMembers, openMembers, restoreMembers } from "../../members.js";
import { lookingBackExplained } from "../../series.js";

/** The members, as texts: where the level of each sensor is, and what its last values look like together. */
const MEMBERS = {
  full: "mean-z:window=60,spread=long-run windowed:base=(isolation-forest:trees=200),window=16",
  fast: "mean-z:window=60,spread=long-run",
} as const;

/**
 * Anomalies in series without a choice: how far the sensors have been from their training level, and how unlike the
 * training the last rows look together, averaged; for sensor data of which nothing is known.
 *
 * *fit*: rows × cols, one series or several. `mode: full` fits mean z over 60 rows with the long-run spread, and an isolation
 * forest on windows of 16 rows. `fast` is mean z alone, in a small part of the time.
 *
 * *score*: one value a row: the mean of the members' scores, each in standard deviations of its scores of the training rows.
 * Looks back only, so a stream gets the same bits. Contributions: what each sensor pushed them, in the same unit.
 *
 * *Needs*: finite values, no scaling; at least 32 training rows.
 *
 * *Edges*: as the members do: rows before the first one of a series are taken to equal it, and the first 15 rows get the
 * forest's median score.
 *
 * *Why these*: the level of sensors finds what lasts, the forest what it looks like. On the 34 labelled files of SKAB (400 rows
 * to train) mean average precision per file is .866, against .860 of mean z alone and .744 of an isolation forest of single
 * rows; nothing was tuned on their labels but the spread of mean z, see there.
 *
 * @see https://doi.org/10.1287/opre.31.6.983 Law: Statistical analysis of simulation output data (batch means)
 * @see https://doi.org/10.14778/3529337.3529354 Paparrizos and others: TSB-UAD
 * @example
 * ```ts
 * import { autoSeries, fromRows, Random } from "@telltale/core";
 * const random = new Random(1);
 * const rows = (n: number, level: number) => Array.from({ length: n }, () => [level + random.normal(), random.normal()]);
 * const model = autoSeries().fitSync(fromRows(rows(400, 0)));
 * const scores = model.scoreSync(fromRows([...rows(100, 0), ...rows(100, 4)]));
 * console.log(scores[90] < 3, scores[190] > 10); // true true
 * ```
 */
export const autoSeries = defineDetector({
  name: "auto-series",
  aliases: ["automatic-series"],
  summary:
    "Sensible defaults for series of which nothing is known: the sensors' levels and the shape of the last rows.",
  input: "series",
  traits: { causal: true },
  leastRows: 32,
  params: {
    mode: oneOf(["full", "fast"], {
      default: "full",
      doc: "All views, or the one that takes a small part of the time.",
    }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit: (x, { mode, seed }, run, training): MaybePromise<ModelState> =>
    chain(fitMembers("auto-series", MEMBERS[mode], x, combination(seed), run, training, "series"), (state) => state),
  ...lookingBackExplained((state: ModelState, { seed }: { readonly seed: number }) => {
    const run = openMembers(state, combination(seed));
    if (run === undefined) throw new TypeError("the members of auto-series look back only");
    return run;
  }),
  restore: (state, _params, cols): ModelState => restoreMembers("auto-series", state, cols, "series"),
});

function combination(seed: number): CombinationValues {
  return { combine: "mean", standardize: "z", contamination: 0.1, buckets: 1, seed };
}
