import { KernelError, ParamError } from "../../../errors.js";
import {
  type IsolationForestFitArgs,
  type IsolationTrees,
  isolationNodeCapacity,
} from "../../../kernels/isolation-forest.js";
import { chain } from "../../../kernels/kernels.js";
import { int, intOr } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { averagePathLength, averagePathTable } from "./path-length.js";
import { compactTrees, expectedPaths, restoreTrees } from "./trees.js";

/** Bytes that the working arrays of one fit may take; far above any sensible forest. */
const MEMORY_LIMIT = 4 * 2 ** 30;

/**
 * Isolation forest: rows that random splits separate from the rest after few steps are anomalous.
 *
 * *fit*: rows × cols matrix; O(trees · samples · log samples) time, O(trees · samples) memory, whatever the number of rows.
 * Each tree draws `samples` rows without replacement, then splits them at a uniform threshold of a random feature that
 * still varies, down to `maxDepth`. With `ndim` > 1 a split is a random hyperplane through `ndim` features (the extended
 * forest), which removes the axis-parallel ghost regions of the original.
 *
 * *score*: one value a row in (0, 1], 2^(−E[h(x)] / c(samples)); about ½ for ordinary rows, towards 1 for isolated ones.
 * O(trees · depth) a row.
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
 * *Departures*: `samples` = 256 and 100 trees are the paper's values; features that are constant in a node are not drawn
 * (as scikit-learn does), so no split is wasted on them. The extended forest scales nothing and draws normals as Hariri et
 * al. do, with `ndim` coefficients other than zero (their extension level plus one).
 *
 * @throws {@link ParamError} when `ndim` exceeds the number of columns
 * @see https://doi.org/10.1109/ICDM.2008.17 Liu, Ting, Zhou: Isolation Forest
 * @see https://doi.org/10.1109/TKDE.2019.2947676 Hariri, Carrasco Kind, Brunner: Extended Isolation Forest
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
  aliases: ["iforest", "isolationforest", "if", "eif", "extended-isolation-forest"],
  summary: "Isolation forest: rows that few random splits separate from the rest are anomalous.",
  input: "tabular",
  traits: { missing: true, infinite: true },
  leastRows: 1,
  params: {
    trees: int({ default: 100, min: 1, max: 100_000, doc: "Trees to grow; more are steadier and slower." }),
    samples: int({ default: 256, min: 1, max: 100_000_000, doc: "Rows drawn for each tree, without replacement." }),
    maxDepth: intOr("auto", {
      default: "auto",
      min: 1,
      max: 1024,
      doc: "Deepest split; auto is the binary logarithm of samples, rounded up.",
    }),
    ndim: int({ default: 1, min: 1, max: 1024, doc: "Features in a split; above 1 is the extended isolation forest." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit(x, params, run) {
    const { trees, ndim, seed } = params;
    if (ndim > x.cols) {
      throw new ParamError("PARAM_RANGE", `ndim: a split of ${ndim} features asked of ${x.cols} columns`);
    }
    const sampleSize = Math.min(params.samples, x.rows);
    const maxDepth = params.maxDepth === "auto" ? Math.max(1, Math.ceil(Math.log2(sampleSize))) : params.maxDepth;
    const nodeCapacity = isolationNodeCapacity(sampleSize, maxDepth, ndim);
    const places = trees * nodeCapacity;
    const bytes = places * (8 + 4 + 4 + 1 + ndim * (ndim === 1 ? 4 : 12));
    if (places > 2 ** 31 - 1 || bytes > MEMORY_LIMIT) {
      throw new KernelError(
        "KERNEL_MEMORY",
        `${trees} trees of ${sampleSize} samples to depth ${maxDepth} may need ${Math.ceil(bytes / 2 ** 20)} MiB`,
        { remedy: "Ask for fewer trees, fewer samples or a smaller maxDepth" },
      );
    }
    const args: IsolationForestFitArgs = {
      x: x.data,
      rows: x.rows,
      cols: x.cols,
      trees,
      firstTree: 0,
      sampleSize,
      maxDepth,
      ndim,
      seed,
      averagePath: averagePathTable(sampleSize),
      threads: run.threads,
      nodeCapacity,
      nodeCount: new Int32Array(trees),
      right: new Int32Array(places),
      value: new Float64Array(places),
      count: new Int32Array(places),
      missingLeft: new Uint8Array(places),
      features: new Int32Array(places * ndim),
      coefficients: new Float64Array(ndim === 1 ? 0 : places * ndim),
    };
    return chain(run.call("isolationForestFit", args), (): ForestState => ({ sampleSize, ...compactTrees(args) }));
  },
  score(state, x, _params, run) {
    const scores = new Float64Array(x.rows);
    const normalizer = averagePathLength(state.sampleSize);
    const args = { forest: state, x: x.data, rows: x.rows, cols: x.cols, normalizer, threads: run.threads, scores };
    return chain(run.call("isolationForestScore", args), () => scores);
  },
  contributions(state, x, _params, run) {
    const contributions = new Float64Array(x.rows * x.cols);
    const args = {
      forest: state,
      expected: expectedPaths(state),
      x: x.data,
      rows: x.rows,
      cols: x.cols,
      normalizer: averagePathLength(state.sampleSize),
      threads: run.threads,
      contributions,
    };
    return chain(run.call("isolationForestContributions", args), () => contributions);
  },
  restore: (state, _params, cols): ForestState => restoreTrees(state, cols),
});

/** The forest and the number of rows that each of its trees saw. */
export type ForestState = { readonly [K in keyof IsolationTrees]: IsolationTrees[K] } & { readonly sampleSize: number };
