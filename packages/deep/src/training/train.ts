import {
  type Checkpoints,
  chain,
  type MaybePromise,
  type ModelArray,
  Random,
  type Run,
  repeat,
  TrainingError,
} from "@telltale/core";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";
import { learningRate } from "./schedule.js";
import type { TrainingSettings } from "./settings.js";

/** One pass over the training items. */
export interface Pass {
  /** From 0. */
  readonly epoch: number;
  readonly rate: number;
  /** Steps of descent so far. */
  readonly firstStep: number;
}

/** A network that learns, in whatever it computes: what {@link train} asks of it. */
export interface Trainee {
  /**
   * Learns from the items in this order, `batch` at a time.
   *
   * @returns the mean loss of the items, each before the step that its batch made
   */
  epoch(order: Int32Array, pass: Pass, run: Run): MaybePromise<number>;
  /** The mean loss of items that are not learned from; no unit is dropped. */
  loss(items: Int32Array, run: Run): MaybePromise<number>;
  /** A copy of the weights, by name. */
  weights(): Record<string, Float32Array>;
  /** Takes such weights. */
  setWeights(weights: Readonly<Record<string, Float32Array>>): void;
  /** A copy of all that an epoch changes, weights and the optimiser's own, by name. */
  snapshot(): Record<string, ModelArray>;
  /** Takes such a copy. */
  restore(arrays: Readonly<Record<string, ModelArray>>): void;
}

/** How far a training is. */
export interface TrainingProgress {
  /** Epochs done. */
  readonly epoch: number;
  readonly losses: readonly number[];
  /** Empty when there are no validation items. */
  readonly validationLosses: readonly number[];
  readonly rates: readonly number[];
  /** Epoch of the lowest loss, from 1; 0 before there is one. */
  readonly bestEpoch: number;
  readonly bestLoss: number;
  readonly best: Readonly<Record<string, Float32Array>> | undefined;
  /** Epochs since then. */
  readonly waited: number;
  /** How often the learning rate was lowered because the loss stood still. */
  readonly plateaus: number;
  /** Epochs that it stands still since the last time. */
  readonly stood: number;
}

/** What a model keeps of its training: the curves of the loss plot, as typed arrays. */
export type TrainingHistory = {
  /** Mean loss of the training items in each epoch. */
  readonly losses: Float64Array;
  /** The same of the validation items; empty without them. */
  readonly validationLosses: Float64Array;
  readonly rates: Float64Array;
  /** The epoch, from 1, whose weights the model has. */
  readonly keptEpoch: number;
};

