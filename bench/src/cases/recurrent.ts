import {
  type AffineBackwardArgs,
  type AffineForwardArgs,
  Random,
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
  referenceKernels,
} from "@telltale/core";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

const STEPS = 60;
const UNITS = 64;
/** Sequences compared with the reference: more than a block of the kernel, and no multiple of one. */
const CHECKED_ROWS = 53;
const CHECKED_STEPS = 3;

const windowsOf = (rows: number) => Math.ceil(rows / STEPS);

function floats(random: Random, length: number, scale: number): Float32Array {
  return Float32Array.from({ length }, () => random.normal() * scale);
}

/** A batch of windows through a layer of 64 units, as a reader of sensors has it. */
function forwardArgs(cell: RecurrentCell, rows: number, inputs: number, steps: number): RecurrentForwardArgs {
  const random = new Random(11);
  const width = RECURRENT_GATES[cell] * UNITS;
  return {
    ...{ cell, activation: "tanh", rows, steps, inputs, units: UNITS, repeated: false, threads: 1 },
    x: floats(random, rows * steps * inputs, 1),
    inputWeights: floats(random, inputs * width, 0.1),
    recurrentWeights: floats(random, UNITS * width, 0.1),
    bias: floats(random, width * (cell === "gru" ? 2 : 1), 0.1),
    initial: new Float32Array(0),
    hidden: new Float32Array(rows * steps * UNITS),
    cells: new Float32Array(cell === "lstm" ? rows * steps * UNITS : 0),
    gates: new Float32Array(rows * steps * RECURRENT_KEPT[cell] * UNITS),
  };
}

/** The gradients of that batch: the products of the backward pass do not ask what the gates hold. */
function backwardArgs(cell: RecurrentCell, rows: number, inputs: number, steps: number): RecurrentBackwardArgs {
  const forward = forwardArgs(cell, rows, inputs, steps);
  if (rows <= CHECKED_ROWS) referenceKernels.recurrentForward(forward);
  return {
    ...forward,
    hiddenGradient: floats(new Random(12), forward.hidden.length, 1),
    lastGradient: new Float32Array(0),
    xGradient: new Float32Array(forward.x.length),
    inputGradient: new Float32Array(forward.inputWeights.length),
    recurrentGradient: new Float32Array(forward.recurrentWeights.length),
    biasGradient: new Float32Array(forward.bias.length),
    initialGradient: new Float32Array(0),
  };
}

const common = {
  unit: "steps",
  shapes: [
    { rows: 64 * STEPS, cols: 8 },
    { rows: 512 * STEPS, cols: 64 },
  ],
  smokeShapes: [{ rows: 4 * STEPS, cols: 8 }],
} as const;

function casesOf(cell: RecurrentCell): KernelCase[] {
  const variant = `${cell}, 64 units`;
  return [
    kernelCase({
      ...{ kernel: "recurrentForward", variant, ...common },
      outputs: ["hidden", "cells"],
      prepare: ({ rows, cols }: Shape) => ({
        work: windowsOf(rows) * STEPS,
        args: forwardArgs(cell, windowsOf(rows), cols, STEPS),
        slice: forwardArgs(cell, CHECKED_ROWS, cols, CHECKED_STEPS),
      }),
    }),
    kernelCase({
      ...{ kernel: "recurrentBackward", variant, ...common },
      outputs: ["xGradient", "inputGradient", "recurrentGradient", "biasGradient"],
      continued: ["gates"],
      prepare: ({ rows, cols }: Shape) => ({
        work: windowsOf(rows) * STEPS,
        args: backwardArgs(cell, windowsOf(rows), cols, STEPS),
        slice: backwardArgs(cell, CHECKED_ROWS, cols, CHECKED_STEPS),
      }),
    }),
  ];
}

/** 64 units read out to as many values as there are columns, at every step. */
function affineArgs(rows: number, outputs: number): AffineForwardArgs & AffineBackwardArgs {
  const random = new Random(13);
  return {
    ...{ rows, inputs: UNITS, outputs, threads: 1 },
    x: floats(random, rows * UNITS, 1),
    weights: floats(random, UNITS * outputs, 0.1),
    bias: floats(random, outputs, 0.1),
    out: new Float32Array(rows * outputs),
    outGradient: floats(random, rows * outputs, 1),
    xGradient: new Float32Array(rows * UNITS),
    weightGradient: new Float32Array(UNITS * outputs),
    biasGradient: new Float32Array(outputs),
  };
}

const prepareAffine = ({ rows, cols }: Shape) => ({
  work: rows,
  args: affineArgs(rows, cols),
  slice: affineArgs(Math.min(rows, 2_051), cols),
});

const affineCases: readonly KernelCase[] = [
  kernelCase({
    ...{ kernel: "affineForward", variant: "64 inputs", ...common, outputs: ["out"] },
    prepare: prepareAffine,
  }),
  kernelCase({
    ...{ kernel: "affineBackward", variant: "64 inputs", ...common },
    outputs: ["xGradient", "weightGradient", "biasGradient"],
    prepare: prepareAffine,
  }),
];

/**
 * Bound by the products: a step of 64 units takes 64 × 256 of them and as many for each input, each a product and a sum of
 * its own, since a fused one rounds once where the reference rounds twice.
 */
export const recurrentCases: readonly KernelCase[] = [
  ...(["lstm", "gru", "rnn"] as const).flatMap(casesOf),
  ...affineCases,
];
