import {
  type Control,
  type RecurrentBackwardArgs,
  type RecurrentForwardArgs,
  type RecurrentLayer,
  recurrentRows,
  recurrentSlices,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, optional, requireSteady, steady } from "../kernel-call.js";

/** Products between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 31;
const CELLS = { lstm: 0, gru: 1, rnn: 2 } as const;

function layerArguments(isa: number, threads: number, layer: RecurrentLayer): KernelArgument[] {
  return [
    ...[isa, threads, CELLS[layer.cell], layer.activation === "relu" ? 1 : 0],
    ...[layer.rows, layer.steps, layer.inputs, layer.units, layer.repeated ? 1 : 0],
    ...[layer.x, layer.inputWeights, layer.recurrentWeights, layer.bias],
    ...optional(layer.initial),
  ];
}

/** The arguments in the order in which `cpp/binding/kernels/recurrent_binding.cc` reads them. */
function forwardArguments(isa: number, threads: number, args: RecurrentForwardArgs): KernelArgument[] {
  return [...layerArguments(isa, threads, args), args.hidden, ...optional(args.cells), ...optional(args.gates)];
}

function backwardArguments(isa: number, threads: number, args: RecurrentBackwardArgs): KernelArgument[] {
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

/** Both forms of the kernels of recurrent layers. */
export function bindRecurrent(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      recurrentForward: (args: RecurrentForwardArgs) =>
        guard(() => addon.recurrentForward(...forwardArguments(isa, threadsOf(args), args))),
      recurrentBackward: (args: RecurrentBackwardArgs) =>
        guard(() => addon.recurrentBackward(...backwardArguments(isa, threadsOf(args), args))),
    },
    promise: {
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
