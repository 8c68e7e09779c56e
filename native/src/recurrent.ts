import {
  type AffineBackwardArgs,
  type AffineForwardArgs,
  affineSlices,
  type Control,
  type RecurrentBackwardArgs,
  type RecurrentForwardArgs,
  type RecurrentLayer,
  recurrentRows,
  recurrentSlices,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "./addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Products between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 31;
const CELLS = { lstm: 0, gru: 1, rnn: 2 } as const;

const optional = (values: Float32Array): KernelArgument[] => [values.length === 0 ? 0 : 1, values];

function layerArguments(isa: number, threads: number, layer: RecurrentLayer): KernelArgument[] {
  return [
    ...[isa, threads, CELLS[layer.cell], layer.activation === "relu" ? 1 : 0],
    ...[layer.rows, layer.steps, layer.inputs, layer.units, layer.repeated ? 1 : 0],
    ...[layer.x, layer.inputWeights, layer.recurrentWeights, layer.bias],
    ...optional(layer.initial),
  ];
}

/** The arguments in the order in which `cpp/binding/recurrent_binding.cc` reads them. */
export function forwardArguments(isa: number, threads: number, args: RecurrentForwardArgs): KernelArgument[] {
  return [...layerArguments(isa, threads, args), args.hidden, ...optional(args.cells), ...optional(args.gates)];
}

export function backwardArguments(isa: number, threads: number, args: RecurrentBackwardArgs): KernelArgument[] {
  return [
    ...layerArguments(isa, threads, args),
    ...[args.hidden, args.cells, args.gates],
    ...optional(args.hiddenGradient),
    ...optional(args.lastGradient),
    ...optional(args.xGradient),
    ...[args.inputGradient, args.recurrentGradient, args.biasGradient],
    ...optional(args.initialGradient),
  ];
}

function steadyLayer<A extends RecurrentLayer>(args: A): A {
  return {
    ...args,
    x: steady(args.x),
    inputWeights: steady(args.inputWeights),
    recurrentWeights: steady(args.recurrentWeights),
    bias: steady(args.bias),
    initial: steady(args.initial),
  };
}

function steadyForward(args: RecurrentForwardArgs): RecurrentForwardArgs {
  for (const name of ["hidden", "cells", "gates"] as const) requireSteady(name, args[name]);
  return steadyLayer(args);
}

function steadyBackward(args: RecurrentBackwardArgs): RecurrentBackwardArgs {
  const outputs = [
    "gates",
    "xGradient",
    "inputGradient",
    "recurrentGradient",
    "biasGradient",
    "initialGradient",
  ] as const;
  for (const name of outputs) requireSteady(name, args[name]);
  return {
    ...steadyLayer(args),
    hidden: steady(args.hidden),
    cells: steady(args.cells),
    hiddenGradient: steady(args.hiddenGradient),
    lastGradient: steady(args.lastGradient),
  };
}

export function affineForwardArguments(isa: number, threads: number, args: AffineForwardArgs): KernelArgument[] {
  const { rows, inputs, outputs, x, weights, bias, out } = args;
  return [isa, threads, rows, inputs, outputs, x, weights, bias, out];
}

export function affineBackwardArguments(isa: number, threads: number, args: AffineBackwardArgs): KernelArgument[] {
  const { rows, inputs, outputs, x, weights, outGradient, xGradient, weightGradient, biasGradient } = args;
  const sizes = [isa, threads, rows, inputs, outputs];
  return [...sizes, x, weights, outGradient, ...optional(xGradient), weightGradient, biasGradient];
}

function steadyAffineForward(args: AffineForwardArgs): AffineForwardArgs {
  requireSteady("out", args.out);
  return { ...args, x: steady(args.x), weights: steady(args.weights), bias: steady(args.bias) };
}

function steadyAffineBackward(args: AffineBackwardArgs): AffineBackwardArgs {
  for (const name of ["xGradient", "weightGradient", "biasGradient"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x), weights: steady(args.weights), outGradient: steady(args.outGradient) };
}

/** Both forms of the kernels of recurrent layers, and of the dense ones beside them. */
export function bindRecurrent(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      recurrentForward: (args: RecurrentForwardArgs) =>
        guard(() => addon.recurrentForward(...forwardArguments(isa, threadsOf(args), args))),
      recurrentBackward: (args: RecurrentBackwardArgs) =>
        guard(() => addon.recurrentBackward(...backwardArguments(isa, threadsOf(args), args))),
      affineForward: (args: AffineForwardArgs) =>
        guard(() => addon.affineForward(...affineForwardArguments(isa, threadsOf(args), args))),
      affineBackward: (args: AffineBackwardArgs) =>
        guard(() => addon.affineBackward(...affineBackwardArguments(isa, threadsOf(args), args))),
    },
    promise: {
      affineForward: (args: AffineForwardArgs, control?: Control) =>
        runSlices(
          affineSlices(steadyAffineForward(args), Math.max(1, Math.floor(PRODUCTS / (args.inputs * args.outputs)))),
          (slice) =>
            guardPromise(() => addon.affineForwardPromise(...affineForwardArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      affineBackward: (args: AffineBackwardArgs, control?: Control) =>
        runSlices(
          [steadyAffineBackward(args)],
          (whole) =>
            guardPromise(() => addon.affineBackwardPromise(...affineBackwardArguments(isa, threadsOf(whole), whole))),
          control,
        ),
      recurrentForward: (args: RecurrentForwardArgs, control?: Control) =>
        runSlices(
          recurrentSlices(steadyForward(args), recurrentRows(args, PRODUCTS)),
          (slice) =>
            guardPromise(() => addon.recurrentForwardPromise(...forwardArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      recurrentBackward: (args: RecurrentBackwardArgs, control?: Control) =>
        runSlices(
          [steadyBackward(args)],
          (whole) =>
            guardPromise(() => addon.recurrentBackwardPromise(...backwardArguments(isa, threadsOf(whole), whole))),
          control,
        ),
    },
  };
}
