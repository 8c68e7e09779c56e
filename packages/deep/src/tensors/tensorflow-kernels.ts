import {
  type AffineBackwardArgs,
  type AffineForwardArgs,
  type Kernels,
  type RecurrentBackwardArgs,
  type RecurrentForwardArgs,
  type RecurrentLayer,
  recurrentRows,
  recurrentSlices,
  referenceKernels,
  runSlices,
} from "@telltale/core";
import { type Backend, loadBackend, type TensorFlow } from "../backend/backend.js";
import { requireBlockLstm } from "./block-lstm.js";

/** Products between two looks at the abort signal. */
const PRODUCTS = 2 ** 28;

/**
 * Kernels whose layers of networks run on TensorFlow.js; all others are those of plain TypeScript. For where the C++ kernels are not:
 * on tfjs-node LSTM cells are TensorFlow's own operations for a whole sequence, many times faster than plain TypeScript; dense layers
 * and convolutions are matrix products on every backend. Other cells, and `relu`, stay with plain TypeScript.
 *
 * *Numerical contract*: sums are in TensorFlow's order, so results differ from those of other kernels in the last digits, and a
 * training may end elsewhere. `gates` are left as they are by the backward pass.
 *
 * @throws KernelError `KERNEL_UNAVAILABLE` when no backend can be loaded
 * @example
 * ```ts
 * import { useKernels } from "@telltale/core";
 * import { tensorflowKernels } from "@telltale/deep";
 * useKernels(await tensorflowKernels());
 * ```
 */
export async function tensorflowKernels(): Promise<Kernels> {
  return tensorflowKernelsOn(await loadBackend());
}

/** {@link tensorflowKernels} of a backend that is loaded. */
export function tensorflowKernelsOn({ tf, name }: Backend): Kernels {
  const lstm = name === "node" ? requireBlockLstm(tf) : undefined;
  const whole = ({ cell, activation }: RecurrentLayer) => cell === "lstm" && activation === "tanh";
  const recurrentForward = (args: RecurrentForwardArgs) =>
    lstm !== undefined && whole(args) ? lstm.forward(args) : referenceKernels.recurrentForward(args);
  const recurrentBackward = (args: RecurrentBackwardArgs) =>
    lstm !== undefined && whole(args) ? lstm.backward(args) : referenceKernels.recurrentBackward(args);
  const forward = (args: AffineForwardArgs) => affineForward(tf, args);
  const backward = (args: AffineBackwardArgs) => affineBackward(tf, args);
  return {
    ...referenceKernels,
    name: `tensorflow:${name}`,
    recurrentForward,
    recurrentBackward,
    affineForward: forward,
    affineBackward: backward,
    promise: {
      ...referenceKernels.promise,
      recurrentForward: (args, control) =>
        runSlices(recurrentSlices(args, recurrentRows(args, PRODUCTS)), recurrentForward, control),
      recurrentBackward: (args, control) => runSlices([args], recurrentBackward, control),
      affineForward: (args, control) => runSlices([args], forward, control),
      affineBackward: (args, control) => runSlices([args], backward, control),
    },
  };
}

function affineForward(tf: TensorFlow, { rows, inputs, outputs, x, weights, bias, out }: AffineForwardArgs): void {
  if (rows === 0) return;
  tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d(x, [rows, inputs]), tf.tensor2d(weights, [inputs, outputs]));
    out.set(product.add(tf.tensor1d(bias)).dataSync());
  });
}

function affineBackward(tf: TensorFlow, args: AffineBackwardArgs): void {
  const { rows, inputs, outputs, x, weights, outGradient, xGradient, weightGradient, biasGradient } = args;
  if (rows === 0) {
    weightGradient.fill(0);
    biasGradient.fill(0);
    return;
  }
  tf.tidy(() => {
    const gradient = tf.tensor2d(outGradient, [rows, outputs]);
    weightGradient.set(tf.matMul(tf.tensor2d(x, [rows, inputs]), gradient, true, false).dataSync());
    biasGradient.set(gradient.sum(0).dataSync());
    if (xGradient.length === 0) return;
    xGradient.set(tf.matMul(gradient, tf.tensor2d(weights, [inputs, outputs]), false, true).dataSync());
  });
}
