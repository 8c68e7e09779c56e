import { defineDetector } from "../../detector.js";
import { forestBody, forestParams } from "./growing.js";

/**
 * Isolation forest: rows that random splits separate from the rest after few steps are anomalous.
 *
 * *fit*: rows × cols matrix; O(trees · samples · log samples) time, O(trees · samples) memory, whatever the number of rows.
 * Each tree draws `samples` rows without replacement, then splits them at a uniform threshold of a random feature that
 * still varies, down to `maxDepth`. With `ndim` > 1 a split is a random hyperplane through `ndim` features (the extended
 * forest), which removes the axis-parallel ghost regions of the original.
 *
 * Splits may be chosen, too: `pooledGain` and `averagedGain` are shares of the splits whose threshold makes the two sides least
 * spread, of `candidates` features or hyperplanes. {@link sciForest} and {@link fairCutForest} are these with the values of
 * their papers.
 *
 * *score*: one value a row in (0, 1], 2^(−E[h(x)] / c(samples)); about ½ for ordinary rows, towards 1 for isolated ones.
 * O(trees · depth) a row. With `scoring: "density"` the binary logarithm of a leaf's share of the volume over its share of the
 * rows, on average over the trees: 0 where rows lie as thick as over the whole range, positive in thinner places, unbounded.
 *
 * *Missing values* are not imputed: at each split, a row whose value is missing goes to the side that more training rows
 * took. So a missing value by itself neither isolates a row nor hides it. A row with nothing but missing values gets the
 * score of the most crowded leaf of each tree. Infinite values are ordinary ordered values,
 * the largest and least of all.
 *
 * *Needs*: no scaling with `ndim` = 1; scaled columns with `ndim` > 1, since a hyperplane weighs them against each other.
 *
 * *Edges*: fewer rows than `samples`: all rows go into every tree. A single row: every score is ½. Constant columns are
 * never split on.
 *
 * *Contributions*: a hyperplane's step is shared out by the size of its coefficients; on scaled columns these weigh alike.
 *
 * *Departures*: `samples` = 256 and 100 trees are the paper's values; features that are constant in a node are not drawn
 * (as scikit-learn does), so no split is wasted on them. The extended forest scales nothing and draws normals as Hariri et
 * al. do, with `ndim` coefficients other than zero (their extension level plus one). Coefficients are normal everywhere, where
 * the paper of SCiForest draws them from [−1, 1]. Its penalty for values far outside a node's range is left out: on 16 sets of
 * ADBench it changed the mean ROC-AUC by .003 and the average precision by nothing.
 *
 * @throws {@link ParamError} when `ndim` exceeds the number of columns, or the shares of splits by gain add up to more than 1
 * @see https://doi.org/10.1109/ICDM.2008.17 Liu, Ting, Zhou: Isolation Forest
 * @see https://doi.org/10.1109/TKDE.2019.2947676 Hariri, Carrasco Kind, Brunner: Extended Isolation Forest
 * @see https://doi.org/10.1007/978-3-642-15883-4_18 Liu, Ting, Zhou: On Detecting Clustered Anomalies Using SCiForest
 * @see https://doi.org/10.48550/arXiv.2110.13402 Cortes: Revisiting randomized choices in isolation forests
 * @see https://doi.org/10.48550/arXiv.2111.11639 Cortes: Isolation forests: looking beyond tree depth
 * @example
 * ```ts
 * import { fromRows, isolationForest } from "@telltale/core";
 * const train = fromRows(Array.from({ length: 100 }, (_, i) => [i % 10, Math.floor(i / 10)]));
 * const model = isolationForest({ trees: 50, seed: 7 }).fitSync(train);
 * const [inside, outside] = model.scoreSync(fromRows([[4.5, 5.2], [30, 30]]));
 * console.log(outside > inside); // true
 * ```
 */
export const isolationForest = defineDetector({
  name: "isolation-forest",
  aliases: ["iforest", "isolationforest", "if"],
  summary: "Isolation forest: rows that few random splits separate from the rest are anomalous.",
  input: "tabular",
  traits: { missing: true, infinite: true },
  leastRows: 1,
  params: forestParams(),
  ...forestBody,
});
