import { defineDetector, type ModelState } from "../../detector.js";
import { combinationParams, detectorsParam, fitMembers, restoreMembers, scoreMembers } from "../../members.js";

/**
 * Several detectors as one: each scores every row, the scores are brought to one scale and combined, so that what one of
 * them misses or sees wrongly weighs less.
 *
 * *fit*: rows × cols matrix; fits the detectors of the list one after the other and scores the training rows with each, for its
 * scale. Memory and time are those of the members together.
 *
 * *score*: one value a row: the combination of the members' standardized scores. With `standardize: z` in standard deviations of
 * the training scores, around 0; with `vote` the share of members whose score exceeds that of all but `contamination` of the
 * training rows, 0 … 1. Depends on the row and the model alone.
 *
 * *Training rows*: scored as each member scores its own; a member that leaves a row out of its own neighbours does so here.
 *
 * *Needs*: what the members need: finite values, and columns on one scale for those that measure distances. Members are
 * detectors of rows that learn without labels. At least 6 training rows, and what the members ask for.
 *
 * *Edges*: a member whose training scores do not vary is only shifted, so that it votes for rows unlike them.
 *
 * *Departures*: Aggarwal and Sathe deal detectors into groups at random for each call; here the order comes from the seed.
 *
 * @throws {@link ParamError} for a member that is not there, is for series, or learns from labels
 * @see Aggarwal, Sathe (2015), "Theoretical foundations and algorithms for outlier ensembles",
 *   https://doi.org/10.1145/2830544.2830549
 * @see Kriegel, Kröger, Schubert, Zimek (2011), "Interpreting and unifying outlier scores",
 *   https://doi.org/10.1137/1.9781611972818.2
 * @example
 * ```ts
 * import { ensemble, fromRows, Random } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 200 }, () => [random.normal(), random.normal()]));
 * const model = ensemble({ detectors: "knn:k=10 isolation-forest ecod", combine: "mean" }).fitSync(train);
 * const [near, far] = model.scoreSync(fromRows([[0, 0], [5, 5]]));
 * console.log(near < 0, far > 3); // true true
 * ```
 */
export const ensemble = defineDetector({
  name: "ensemble",
  aliases: ["combination", "combine"],
  summary: "Several detectors as one: their standardized scores, combined by mean, maximum, median, vote and others.",
  input: "tabular",
  traits: {},
  leastRows: 6,
  params: {
    detectors: detectorsParam({
      default: "isolation-forest knn ecod",
      doc: "The detectors, with blanks between them; parameters follow a colon, as in knn:k=10.",
    }),
    ...combinationParams,
  },
  fit: (x, params, run, training): ReturnType<typeof fitMembers> =>
    fitMembers("ensemble", params.detectors, x, params, run, training),
  score: (state: ModelState, x, params, run) => scoreMembers(state, x, params, run),
  trainingScores: (state, params, run, x) => scoreMembers(state, x, params, run, true),
  restore: (state, _params, cols): ModelState => restoreMembers("ensemble", state, cols),
});
