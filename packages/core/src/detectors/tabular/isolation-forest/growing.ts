import { KernelError, ParamError } from "../../../errors.js";
import { type IsolationForestFitArgs, isolationNodeCapacity } from "../../../kernels/isolation-forest.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { log } from "../../../math/elementary.js";
import type { Matrix } from "../../../matrix.js";
import { flag, int, intOr, number, oneOf, type ParamValues } from "../../../params/params.js";
import type { ModelState } from "../../detector.js";
import { averagePathLength, averagePathTable } from "./path-length.js";
import { compactTrees, expectedPaths, type ForestState, restoreTrees } from "./trees.js";

const LOG2_E = 1.4426950408889634;
/** The least number that has a logarithm here. */
const LEAST = 2 ** -1022;

/** Bytes that the working arrays of one fit may take; far above any sensible forest. */
const MEMORY_LIMIT = 4 * 2 ** 30;

/** Where a kind of forest differs from that of Liu, Ting and Zhou. */
export interface ForestDefaults {
  readonly trees?: number;
  readonly maxDepth?: number;
  readonly ndim?: number;
  readonly pooledGain?: number;
  readonly averagedGain?: number;
  readonly candidates?: number;
  readonly standardize?: boolean;
  readonly scoring?: "depth" | "density";
}

/** The parameters of a forest with these defaults. */
export function forestParams(defaults: ForestDefaults = {}) {
  const { trees = 100, maxDepth = "auto", ndim = 1, pooledGain = 0, averagedGain = 0 } = defaults;
  const { candidates = 1, standardize = false, scoring = "depth" } = defaults;
  return {
    trees: int({ default: trees, min: 1, max: 100_000, doc: "Trees to grow; more are steadier and slower." }),
    samples: int({ default: 256, min: 1, max: 100_000_000, doc: "Rows drawn for each tree, without replacement." }),
    maxDepth: intOr("auto", {
      default: maxDepth,
      min: 1,
      max: 1024,
      doc: "Deepest split; auto is the binary logarithm of samples, rounded up. Splits by gain do better deep: 1024.",
    }),
    ndim: int({
      default: ndim,
      min: 1,
      max: 1024,
      doc: "Features in a split; above 1 hyperplanes: the extended isolation forest, whose authors advise 2 or 3.",
    }),
    pooledGain: number({
      default: pooledGain,
      min: 0,
      max: 1,
      doc: "Share of splits at the largest pooled gain: 1 in Cortes' fair-cut forest; for anomalies of many clusters.",
    }),
    averagedGain: number({
      default: averagedGain,
      min: 0,
      max: 1,
      doc: "Share of splits at the largest averaged gain: 1 in SCiForest; for anomalies that lie in clusters of their own.",
    }),
    candidates: int({
      default: candidates,
      min: 1,
      max: 1000,
      doc: "Features or hyperplanes of which a split by gain takes the best: SCiForest 10, fair-cut forest 1.",
    }),
    standardize: flag({
      default: standardize,
      doc: "Weigh the features of a hyperplane by their spread in the node, as SCiForest does; ndim 1 does not read it.",
    }),
    scoring: oneOf(["depth", "density"], {
      default: scoring,
      doc: "What a leaf says: the path to it, or its share of rows over its share of the volume (Cortes); more trees then.",
    }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  };
}

export type ForestValues = ParamValues<ReturnType<typeof forestParams>>;

/** Fitting, scoring and reading of every kind of forest. */
export const forestBody = {
  fit(x: Matrix, params: ForestValues, run: Run): MaybePromise<ForestState> {
    const args = growArguments(x, params, run.threads);
    const { sampleSize } = args;
    return chain(run.call("isolationForestFit", args), (): ForestState => ({ sampleSize, ...compactTrees(args) }));
  },
  score(state: ForestState, x: Matrix, params: ForestValues, run: Run): MaybePromise<Float64Array> {
    const scores = new Float64Array(x.rows);
    const normalizer = normalizerOf(state, params);
    const args = { forest: state, x: x.data, rows: x.rows, cols: x.cols, normalizer, threads: run.threads, scores };
    return chain(run.call("isolationForestScore", args), () =>
      params.scoring === "density" ? inBits(scores) : scores,
    );
  },
  contributions(state: ForestState, x: Matrix, params: ForestValues, run: Run): MaybePromise<Float64Array> {
    const contributions = new Float64Array(x.rows * x.cols);
    const args = {
      forest: state,
      expected: expectedPaths(state),
      x: x.data,
      rows: x.rows,
      cols: x.cols,
      normalizer: normalizerOf(state, params),
      threads: run.threads,
      contributions,
    };
    return chain(run.call("isolationForestContributions", args), () => contributions);
  },
  restore: (state: ModelState, _params: ForestValues, cols: number): ForestState => restoreTrees(state, cols),
};

/** Binary logarithms, in place: the kernel gives the geometric mean of what lies in the leaves. */
function inBits(scores: Float64Array): Float64Array {
  for (let i = 0; i < scores.length; i++) scores[i] = log(Math.max(scores[i] as number, LEAST)) * LOG2_E;
  return scores;
}

/** What the mean of the leaves is divided by before it becomes a power of ½; logarithms of densities stay as they are. */
function normalizerOf({ sampleSize }: ForestState, { scoring }: ForestValues): number {
  return scoring === "density" ? 1 : averagePathLength(sampleSize);
}

function growArguments(x: Matrix, params: ForestValues, threads: number): IsolationForestFitArgs {
  const { trees, ndim, seed, pooledGain, averagedGain, candidates, standardize } = params;
  if (ndim > x.cols) {
    throw new ParamError("PARAM_RANGE", `ndim: a split of ${ndim} features asked of ${x.cols} columns`);
  }
  if (pooledGain + averagedGain > 1) {
    throw new ParamError(
      "PARAM_RANGE",
      `pooledGain and averagedGain are shares of the splits, together at most 1; found ${pooledGain} and ${averagedGain}`,
      { remedy: "Lower one of them" },
    );
  }
  const sampleSize = Math.min(params.samples, x.rows);
  const maxDepth = params.maxDepth === "auto" ? Math.max(1, Math.ceil(Math.log2(sampleSize))) : params.maxDepth;
  const splits = { ndim, pooledGain, averagedGain, standardize, density: params.scoring === "density" };
  const nodeCapacity = isolationNodeCapacity(sampleSize, maxDepth, splits);
  const places = trees * nodeCapacity;
  const bytes = places * (8 + 4 + 4 + 1 + ndim * (ndim === 1 ? 4 : 12));
  if (places > 2 ** 31 - 1 || bytes > MEMORY_LIMIT) {
    throw new KernelError(
      "KERNEL_MEMORY",
      `${trees} trees of ${sampleSize} samples to depth ${maxDepth} may need ${Math.ceil(bytes / 2 ** 20)} MiB`,
      { remedy: "Ask for fewer trees, fewer samples or a smaller maxDepth" },
    );
  }
  return {
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    trees,
    firstTree: 0,
    sampleSize,
    maxDepth,
    ...splits,
    candidates,
    seed,
    averagePath: averagePathTable(sampleSize),
    threads,
    nodeCapacity,
    nodeCount: new Int32Array(trees),
    right: new Int32Array(places),
    value: new Float64Array(places),
    count: new Int32Array(places),
    missingLeft: new Uint8Array(places),
    features: new Int32Array(places * ndim),
    coefficients: new Float64Array(ndim === 1 ? 0 : places * ndim),
  };
}
