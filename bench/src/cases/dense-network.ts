import {
  DENSE_LOSSES,
  DENSE_OPTIMIZERS,
  type DenseNetworkForwardArgs,
  type DenseNetworkTrainArgs,
  packDenseLayers,
  Random,
} from "@telltale/core";
import { gaussian, type Rows, slice } from "./gaussian-rows.js";
import { type KernelCase, kernelCase } from "./kernel-case.js";

const SHAPES = [
  { rows: 50_000, cols: 9 },
  { rows: 20_000, cols: 80 },
];
const SMOKE = [{ rows: 2_000, cols: 9 }];
const CHECKED_ROWS = 700;

/** cols – 64 – 2 – 64 – cols, the autoencoder of two encoded variables. */
function autoencoder(cols: number) {
  const relu = (inputs: number, units: number) => ({ inputs, units, activation: "relu", kind: "biased" }) as const;
  const linear = (inputs: number, units: number) => ({ inputs, units, activation: "linear", kind: "biased" }) as const;
  const layers = packDenseLayers([relu(cols, 64), linear(64, 2), relu(2, 64), linear(64, cols)]);
  const count = cols * 64 + 64 + 64 * 2 + 2 + 2 * 64 + 64 + 64 * cols + cols;
  const random = new Random(3);
  return { layers, weights: Float32Array.from({ length: count }, () => 0.2 * random.normal()) };
}

function forwardArgs(given: Rows): DenseNetworkForwardArgs {
  const outputs = new Float32Array(given.rows * given.cols);
  return { ...given, ...autoencoder(given.cols), depth: 4, noise: new Float32Array(0), threads: 1, outputs };
}

function trainArgs(given: Rows): DenseNetworkTrainArgs {
  const { layers, weights } = autoencoder(given.cols);
  return {
    ...given,
    ...{ layers, weights, dropout: new Float32Array(4), target: new Float32Array(0), noise: new Float32Array(0) },
    ...{ loss: DENSE_LOSSES.indexOf("squared"), lossScale: 1 / given.cols, klWeight: 0 },
    ...{ order: Int32Array.from({ length: given.rows }, (_, i) => i), from: 0, to: given.rows, batch: 256 },
    ...{ optimizer: DENSE_OPTIMIZERS.indexOf("adam"), rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    ...{ l1: 0, l2: 0, clip: 0, seed: 1, firstStep: 0, threads: 1 },
    moments1: new Float32Array(weights.length),
    moments2: new Float32Array(weights.length),
    powers: Float64Array.of(1, 1),
    losses: new Float64Array(1),
  };
}

function few(given: Rows): Rows {
  const { x, rows, cols } = slice(given);
  const checked = Math.min(rows, CHECKED_ROWS);
  return { x: x.subarray(0, checked * cols), rows: checked, cols };
}

/**
 * Products are a multiplication and an addition, not one fused: 9 columns have 1,408 weights, thrice that in training
 * (forward, back to the inputs, back to the weights).
 */
export const denseNetworkCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "denseNetworkForward",
    variant: "64-2-64",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["outputs"],
    prepare(shape) {
      const given = gaussian(shape);
      return { work: given.rows, args: forwardArgs(given), slice: forwardArgs(few(given)) };
    },
  }),
  kernelCase({
    kernel: "denseNetworkTrain",
    variant: "64-2-64, one epoch, batch 256",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["weights", "moments1", "moments2", "powers", "losses"],
    continued: ["weights", "moments1", "moments2", "powers", "losses"],
    prepare(shape) {
      const given = gaussian(shape);
      return { work: given.rows, args: trainArgs(given), slice: trainArgs(few(given)) };
    },
  }),
];
