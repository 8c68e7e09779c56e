import { KernelError, ParamError } from "../../../errors.js";
import {
  BOOSTING_OBJECTIVES,
  type BoostedTreesRoundArgs,
  type BoostingObjective,
  boostedTreesHistograms,
  boostedTreesNodeCapacity,
  boostedTreesPairs,
  boostedTreesRoundTrees,
  boostedTreesWorkspace,
  derivativeUnit,
  TREE_GROWTHS,
} from "../../../kernels/boosted-trees/fit.js";
import type { TreeEnsemble } from "../../../kernels/boosted-trees/predict.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { type Matrix, stackRows } from "../../../matrix.js";
import { type BinnedRows, binRows } from "./binning.js";
import { joinRounds, type RoundTrees, treesOf } from "./ensemble.js";
import { type EvalMetric, isBetter, measure } from "./eval-metric.js";
import { baseMargins } from "./objective.js";
import { type BoostingParams, categoricalColumns, monotoneColumns } from "./params.js";

/** Share of a fit that is the binning, for its progress. */
const BINNING = 0.05;
const MEMORY_LIMIT = 16 * 2 ** 30;

/** What to learn from, checked. */
export interface TrainingSet {
  readonly x: Matrix;
  readonly labels: Float64Array;
  readonly weights: Float64Array | undefined;
}

export interface BoostingTask {
  readonly params: BoostingParams;
  readonly objective: BoostingObjective;
  readonly outputs: number;
  readonly train: TrainingSet;
  readonly validation: TrainingSet | undefined;
  readonly evalMetric: EvalMetric;
  readonly onRound: ((round: BoostingRound) => void) | undefined;
}

/** What is told after a round. */
export interface BoostingRound {
  /** From 1. */
  readonly round: number;
  readonly metric: string;
  /** The metric of the validation rows, where there are any. */
  readonly validation: number | undefined;
}

/** What came out of a task. */
export interface Boosted {
  readonly ensemble: TreeEnsemble;
  /** Rounds that are kept: all, or those to the best one when it stops early. */
  readonly rounds: number;
  /** The validation metric after each round that was made. */
  readonly history: readonly number[];
}

/** Rounds of boosting, at once or as promises. */
export function boost(task: BoostingTask, run: Run): MaybePromise<Boosted> {
  const { params, train, validation } = task;
  const { cols, columns } = train.x;
  const categorical = categoricalColumns(params.categorical, cols, columns);
  const monotone = monotoneColumns(params.monotone, cols, columns);
  const both = categorical.find((column) => (monotone[column] ?? 0) !== 0);
  if (both !== undefined) {
    throw new ParamError("PARAM_RANGE", `monotone: column ${columns?.[both] ?? both} is categorical, without order`);
  }
  if (params.earlyStoppingRounds > 0 && validation === undefined) {
    throw new ParamError("PARAM_RANGE", "earlyStoppingRounds: there are no validation rows to judge by", {
      remedy: "Give validation rows, or a share of the rows for validation",
    });
  }
  const x = validation === undefined ? train.x : stackRows([train.x, validation.x]);
  const { maxBin } = params;
  const binned = binRows(run.within(0, BINNING), x, train.x.rows, wholeWeights(train), { maxBin, categorical });
  return chain(binned, (bins) => makeRounds(task, roundArgs(task, bins, monotone, x.rows, run.threads), run));
}

/** Weights as multiples of a unit so coarse that they add up exactly. */
function wholeWeights({ weights, x }: TrainingSet): Float64Array {
  if (weights === undefined || weights.every((w) => w === weights[0])) return new Float64Array(0);
  const most = weights.reduce((a, b) => Math.max(a, b));
  const unit = derivativeUnit(most, x.rows);
  return weights.map((w) => (w === 0 ? 0 : Math.max(1, Math.floor(w / unit))));
}

/** Weights with those of anomalous rows raised; empty for 1 each. */
function raisedWeights({ params, objective, train }: BoostingTask): Float64Array {
  const { labels, weights } = train;
  let raise = objective === "binary:logistic" ? params.scalePosWeight : 1;
  if (raise === "auto") {
    let [normal, anomalous] = [0, 0];
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] === 1) anomalous += weights?.[i] ?? 1;
      else normal += weights?.[i] ?? 1;
    }
    raise = normal / anomalous;
  }
  const by = raise;
  if (weights === undefined && by === 1) return new Float64Array(0);
  return labels.map((label, i) => (weights?.[i] ?? 1) * (label === 1 ? by : 1));
}

