import type { IsolationForestFitArgs } from "./isolation-forest.js";
import { NEAREST_LEAF, type NearestArgs } from "./nearest/nearest.js";

/** Arguments of a kernel that works row by row. */
export interface RowArgs {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/**
 * Cuts a call over many rows into calls over a few, as views: nothing is copied.
 *
 * @param output  the name of the output array, which holds the same number of values for every row
 */
export function rowSlices<A extends RowArgs>(args: A, output: keyof A, rowsPerSlice: number): A[] {
  const out = args[output] as Float64Array | Float32Array;
  const width = args.rows === 0 ? 0 : out.length / args.rows;
  const slices: A[] = [];
  for (let from = 0; from < args.rows; from += rowsPerSlice) {
    const to = Math.min(args.rows, from + rowsPerSlice);
    slices.push({
      ...args,
      rows: to - from,
      x: args.x.subarray(from * args.cols, to * args.cols),
      [output]: out.subarray(from * width, to * width),
    });
  }
  return slices;
}

/** As `rowSlices`, for calls that also write the parts of each row's score, unless `contributions` is empty. */
export function explainedSlices<
  A extends RowArgs & { readonly scores: Float64Array; readonly contributions: Float64Array },
>(args: A, rowsPerSlice: number): A[] {
  const width = args.contributions.length === 0 ? 0 : args.cols;
  return rowSlices(args, "scores", rowsPerSlice).map((slice, k) => {
    const from = k * rowsPerSlice;
    return { ...slice, contributions: args.contributions.subarray(from * width, (from + slice.rows) * width) };
  });
}

/** Cuts a descent of many steps, each going on from the one before, into calls of a few. */
export function stepSlices<A extends { readonly steps: number; readonly firstStep: number }>(
  args: A,
  stepsPerSlice: number,
): A[] {
  const slices: A[] = [];
  for (let from = 0; from < args.steps; from += stepsPerSlice) {
    const steps = Math.min(stepsPerSlice, args.steps - from);
    slices.push({ ...args, steps, firstStep: args.firstStep + from });
  }
  return slices;
}

/** Cuts the growing of many trees into calls that grow a few each. */
export function treeSlices(args: IsolationForestFitArgs, treesPerSlice: number): IsolationForestFitArgs[] {
  const slices: IsolationForestFitArgs[] = [];
  for (let from = 0; from < args.trees; from += treesPerSlice) {
    const to = Math.min(args.trees, from + treesPerSlice);
    const nodes = (width: number) => [from * args.nodeCapacity * width, to * args.nodeCapacity * width] as const;
    slices.push({
      ...args,
      trees: to - from,
      firstTree: args.firstTree + from,
      nodeCount: args.nodeCount.subarray(from, to),
      right: args.right.subarray(...nodes(1)),
      value: args.value.subarray(...nodes(1)),
      count: args.count.subarray(...nodes(1)),
      missingLeft: args.missingLeft.subarray(...nodes(1)),
      features: args.features.subarray(...nodes(args.ndim)),
      coefficients: args.coefficients.subarray(...nodes(args.coefficients.length === 0 ? 0 : args.ndim)),
    });
  }
  return slices;
}

/** Cuts a search for the neighbours of many queries into searches for those of a few leaves each. */
export function querySlices(args: NearestArgs, queriesPerSlice: number): NearestArgs[] {
  const step = Math.ceil(queriesPerSlice / NEAREST_LEAF) * NEAREST_LEAF;
  const slices: NearestArgs[] = [];
  for (let from = args.from; from < args.to; from += step) {
    slices.push({ ...args, from, to: Math.min(args.to, from + step) });
  }
  return slices;
}

/** Cuts work on the parts `from` … `to`, such as columns, into work on a few of them. */
export function partSlices<A extends { readonly from: number; readonly to: number }>(args: A, perSlice: number): A[] {
  const slices: A[] = [];
  for (let from = args.from; from < args.to; from += perSlice) {
    slices.push({ ...args, from, to: Math.min(args.to, from + perSlice) });
  }
  return slices;
}
