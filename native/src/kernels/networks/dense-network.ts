import {
  type Control,
  DENSE_LAYER_FIELDS,
  type DenseNetworkForwardArgs,
  type DenseNetworkTrainArgs,
  denseBatchSlices,
  rowSlices,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, requireSteady, steady } from "../kernel-call.js";

/** Products done between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 28;

/* The arguments of the kernels in the order in which `cpp/binding/kernels/dense_network_binding.cc` reads them. */

function networkArguments({ rows, cols, x, layers, weights }: DenseNetworkForwardArgs | DenseNetworkTrainArgs) {
  return [rows, cols, x, layers.length / DENSE_LAYER_FIELDS, weights.length, layers];
}

function forwardArguments(isa: number, threads: number, args: DenseNetworkForwardArgs): KernelArgument[] {
  const { depth, weights, noise, outputs } = args;
  return [isa, threads, ...networkArguments(args), depth, weights, noise.length === 0 ? 0 : 1, noise, outputs];
}

function trainArguments(isa: number, args: DenseNetworkTrainArgs): KernelArgument[] {
  const { dropout, loss, target, lossScale, klWeight, to, from, order, batch, noise } = args;
  const { optimizer, rate, beta1, beta2, epsilon, l1, l2, clip, seed, firstStep } = args;
  return [
    ...[isa, ...networkArguments(args), dropout, loss, target.length, target, lossScale, klWeight],
    ...[to, from, order, batch, noise.length === 0 ? 0 : 1, noise],
    ...[optimizer, rate, beta1, beta2, epsilon, l1, l2, clip, seed, firstStep],
    ...[args.weights, args.moments1, args.moments2, args.powers, args.losses],
  ];
}

function steadyForward(args: DenseNetworkForwardArgs): DenseNetworkForwardArgs {
  requireSteady("outputs", args.outputs);
  const { x, layers, weights, noise } = args;
  return { ...args, x: steady(x), layers: steady(layers), weights: steady(weights), noise: steady(noise) };
}

function steadyTrain(args: DenseNetworkTrainArgs): DenseNetworkTrainArgs {
  for (const name of ["weights", "moments1", "moments2", "powers", "losses"] as const) requireSteady(name, args[name]);
  const { x, layers, dropout, target, order, noise } = args;
  return {
    ...args,
    ...{ x: steady(x), layers: steady(layers), dropout: steady(dropout), target: steady(target) },
    ...{ order: steady(order), noise: steady(noise) },
  };
}

/** Both forms of the kernels of dense networks. */
export function bindDenseNetwork(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      denseNetworkForward: (args: DenseNetworkForwardArgs) =>
        guard(() => addon.denseNetworkForward(...forwardArguments(isa, threadsOf(args), args))),
      denseNetworkTrain: (args: DenseNetworkTrainArgs) =>
        guard(() => addon.denseNetworkTrain(...trainArguments(isa, args))),
    },
    promise: {
      denseNetworkForward: (args: DenseNetworkForwardArgs, control?: Control) =>
        runSlices(
          rowSlices(steadyForward(args), "outputs", Math.ceil(PRODUCTS / Math.max(1, args.weights.length))),
          (slice) =>
            guardPromise(() => addon.denseNetworkForwardPromise(...forwardArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      denseNetworkTrain: (args: DenseNetworkTrainArgs, control?: Control) =>
        runSlices(
          denseBatchSlices(steadyTrain(args), PRODUCTS / Math.max(1, 3 * args.batch * args.weights.length)),
          (slice) => guardPromise(() => addon.denseNetworkTrainPromise(...trainArguments(isa, slice))),
          control,
        ),
    },
  };
}
