import { type Control, runSlices, type SmoteInterpolateArgs, syntheticSlices } from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, optional, requireSteady, steady } from "./kernel-call.js";

/** Synthetic values made between two looks at the abort signal: some tens of milliseconds. */
const SYNTHETIC_VALUES = 2 ** 23;

/** The arguments in the order in which `cpp/binding/kernels/smote_binding.cc` reads them. */
function interpolateArguments(isa: number, threads: number, args: SmoteInterpolateArgs): KernelArgument[] {
  const { shares, halfway } = args;
  return [
    isa,
    threads,
    ...[args.sources, args.cols, args.x],
    ...[args.bases.length, args.bases, args.k, args.neighbours],
    ...optional(shares),
    ...optional(halfway),
    ...[args.seed, args.first, args.rows],
    ...[args.synthetic, args.origins, args.towards],
  ];
}

function steadyInterpolate(args: SmoteInterpolateArgs): SmoteInterpolateArgs {
  for (const name of ["synthetic", "origins", "towards"] as const) requireSteady(name, args[name]);
  return {
    ...args,
    x: steady(args.x),
    bases: steady(args.bases),
    neighbours: steady(args.neighbours),
    shares: steady(args.shares),
    halfway: steady(args.halfway),
  };
}

/** Both forms of the interpolation kernel. */
export function bindSmote(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      smoteInterpolate: (args: SmoteInterpolateArgs) =>
        guard(() => addon.smoteInterpolate(...interpolateArguments(isa, threadsOf(args), args))),
    },
    promise: {
      smoteInterpolate: (args: SmoteInterpolateArgs, control?: Control) =>
        runSlices(
          syntheticSlices(steadyInterpolate(args), Math.max(1, Math.ceil(SYNTHETIC_VALUES / args.cols))),
          (slice) =>
            guardPromise(() => addon.smoteInterpolatePromise(...interpolateArguments(isa, threadsOf(slice), slice))),
          control,
        ),
    },
  };
}
