import type { Kernels } from "../kernels/kernels.js";
import {
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
} from "../kernels/recurrent.js";
import { referenceKernels } from "../kernels/reference/reference.js";
import { Random } from "../random.js";
import { checkSame } from "./check.js";
import { shiftedFloats } from "./shifted-floats.js";

/** A recurrent layer of random weights with a batch of random sequences. */
export interface RecurrentShape {
  readonly cell: RecurrentCell;
  readonly activation: RecurrentActivation;
  readonly rows: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  readonly repeated: boolean;
  /** The initial state is given, and its gradient wanted. */
  readonly started: boolean;
  /** Gradients come from every step, from the last state, or from both. */
  readonly from: "hidden" | "last" | "both";
  readonly seed: number;
  /** Of the inputs: about 0.1 keeps gates in their middle, 30 saturates them, 1e20 is beyond what a float holds. */
  readonly scale: number;
}

/** A small shape of any kind: odd sizes, no sequences at all, every cell. */
export function recurrentShape(seed: number): RecurrentShape {
  const random = new Random(seed);
  const one = <T>(values: readonly T[]) => values[random.below(values.length)] as T;
  return {
    cell: one(["lstm", "gru", "rnn"]),
    activation: one(["tanh", "relu"]),
    rows: random.below(32),
    steps: 1 + random.below(7),
    inputs: 1 + random.below(19),
    units: 1 + random.below(37),
    repeated: one([false, true]),
    started: one([false, true]),
    from: one(["hidden", "last", "both"]),
    seed,
    scale: one([0.1, 1, 30, 1e20]),
  };
}

/** What the forward pass of such a layer is given. */
export function recurrentForwardArgs(shape: RecurrentShape, threads = 1): RecurrentForwardArgs {
  const random = new Random(shape.seed);
  const normal = () => random.normal() * shape.scale;
  const { cell, activation, rows, steps, inputs, units, repeated } = shape;
  const width = RECURRENT_GATES[cell] * units;
  return {
    ...{ cell, activation, rows, steps, inputs, units, repeated, threads },
    x: shiftedFloats(rows * (repeated ? 1 : steps) * inputs, normal),
    inputWeights: shiftedFloats(inputs * width, normal),
    recurrentWeights: shiftedFloats(units * width, () => random.normal()),
    bias: shiftedFloats(width * (cell === "gru" ? 2 : 1), normal),
    initial: shiftedFloats(shape.started ? rows * units * (cell === "lstm" ? 2 : 1) : 0, normal),
    hidden: new Float32Array(rows * steps * units).fill(7),
    cells: new Float32Array(cell === "lstm" ? rows * steps * units : 0).fill(7),
    gates: new Float32Array(rows * steps * units * RECURRENT_KEPT[cell]).fill(7),
  };
}

/** What the backward pass is given after a forward pass. */
export function recurrentBackwardArgs(shape: RecurrentShape, forward: RecurrentForwardArgs): RecurrentBackwardArgs {
  const random = new Random(shape.seed + 1);
  const normal = () => random.normal();
  const states = shape.rows * shape.units * (shape.cell === "lstm" ? 2 : 1);
  return {
    ...forward,
    gates: forward.gates.slice(),
    hiddenGradient: shiftedFloats(shape.from === "last" ? 0 : forward.hidden.length, normal),
    lastGradient: shiftedFloats(shape.from === "hidden" ? 0 : states, normal),
    xGradient: new Float32Array(shape.seed % 3 === 0 ? 0 : forward.x.length).fill(7),
    inputGradient: new Float32Array(forward.inputWeights.length).fill(7),
    recurrentGradient: new Float32Array(forward.recurrentWeights.length).fill(7),
    biasGradient: new Float32Array(forward.bias.length).fill(7),
    initialGradient: new Float32Array(shape.started ? states : 0).fill(7),
  };
}

const GRADIENTS = [
  ...["gates", "xGradient", "inputGradient", "recurrentGradient", "biasGradient", "initialGradient"],
] as readonly (keyof RecurrentBackwardArgs)[];

/** Throws unless kernels give the bits of the reference, forward and back. */
export function checkRecurrentParity(kernels: Kernels, shape: RecurrentShape, threads = 1): void {
  const expected = recurrentForwardArgs(shape);
  referenceKernels.recurrentForward(expected);
  const found = recurrentForwardArgs(shape, threads);
  kernels.recurrentForward(found);
  for (const name of ["hidden", "cells", "gates"] as const) checkSame(found[name], expected[name], name);
  const unkept = { ...recurrentForwardArgs(shape, threads), cells: new Float32Array(0), gates: new Float32Array(0) };
  kernels.recurrentForward(unkept);
  checkSame(unkept.hidden, expected.hidden, "hidden without what the backward pass needs");
  const wanted = recurrentBackwardArgs(shape, expected);
  const given = { ...recurrentBackwardArgs(shape, expected), threads };
  referenceKernels.recurrentBackward(wanted);
  kernels.recurrentBackward(given);
  for (const name of GRADIENTS) checkSame(given[name] as Float32Array, wanted[name] as Float32Array, name);
}
