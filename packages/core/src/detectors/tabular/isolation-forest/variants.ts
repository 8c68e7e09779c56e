import { type DetectorFactory, defineDetector } from "../../detector.js";
import { type ForestDefaults, forestBody, forestParams } from "./growing.js";
import type { ForestState } from "./trees.js";

/** {@link isolationForest} under the name and with the values of another paper. */
function forestWith(
  name: string,
  aliases: readonly string[],
  summary: string,
  defaults: ForestDefaults,
): DetectorFactory<ReturnType<typeof forestParams>, ForestState> {
  return defineDetector({
    name,
    aliases,
    summary,
    input: "tabular",
    traits: { missing: true, infinite: true, scaleSensitive: defaults.standardize !== true },
    leastRows: 1,
    params: forestParams(defaults),
    ...forestBody,
    // A table with fewer columns gets splits of all of them.
    fit: (x, params, run) => forestBody.fit(x, { ...params, ndim: Math.min(params.ndim, x.cols) }, run),
  });
}

/**
 * The extended isolation forest: {@link isolationForest} with 200 trees that split by random hyperplanes of two features. Scale
 * the columns before, since a hyperplane weighs them against each other. A table of one column gets splits of one feature.
 *
 * @see https://doi.org/10.1109/TKDE.2019.2947676 Hariri, Carrasco Kind, Brunner: Extended Isolation Forest
 * @example
 * ```ts
 * import { extendedIsolationForest, fromRows } from "@telltale/core";
 * const train = fromRows(Array.from({ length: 100 }, (_, i) => [Math.sin(i), Math.cos(i)]));
 * const [inside, outside] = extendedIsolationForest().fitSync(train).scoreSync(fromRows([[0.6, 0.8], [3, 3]]));
 * console.log(outside > inside); // true
 * ```
 */
export const extendedIsolationForest = forestWith(
  "extended-isolation-forest",
  ["eif", "extended-iforest"],
  "Extended isolation forest: random splits across two features at a time, without ghost regions along the axes.",
  { ndim: 2, trees: 200 },
);

/**
 * SCiForest: {@link isolationForest} whose splits are the best of ten random hyperplanes, where it cuts off what is least spread by
 * the averaged gain; finds anomalies that lie together. Features are weighed by their spread in each node, so no scaling is needed.
 *
 * *Departure*: trees grow until every row stands alone, where the paper stops at a depth of 8. On 16 sets of ADBench that raised
 * the mean ROC-AUC from .80 to .83.
 *
 * @see https://doi.org/10.1007/978-3-642-15883-4_18 Liu, Ting, Zhou: On Detecting Clustered Anomalies Using SCiForest
 * @example
 * ```ts
 * import { fromRows, Random, sciForest } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 300 }, () => [random.normal(), random.normal()]));
 * const [inside, outside] = sciForest().fitSync(train).scoreSync(fromRows([[0, 0], [4, -4]]));
 * console.log(outside > inside); // true
 * ```
 */
export const sciForest = forestWith(
  "sci-forest",
  ["sciforest", "scif"],
  "SCiForest: of several random hyperplanes each split takes the one that best sets a cluster of anomalies apart.",
  { ndim: 2, averagedGain: 1, candidates: 10, standardize: true, maxDepth: 1024 },
);

/**
 * Fair-cut forest: {@link isolationForest} with 200 trees that split random hyperplanes of two features where the pooled gain is
 * largest, until every row stands alone; for data of several modes. Needs no scaling.
 *
 * @see https://doi.org/10.48550/arXiv.2110.13402 Cortes: Revisiting randomized choices in isolation forests
 * @example
 * ```ts
 * import { fairCutForest, fromRows, Random } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 300 }, () => [random.normal(), random.normal()]));
 * const [inside, outside] = fairCutForest().fitSync(train).scoreSync(fromRows([[0, 0], [4, -4]]));
 * console.log(outside > inside); // true
 * ```
 */
export const fairCutForest = forestWith(
  "fair-cut-forest",
  ["faircutforest", "fcf"],
  "Fair-cut forest: random hyperplanes cut where both sides become least spread; for data of several modes.",
  { ndim: 2, trees: 200, pooledGain: 1, standardize: true, maxDepth: 1024 },
);
