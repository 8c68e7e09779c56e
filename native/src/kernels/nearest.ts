import {
  type Control,
  NEAREST_METHODS,
  NEAREST_METRICS,
  type NearestArgs,
  type NearestIndexArgs,
  querySlices,
  runSlices,
} from "@telltale/core";
import type { Addon, KernelArgument } from "../addon.js";
import { guard, guardPromise, requireSteady, steady } from "./kernel-call.js";

/** Pairs of rows looked at between two looks at the abort signal: some tens of milliseconds. */
const PAIRS = 2 ** 29;

/** The arguments in the order in which `cpp/binding/kernels/nearest_binding.cc` reads them. */
function nearestIndexArguments(isa: number, threads: number, args: NearestIndexArgs): KernelArgument[] {
  return [isa, threads, args.rows, args.cols, args.x, args.order, args.boxes];
}

function nearestArguments(isa: number, threads: number, args: NearestArgs): KernelArgument[] {
  return [
    ...nearestIndexArguments(isa, threads, args),
    args.self ? 1 : 0,
    args.from,
    args.to,
    args.queries,
    args.k,
    NEAREST_METRICS.indexOf(args.metric),
    args.p,
    NEAREST_METHODS.indexOf(args.method),
    args.distances,
    args.indices,
  ];
}

function steadyNearestIndex(args: NearestIndexArgs): NearestIndexArgs {
  requireSteady("order", args.order);
  requireSteady("boxes", args.boxes);
  return { ...args, x: steady(args.x) };
}

function steadyNearest(args: NearestArgs): NearestArgs {
  requireSteady("distances", args.distances);
  requireSteady("indices", args.indices);
  const { x, order, boxes, queries } = args;
  return { ...args, x: steady(x), order: steady(order), boxes: steady(boxes), queries: steady(queries) };
}

/** Both forms of the kernels of nearest neighbours. */
export function bindNearest(addon: Addon, isa: number, threadsOf: (args: { readonly threads: number }) => number) {
  return {
    now: {
      nearestIndex: (args: NearestIndexArgs) =>
        guard(() => addon.nearestIndex(...nearestIndexArguments(isa, threadsOf(args), args))),
      nearest: (args: NearestArgs) => guard(() => addon.nearest(...nearestArguments(isa, threadsOf(args), args))),
    },
    promise: {
      nearestIndex: (args: NearestIndexArgs, control?: Control) =>
        runSlices(
          [steadyNearestIndex(args)],
          (whole) =>
            guardPromise(() => addon.nearestIndexPromise(...nearestIndexArguments(isa, threadsOf(whole), whole))),
          control,
        ),
      nearest: (args: NearestArgs, control?: Control) =>
        runSlices(
          querySlices(steadyNearest(args), PAIRS / Math.max(1, args.rows)),
          (slice) => guardPromise(() => addon.nearestPromise(...nearestArguments(isa, threadsOf(slice), slice))),
          control,
        ),
    },
  };
}
