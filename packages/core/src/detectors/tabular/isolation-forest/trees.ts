import { ModelFileError } from "../../../errors.js";
import type { IsolationForestFitArgs, IsolationTrees } from "../../../kernels/isolation-forest.js";
import type { ModelState } from "../../detector.js";

/** The forest and the number of rows that each of its trees saw. */
export type ForestState = { readonly [K in keyof IsolationTrees]: IsolationTrees[K] } & { readonly sampleSize: number };

/** The trees of a finished fit, without the unused places between them. */
export function compactTrees(args: IsolationForestFitArgs): IsolationTrees {
  const { nodeCount, nodeCapacity, trees, ndim } = args;
  const treeStart = new Int32Array(trees + 1);
  for (let t = 0; t < trees; t++) treeStart[t + 1] = (treeStart[t] as number) + (nodeCount[t] as number);
  const nodes = treeStart[trees] as number;
  const gather = <A extends Int32Array | Float64Array | Uint8Array>(from: A, to: A, width: number): A => {
    for (let t = 0; t < trees; t++) {
      const at = t * nodeCapacity * width;
      to.set(from.subarray(at, at + (nodeCount[t] as number) * width), (treeStart[t] as number) * width);
    }
    return to;
  };
  return {
    treeStart,
    ndim,
    right: gather(args.right, new Int32Array(nodes), 1),
    value: gather(args.value, new Float64Array(nodes), 1),
    count: gather(args.count, new Int32Array(nodes), 1),
    missingLeft: gather(args.missingLeft, new Uint8Array(nodes), 1),
    features: gather(args.features, new Int32Array(nodes * ndim), ndim),
    coefficients: ndim === 1 ? new Float64Array(0) : gather(args.coefficients, new Float64Array(nodes * ndim), ndim),
  };
}

/** For each node the mean path length of the training rows under it; for an empty leaf its own. */
export function expectedPaths(forest: IsolationTrees): Float64Array {
  const { right, value, count } = forest;
  const expected = Float64Array.from(value);
  // Children stand behind their parent, so one pass from the back has both before it needs them.
  for (let i = right.length - 1; i >= 0; i--) {
    const step = right[i] as number;
    if (step === 0) continue;
    const lefts = count[i + 1] as number;
    const rights = count[i + step] as number;
    expected[i] = ((expected[i + 1] as number) * lefts + (expected[i + step] as number) * rights) / (lefts + rights);
  }
  return expected;
}

/**
 * A forest read from a file, every link and index checked.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function restoreTrees(state: ModelState, cols: number): ForestState {
  const { treeStart, right, value, count, missingLeft, features, coefficients, ndim, sampleSize } = state;
  const wrong = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `isolation-forest: ${what}`, { remedy: "Fit the model again" });
  if (
    !(treeStart instanceof Int32Array && right instanceof Int32Array && count instanceof Int32Array) ||
    !(features instanceof Int32Array && missingLeft instanceof Uint8Array) ||
    !(value instanceof Float64Array && coefficients instanceof Float64Array) ||
    typeof ndim !== "number" ||
    typeof sampleSize !== "number"
  ) {
    throw wrong("arrays are missing or of the wrong type");
  }
  const nodes = right.length;
  const wide = ndim === 1 ? 0 : nodes * ndim;
  if (
    !Number.isSafeInteger(ndim) ||
    ndim < 1 ||
    !Number.isSafeInteger(sampleSize) ||
    sampleSize < 1 ||
    [value, count, missingLeft].some((array) => array.length !== nodes) ||
    features.length !== nodes * ndim ||
    coefficients.length !== wide
  ) {
    throw wrong("array lengths do not fit together");
  }
  if (treeStart.length < 2 || treeStart[0] !== 0 || treeStart[treeStart.length - 1] !== nodes) {
    throw wrong("the trees do not cover the nodes");
  }
  for (let t = 0; t + 1 < treeStart.length; t++) {
    const end = treeStart[t + 1] as number;
    if (end <= (treeStart[t] as number) || end > nodes) throw wrong(`tree ${t} is empty or out of order`);
    for (let i = treeStart[t] as number; i < end; i++) {
      const step = right[i] as number;
      const v = value[i] as number;
      if (step === 0 ? !Number.isFinite(v) : ndim === 1 && !(v < Number.POSITIVE_INFINITY)) {
        throw wrong(`node ${i} has the value ${v}`); // a hyperplane through infinite values may have any threshold
      }
      if (step === 0) continue;
      if (step < 2 || i + step >= end) throw wrong(`node ${i} points outside its tree`);
      if ((count[i + 1] as number) < 0 || (count[i + step] as number) < 0) throw wrong(`node ${i} counts no rows`);
      if ((count[i + 1] as number) + (count[i + step] as number) < 1) throw wrong(`node ${i} counts no rows`);
      for (let k = i * ndim; k < (i + 1) * ndim; k++) {
        const feature = features[k] as number;
        if (feature >= cols || feature < (k === i * ndim ? 0 : -1))
          throw wrong(`node ${i} splits on column ${feature}`);
      }
    }
  }
  return { treeStart, right, value, count, missingLeft, features, coefficients, ndim, sampleSize };
}
