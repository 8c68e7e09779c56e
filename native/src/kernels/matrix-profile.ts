import { type Control, type MatrixProfileArgs, profileSlices, runSlices, type WindowMoments } from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Pairs of windows between two looks at the abort signal: some tens of milliseconds. */
const CELLS = 2 ** 26;

const moments = ({ step, drift, inverse }: WindowMoments) => [step.length, step, drift, inverse];
const steadyMoments = ({ step, drift, inverse }: WindowMoments): WindowMoments => ({
  step: steady(step),
  drift: steady(drift),
  inverse: steady(inverse),
});

/** The arguments in the order in which `cpp/binding/kernels/matrix_profile_binding.cc` reads them. */
function profileArguments(isa: number, args: MatrixProfileArgs): KernelArgument[] {
  const { query, train, from, to, low, high, products, best, nearest } = args;
  return [isa, ...moments(query), ...moments(train), from, to, low, high, products, best, nearest];
}

function steadyProfile(args: MatrixProfileArgs): MatrixProfileArgs {
  for (const name of ["products", "best", "nearest"] as const) requireSteady(name, args[name]);
  return { ...args, query: steadyMoments(args.query), train: steadyMoments(args.train) };
}

/** Both forms of the kernel of the matrix profile. */
export function bindMatrixProfile(addon: Addon, isa: number) {
  return {
    now: {
      matrixProfile: (args: MatrixProfileArgs) => guard(() => addon.matrixProfile(...profileArguments(isa, args))),
    },
    promise: {
      matrixProfile: (args: MatrixProfileArgs, control?: Control) =>
        runSlices(
          profileSlices(steadyProfile(args), CELLS),
          (slice) => guardPromise(() => addon.matrixProfilePromise(...profileArguments(isa, slice))),
          control,
        ),
    },
  };
}
