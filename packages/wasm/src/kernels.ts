import {
  type AffineBackwardArgs,
  type AffineForwardArgs,
  affineSlices,
  denseBatchSlices,
  type Kernels,
  type RecurrentBackwardArgs,
  type RecurrentForwardArgs,
  recurrentRows,
  recurrentSlices,
  referenceKernels,
  rowSlices,
  runSlices,
} from "@telltale/core";
import { affineBackward, affineForward } from "./affine.js";
import { bindDenseNetwork } from "./dense-network.js";
import type { Engine } from "./module/engine.js";
import { recurrentBackward } from "./recurrent/backward.js";
import { recurrentForward } from "./recurrent/forward.js";

/** Products between two looks at the abort signal: some tens of milliseconds. */
const PRODUCTS = 2 ** 28;
const DENSE_PRODUCTS = 2 ** 26;

/** The kernels of a module; those that it has not are the reference's. */
export function bindKernels(engine: Engine): Kernels {
  const dense = bindDenseNetwork(engine);
  const now = {
    ...dense,
    recurrentForward: (args: RecurrentForwardArgs) => recurrentForward(engine, args),
    recurrentBackward: (args: RecurrentBackwardArgs) => recurrentBackward(engine, args),
    affineForward: (args: AffineForwardArgs) => affineForward(engine, args),
    affineBackward: (args: AffineBackwardArgs) => affineBackward(engine, args),
  };
  return {
    ...referenceKernels,
    name: "wasm:simd",
    ...now,
    promise: {
      ...referenceKernels.promise,
      recurrentForward: (args, control) =>
        runSlices(recurrentSlices(args, recurrentRows(args, PRODUCTS)), now.recurrentForward, control),
      recurrentBackward: (args, control) => runSlices([args], now.recurrentBackward, control),
      affineForward: (args, control) => {
        const rows = Math.max(1, Math.floor(PRODUCTS / Math.max(1, args.inputs * args.outputs)));
        return runSlices(affineSlices(args, rows), now.affineForward, control);
      },
      affineBackward: (args, control) => runSlices([args], now.affineBackward, control),
      denseNetworkForward: (args, control) => {
        const rows = Math.max(1, Math.floor(DENSE_PRODUCTS / args.weights.length));
        return runSlices(rowSlices(args, "outputs", rows), now.denseNetworkForward, control);
      },
      denseNetworkTrain: (args, control) => {
        const batches = DENSE_PRODUCTS / (3 * args.batch * args.weights.length);
        return runSlices(denseBatchSlices(args, batches), now.denseNetworkTrain, control);
      },
    },
  };
}
