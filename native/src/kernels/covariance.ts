import {
  type ColumnMomentsArgs,
  type ConcentrationArgs,
  type Control,
  concentrationSlices,
  momentSlices,
  rowSlices,
  runSlices,
  type SquaredProjectionsArgs,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Products done between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 28;

/* The arguments of the kernels in the order in which `cpp/binding/kernels/covariance_binding.cc` reads them. */

function momentArguments(isa: number, threads: number, args: ColumnMomentsArgs): KernelArgument[] {
  const { rows, cols, x, index, weights, to, from, count, mean, scatter } = args;
  const listed = [index.length, index, weights.length, weights, to, from] as const;
  return [isa, threads, rows, cols, x, ...listed, count, mean, scatter];
}

function projectionArguments(isa: number, threads: number, args: SquaredProjectionsArgs): KernelArgument[] {
  const { rows, cols, x, center, groups, directions, back, beside, norms } = args;
  const given = [center, groups.length, groups, directions, beside ? 1 : 0, back] as const;
  return [isa, threads, rows, cols, x, ...given, norms];
}

function concentrationArguments(isa: number, threads: number, args: ConcentrationArgs): KernelArgument[] {
  const { rows, cols, x, support, iterations, to, from, means, scatters, logDeterminants } = args;
  return [isa, threads, rows, cols, x, support, iterations, to, from, means, scatters, logDeterminants];
}

function steadyMoments(args: ColumnMomentsArgs): ColumnMomentsArgs {
  for (const name of ["count", "mean", "scatter"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x), index: steady(args.index), weights: steady(args.weights) };
}

function steadyProjections(args: SquaredProjectionsArgs): SquaredProjectionsArgs {
  requireSteady("norms", args.norms);
  const { x, center, directions, back, groups } = args;
  return {
    ...args,
    x: steady(x),
    center: steady(center),
    directions: steady(directions),
    back: steady(back),
    groups: steady(groups),
  };
}

function steadyConcentration(args: ConcentrationArgs): ConcentrationArgs {
  for (const name of ["means", "scatters", "logDeterminants"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x) };
}

/** Both forms of the kernels of covariances. */
export function bindCovariance(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      columnMoments: (args: ColumnMomentsArgs) =>
        guard(() => addon.columnMoments(...momentArguments(isa, threadsOf(args), args))),
      squaredProjections: (args: SquaredProjectionsArgs) =>
        guard(() => addon.squaredProjections(...projectionArguments(isa, threadsOf(args), args))),
      concentration: (args: ConcentrationArgs) =>
        guard(() => addon.concentration(...concentrationArguments(isa, threadsOf(args), args))),
    },
    promise: {
      columnMoments: (args: ColumnMomentsArgs, control?: Control) =>
        runSlices(
          momentSlices(steadyMoments(args), Math.ceil(PRODUCTS / args.scatter.length)),
          (slice) => guardPromise(() => addon.columnMomentsPromise(...momentArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      squaredProjections: (args: SquaredProjectionsArgs, control?: Control) =>
        runSlices(
          rowSlices(steadyProjections(args), "norms", Math.ceil(PRODUCTS / Math.max(1, args.directions.length))),
          (slice) =>
            guardPromise(() => addon.squaredProjectionsPromise(...projectionArguments(isa, threadsOf(slice), slice))),
          control,
        ),
      concentration: (args: ConcentrationArgs, control?: Control) => {
        const products = args.iterations * args.rows * args.cols * args.cols;
        const candidates = Math.max(threadsOf(args), Math.floor(PRODUCTS / Math.max(1, products)));
        return runSlices(
          concentrationSlices(steadyConcentration(args), candidates),
          (slice) =>
            guardPromise(() => addon.concentrationPromise(...concentrationArguments(isa, threadsOf(slice), slice))),
          control,
        );
      },
    },
  };
}