/** What is learned from, as numbers of rows, windows or whatever the trainee knows them as. */
export interface TrainingItems {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/** Streams of the seed below this are the trainees': weights and noise. */
const FIRST_ORDER_STREAM = 1_000_000;

const BEGINNING: TrainingProgress = {
  epoch: 0,
  losses: [],
  validationLosses: [],
  rates: [],
  bestEpoch: 0,
  bestLoss: Number.POSITIVE_INFINITY,
  best: undefined,
  waited: 0,
  plateaus: 0,
  stood: 0,
};

/**
 * The items 0 … count, the last share of them, in time, for validation; at least one is left to learn from.
 */
export function splitItems(count: number, share: number): TrainingItems {
  const held = Math.min(Math.floor(count * share), count - 1);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  return { train: all.subarray(0, count - held), validation: all.subarray(count - held) };
}

/**
 * Trains a network: epochs in turn, with validation, early stopping and a falling learning rate. The trainee has the weights
 * of the kept epoch when it ends.
 *
 * @param checkpoints  where it goes on, and what to call after every epoch
 * @param fingerprint  of the rows and parameters, so that no other training goes on from a checkpoint
 * @throws `TrainingError` `TRAINING_DIVERGED` when a loss is no number, `TRAINING_CHECKPOINT`
 */
export function train(
  trainee: Trainee,
  items: TrainingItems,
  settings: TrainingSettings,
  run: Run,
  checkpoints?: Checkpoints,
  fingerprint = "",
): MaybePromise<TrainingHistory> {
  let at = BEGINNING;
  if (checkpoints?.resume !== undefined) {
    const found = decodeCheckpoint(checkpoints.resume, fingerprint, trainee.snapshot());
    trainee.restore(found.arrays);
    at = found.progress;
  }
  const step = (): MaybePromise<boolean> => {
    if (hasEnded(at, settings)) return true;
    return chain(epochOf(trainee, items, settings, at, run), (next) => {
      at = next;
      run.note(inWords(at, settings));
      const saved = checkpoints?.save?.(encodeCheckpoint({ progress: at, arrays: trainee.snapshot() }, fingerprint));
      return chain(saved as MaybePromise<void>, () => false);
    });
  };
  return chain(repeat(step), () => {
    const kept = settings.restoreBest && at.best !== undefined ? at.bestEpoch : at.epoch;
    if (settings.restoreBest && at.best !== undefined) trainee.setWeights(at.best);
    return {
      losses: Float64Array.from(at.losses),
      validationLosses: Float64Array.from(at.validationLosses),
      rates: Float64Array.from(at.rates),
      keptEpoch: kept,
    };
  });
}

function hasEnded({ epoch, waited }: TrainingProgress, { epochs, patience }: TrainingSettings): boolean {
  return epoch >= epochs || (patience !== "off" && waited >= patience);
}

function epochOf(
  trainee: Trainee,
  { train: learned, validation }: TrainingItems,
  settings: TrainingSettings,
  at: TrainingProgress,
  run: Run,
): MaybePromise<TrainingProgress> {
  const { epochs, batch, seed, shuffle } = settings;
  const { epoch } = at;
  const rate = learningRate(settings, epoch, at.plateaus);
  const order = shuffle ? shuffled(learned, new Random(seed, FIRST_ORDER_STREAM + epoch)) : learned;
  const part = (from: number, to: number) => run.within((epoch + from) / epochs, (epoch + to) / epochs);
  const pass = { epoch, rate, firstStep: epoch * Math.ceil(learned.length / batch) };
  return chain(trainee.epoch(order, pass, part(0, 0.9)), (loss) => {
    requireNumber(loss, epoch, rate);
    if (validation.length === 0) return after(trainee, settings, at, { rate, loss, judged: loss });
    return chain(trainee.loss(validation, part(0.9, 1)), (judged) => {
      requireNumber(judged, epoch, rate);
      return after(trainee, settings, at, { rate, loss, judged, validationLoss: judged });
    });
  });
}

/** What an epoch came to; `judged` is the loss that decides. */
interface Outcome {
  readonly rate: number;
  readonly loss: number;
  readonly validationLoss?: number;
  readonly judged: number;
}

function after(
  trainee: Trainee,
  { restoreBest, rateEpochs }: TrainingSettings,
  at: TrainingProgress,
  { rate, loss, validationLoss, judged }: Outcome,
): TrainingProgress {
  const better = judged < at.bestLoss;
  const stood = better ? 0 : at.stood + 1;
  const lowered = stood >= rateEpochs;
  return {
    epoch: at.epoch + 1,
    losses: [...at.losses, loss],
    validationLosses: validationLoss === undefined ? at.validationLosses : [...at.validationLosses, validationLoss],
    rates: [...at.rates, rate],
    bestEpoch: better ? at.epoch + 1 : at.bestEpoch,
    bestLoss: better ? judged : at.bestLoss,
    best: better && restoreBest ? trainee.weights() : at.best,
    waited: better ? 0 : at.waited + 1,
    plateaus: lowered ? at.plateaus + 1 : at.plateaus,
    stood: lowered ? 0 : stood,
  };
}

function requireNumber(loss: number, epoch: number, rate: number): void {
  if (Number.isFinite(loss)) return;
  throw new TrainingError("TRAINING_DIVERGED", `the loss of epoch ${epoch + 1} is ${loss}: the training diverges`, {
    remedy: `Scale the columns (standardize, --scale standard), lower the learning rate (now ${rate}) or clip gradients (clip 1)`,
  });
}

function shuffled(items: Int32Array, random: Random): Int32Array {
  const order = items.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}

function inWords({ epoch, losses, validationLosses }: TrainingProgress, { epochs }: TrainingSettings): string {
  const short = (value: number | undefined) => Number((value as number).toPrecision(4));
  const validation = validationLosses.length === 0 ? "" : `, validation ${short(validationLosses.at(-1))}`;
  return `epoch ${epoch} of ${epochs}, loss ${short(losses.at(-1))}${validation}`;
}