/** The arguments of the first round. */
function roundArgs(
  task: BoostingTask,
  bins: BinnedRows,
  monotone: Int32Array,
  rows: number,
  threads: number,
): BoostedTreesRoundArgs {
  const { params, objective, outputs, train } = task;
  const { rows: trainRows, cols } = train.x;
  const raised = raisedWeights(task);
  const nodeCapacity = boostedTreesNodeCapacity(trainRows, params.maxDepth, params.maxLeaves);
  const pairs = boostedTreesPairs(bins);
  const histograms = boostedTreesHistograms(pairs, trainRows, params);
  const categoryWords = Math.ceil(bins.categories.reduce((a, b) => Math.max(a, b)) / 32);
  const room = boostedTreesWorkspace(trainRows, outputs, pairs, histograms);
  const bytes = 8 * room + outputs * nodeCapacity * (25 + 4 * categoryWords);
  if (bytes > MEMORY_LIMIT) {
    throw new KernelError("KERNEL_MEMORY", `a round needs ${Math.ceil(bytes / 2 ** 20)} MiB of working arrays`, {
      remedy: "Limit the depth or the leaves, or train on fewer rows",
    });
  }
  const weights = raised.length === 0 ? undefined : raised;
  const base = baseMargins(objective, train.labels, weights, outputs, params.scalePosWeight !== 1);
  return {
    ...{ rows, trainRows, cols, threads, ...bins },
    ...{ labels: train.labels, weights: raised, maxWeight: raised.reduce((a, b) => Math.max(a, b), 0) || 1 },
    ...{ objective: BOOSTING_OBJECTIVES.indexOf(objective), outputs, round: 0, seed: params.seed, monotone },
    ...{ growth: TREE_GROWTHS.indexOf(params.growth), maxDepth: params.maxDepth, maxLeaves: params.maxLeaves },
    ...{ eta: params.eta, lambda: params.lambda, alpha: params.alpha, gamma: params.gamma },
    ...{ minChildWeight: params.minChildWeight, subsample: params.subsample },
    ...{ colsampleBytree: params.colsampleBytree, colsampleBylevel: params.colsampleBylevel },
    ...{ colsampleBynode: params.colsampleBynode, histograms, nodeCapacity, categoryWords },
    ...{ maxCatToOnehot: params.maxCatToOnehot, maxCatThreshold: params.maxCatThreshold },
    workspace: new Float64Array(room),
    margins: Float32Array.from({ length: rows * outputs }, (_, at) => base[at % outputs] as number),
    ...boostedTreesRoundTrees(outputs, nodeCapacity, categoryWords),
  };
}

function makeRounds(task: BoostingTask, args: BoostedTreesRoundArgs, run: Run): MaybePromise<Boosted> {
  const { params, objective, outputs, validation, evalMetric, onRound } = task;
  const base = args.margins.slice(0, outputs);
  const trees: RoundTrees[] = [];
  const history: number[] = [];
  let best = 0;
  const part = (round: number) => BINNING + (1 - BINNING) * (round / params.rounds);
  const oneRound = (round: number): MaybePromise<boolean> =>
    chain(run.within(part(round), part(round + 1)).call("boostedTreesRound", { ...args, round }), () => {
      trees.push(treesOf(args));
      const measured =
        validation && measure(evalMetric, objective, args.margins.subarray(args.trainRows * outputs), validation);
      onRound?.({ round: round + 1, metric: evalMetric, validation: measured });
      if (measured === undefined) return true;
      history.push(measured);
      if (round > 0 && isBetter(evalMetric, measured, history[best] as number)) best = round;
      return params.earlyStoppingRounds === 0 || round - best < params.earlyStoppingRounds;
    });
  const finish = (): MaybePromise<Boosted> => {
    const kept = params.earlyStoppingRounds > 0 ? best + 1 : trees.length;
    const boosted = { ensemble: joinRounds(trees.slice(0, kept), base, args), rounds: kept, history };
    if (trees.length === params.rounds) return boosted;
    return chain(
      run.within(part(trees.length), 1).parts(1, 1, () => {}),
      () => boosted,
    );
  };
  return chain(repeat(params.rounds, oneRound), finish);
}

/** Calls `body` with 0, 1 … until it says false; no deeper in the stack for many calls. */
function repeat(count: number, body: (k: number) => MaybePromise<boolean>): MaybePromise<void> {
  for (let k = 0; k < count; k++) {
    const more = body(k);
    if (more instanceof Promise) return repeatFrom(k + 1, count, more, body);
    if (!more) return;
  }
}

async function repeatFrom(
  from: number,
  count: number,
  first: Promise<boolean>,
  body: (k: number) => MaybePromise<boolean>,
): Promise<void> {
  let more = await first;
  for (let k = from; k < count && more; k++) more = await body(k);
}
