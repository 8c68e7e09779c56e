import {
  type Control,
  type KmeansFitArgs,
  type KmeansSeedArgs,
  kmeansProgress,
  kmeansSeedSlices,
  type NearestCentroidArgs,
  nearestCentroidSlices,
  runRounds,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Work done between two looks at the abort signal: some tens of milliseconds. */
const DRAWN_VALUES = 2 ** 27; // rows × columns × candidates
const LLOYD_VALUES = 2 ** 30; // rows × columns × centroids
/** Iterations of a round at least: each begins with a pass over the rows that prepares them. */
const LEAST_ITERATIONS = 4;
const COMPARED_VALUES = 2 ** 28;

/* The arguments of the k-means kernels in the order in which `cpp/binding/kernels/kmeans_binding.cc` reads them. */

function seedArguments(isa: number, threads: number, args: KmeansSeedArgs): KernelArgument[] {
  const { rows, cols, x, trials, seed, to, from, stream, centroids, nearest, found } = args;
  return [isa, threads, rows, cols, x, trials, seed, to, from, stream, centroids, nearest, found];
}

function fitArguments(isa: number, threads: number, args: KmeansFitArgs): KernelArgument[] {
  const { rows, cols, x, k, tolerance, maxIterations, roundIterations, centroids, labels, status } = args;
  return [isa, threads, rows, cols, x, k, tolerance, maxIterations, roundIterations, centroids, labels, status];
}

function nearestArguments(isa: number, threads: number, args: NearestCentroidArgs): KernelArgument[] {
  const { k, rows, cols, centroids, x, labels, distances } = args;
  return [isa, threads, k, rows, cols, centroids, x, labels, distances];
}

function steadySeed(args: KmeansSeedArgs): KmeansSeedArgs {
  for (const name of ["centroids", "nearest", "found"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x) };
}

function steadyFit(args: KmeansFitArgs): KmeansFitArgs {
  for (const name of ["centroids", "labels", "status"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x) };
}

function steadyNearest(args: NearestCentroidArgs): NearestCentroidArgs {
  for (const name of ["labels", "distances"] as const) requireSteady(name, args[name]);
  return { ...args, x: steady(args.x), centroids: steady(args.centroids) };
}

/** Both forms of the k-means kernels. */
export function bindKmeans(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      kmeansSeed: (args: KmeansSeedArgs) => guard(() => addon.kmeansSeed(...seedArguments(isa, threadsOf(args), args))),
      kmeansFit: (args: KmeansFitArgs) => guard(() => addon.kmeansFit(...fitArguments(isa, threadsOf(args), args))),
      nearestCentroid: (args: NearestCentroidArgs) =>
        guard(() => addon.nearestCentroid(...nearestArguments(isa, threadsOf(args), args))),
    },
    promise: {
      kmeansSeed: async (args: KmeansSeedArgs, control?: Control) => {
        const centroids = Math.max(1, Math.floor(DRAWN_VALUES / (args.rows * args.cols * args.trials)));
        await runSlices(
          kmeansSeedSlices(steadySeed(args), centroids),
          (slice) => guardPromise(() => addon.kmeansSeedPromise(...seedArguments(isa, threadsOf(slice), slice))),
          control,
        );
      },
      kmeansFit: async (args: KmeansFitArgs, control?: Control) => {
        const inRound = Math.floor(LLOYD_VALUES / (args.rows * args.cols * args.k));
        const round = { ...steadyFit(args), roundIterations: Math.max(LEAST_ITERATIONS, inRound) };
        await runRounds(async () => {
          await guardPromise(() => addon.kmeansFitPromise(...fitArguments(isa, threadsOf(round), round)));
          return kmeansProgress(round);
        }, control);
      },
      nearestCentroid: async (args: NearestCentroidArgs, control?: Control) => {
        const rows = Math.max(1, Math.floor(COMPARED_VALUES / (args.cols * args.k)));
        await runSlices(
          nearestCentroidSlices(steadyNearest(args), rows),
          (slice) =>
            guardPromise(() => addon.nearestCentroidPromise(...nearestArguments(isa, threadsOf(slice), slice))),
          control,
        );
      },
    },
  };
}
