import {
  chain,
  type Matrix,
  type MaybePromise,
  ModelFileError,
  type ModelState,
  type Run,
  repeat,
  rowRange,
} from "@telltale/core";
import type { TrainingHistory } from "../training/train.js";
import { layersOf } from "./dense-trainee.js";

/** A trained dense network and how it was trained: what a model keeps. */
export type DenseState = TrainingHistory & {
  /** Inputs, units, activation and kind of each layer, as kernels take them (`packDenseLayers`). */
  readonly layers: Int32Array;
  /** Layer after layer: inputs × units, row-major, as Keras has a kernel, then the biases. */
  readonly weights: Float32Array;
};

/** Values that come out of a network at a time: 16 MiB. */
const OUTPUTS_TOGETHER = 2 ** 22;

/**
 * Puts rows through the first `depth` layers, some at a time.
 *
 * @param take  gets what came out, row-major with `width` values a row, of rows from … to
 */
export function forward(
  { layers, weights }: Pick<DenseState, "layers" | "weights">,
  x: Matrix,
  depth: number,
  run: Run,
  take: (outputs: Float32Array, from: number, to: number, width: number) => void,
  noise = new Float32Array(0),
): MaybePromise<void> {
  const last = layersOf(layers)[depth - 1];
  const width = last?.kind === "sampled" ? last.sums : (last?.units ?? 0);
  const step = Math.max(1, Math.floor(OUTPUTS_TOGETHER / width));
  let from = 0;
  return repeat(() => {
    if (from >= x.rows) return true;
    const to = Math.min(x.rows, from + step);
    const part = rowRange(x, from, to);
    const outputs = new Float32Array((to - from) * width);
    const { rows, cols, data } = part;
    const args = { x: data, rows, cols, layers, depth, weights, noise, threads: run.threads, outputs };
    return chain(run.within(from / x.rows, to / x.rows).call("denseNetworkForward", args), () => {
      take(outputs, from, to, width);
      from = to;
      return from >= x.rows;
    });
  });
}

/** The values that come out of the first `depth` layers, row-major. */
export function outputsAt(
  state: Pick<DenseState, "layers" | "weights">,
  x: Matrix,
  depth: number,
  run: Run,
): MaybePromise<Float32Array> {
  let all = new Float32Array(0);
  return chain(
    forward(state, x, depth, run, (outputs, from, _to, width) => {
      if (all.length === 0) all = new Float32Array(x.rows * width);
      all.set(outputs, from * width);
    }),
    () => all,
  );
}

/**
 * A state read from a file, trusting nothing: its layers must be those that the parameters and columns make.
 *
 * @throws ModelFileError `MODEL_CORRUPT`
 */
export function restoreDense(owner: string, state: ModelState, expected: Int32Array): DenseState {
  const wrong = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `${owner}: ${what}`, { remedy: "Fit the model again" });
  const { layers, weights, keptEpoch } = state;
  if (
    !(layers instanceof Int32Array) ||
    layers.length !== expected.length ||
    layers.some((v, i) => v !== expected[i])
  ) {
    throw wrong("its layers are not those of its parameters");
  }
  const count = layersOf(expected).at(-1)?.end;
  if (!(weights instanceof Float32Array) || weights.length !== count) throw wrong("its weights do not fit its layers");
  if (!weights.every(Number.isFinite)) throw wrong("a weight is not finite");
  const curve = (name: "losses" | "validationLosses" | "rates") => {
    const values = state[name];
    if (!(values instanceof Float64Array) || !values.every(Number.isFinite)) throw wrong(`${name} are no losses`);
    return values;
  };
  const losses = curve("losses");
  if (typeof keptEpoch !== "number" || !Number.isSafeInteger(keptEpoch) || keptEpoch < 0 || keptEpoch > losses.length) {
    throw wrong("keptEpoch is none of its epochs");
  }
  return { layers, weights, losses, validationLosses: curve("validationLosses"), rates: curve("rates"), keptEpoch };
}
