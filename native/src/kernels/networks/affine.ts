import { type AffineBackwardArgs, type AffineForwardArgs, affineSlices, type Control, runSlices } from "@telltale/core";
import type { Addon, KernelArgument } from "../../addon.js";
import { guard, guardPromise, optional, requireSteady, steady } from "../kernel-call.js";

/** Products between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 31;

/** The arguments in the order in which `cpp/binding/kernels/affine_binding.cc` reads them. */
function affineForwardArguments(isa: number, threads: number, args: AffineForwardArgs): KernelArgument[] {
  const { rows, inputs, outputs, x, weights, bias, out } = args;
  return [isa, threads, rows, inputs, outputs, x, weights, bias, out];
}

function affineBackwardArguments(isa: number, threads: number, args: AffineBackwardArgs): KernelArgument[] {
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

/** Both forms of the kernels of affine layers. */
export function bindAffine(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
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
    },
  };
}
