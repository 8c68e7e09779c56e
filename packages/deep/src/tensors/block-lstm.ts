import {
  KernelError,
  type RecurrentBackwardArgs,
  type RecurrentForwardArgs,
  type RecurrentLayer,
} from "@telltale/core";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs";
import type { TensorFlow } from "../backend/backend.js";

/** What tfjs-node can do beyond the operations of TensorFlow.js: run any operation of TensorFlow by its name. */
interface NodeBackend {
  executeMultipleOutputs(name: string, attributes: object[], inputs: unknown[], outputs: number): Tensor[];
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_ATTR_FLOAT: number; readonly TF_ATTR_BOOL: number };
}

/** Sequences of LSTM cells by TensorFlow's own operations for a whole sequence, forward and backward. */
export class BlockLstm {
  readonly #tf: TensorFlow;
  readonly #backend: NodeBackend;
  readonly #int64: (value: number) => unknown;

  constructor(tf: TensorFlow) {
    this.#tf = tf;
    this.#backend = tf.backend() as unknown as NodeBackend;
    // The number of steps is a 64-bit integer, which TensorFlow.js has no tensor of.
    // Found at run time, so that this file may be part of a page, where there is no such module and no such backend.
    const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
    const { Int64Scalar } = require("@tensorflow/tfjs-node/dist/int64_tensors.js") as {
      Int64Scalar: new (value: number) => unknown;
    };
    this.#int64 = (value) => new Int64Scalar(value);
  }

  #attributes() {
    const { binding } = this.#backend;
    const type = { name: "T", type: binding.TF_ATTR_TYPE, value: 1 }; // float
    return {
      forward: [
        type,
        { name: "cell_clip", type: binding.TF_ATTR_FLOAT, value: 0 },
        { name: "use_peephole", type: binding.TF_ATTR_BOOL, value: false },
      ],
      backward: [type, { name: "use_peephole", type: binding.TF_ATTR_BOOL, value: false }],
    };
  }

  /** Values of batches, as they are laid out here: rows × steps × width, to steps × rows × width. */
  #timeMajor(values: Float32Array, { rows, steps }: RecurrentLayer, width: number): Tensor3D {
    return this.#tf.tensor3d(values, [rows, steps, width]).transpose<Tensor3D>([1, 0, 2]);
  }

  #inputs(layer: RecurrentLayer): { readonly x: Tensor3D; readonly list: unknown[] } {
    const tf = this.#tf;
    const { rows, steps, inputs, units, initial } = layer;
    const x = layer.repeated
      ? tf.tensor3d(layer.x, [1, rows, inputs]).tile<Tensor3D>([steps, 1, 1])
      : this.#timeMajor(layer.x, layer, inputs);
    const length = rows * units;
    const state = (from: number) =>
      initial.length > 0
        ? tf.tensor2d(initial.slice(from, from + length), [rows, units])
        : (tf.zeros([rows, units]) as Tensor);
    const weights = tf.concat([
      tf.tensor2d(layer.inputWeights, [inputs, 4 * units]),
      tf.tensor2d(layer.recurrentWeights, [units, 4 * units]),
    ]);
    const none = tf.zeros([units]); // peepholes
    const bias = tf.tensor1d(layer.bias);
    return { x, list: [this.#int64(steps), x, state(length), state(0), weights, none, none, none, bias] };
  }

  forward(args: RecurrentForwardArgs): void {
    this.#tf.tidy(() => {
      const { list } = this.#inputs(args);
      const outputs = this.#backend.executeMultipleOutputs("BlockLSTMV2", this.#attributes().forward, list, 7);
      const [i, cs, f, o, ci, , h] = outputs as Tensor3D[] as [
        Tensor3D,
        Tensor3D,
        Tensor3D,
        Tensor3D,
        Tensor3D,
        Tensor3D,
        Tensor3D,
      ];
      const write = (to: Float32Array, tensor: Tensor3D) => {
        if (to.length > 0) to.set(tensor.transpose([1, 0, 2]).dataSync());
      };
      write(args.hidden, h);
      write(args.cells, cs);
      if (args.gates.length > 0) write(args.gates, this.#tf.concat([i, f, ci, o], 2) as Tensor3D);
    });
  }

  backward(args: RecurrentBackwardArgs): void {
    const tf = this.#tf;
    const { rows, steps, inputs, units, hiddenGradient, lastGradient } = args;
    tf.tidy(() => {
      const { x, list } = this.#inputs(args);
      const gates = this.#timeMajor(args.gates, args, 4 * units);
      const [i, f, ci, o] = tf.split(gates, 4, 2) as [Tensor3D, Tensor3D, Tensor3D, Tensor3D];
      const cs = this.#timeMajor(args.cells, args, units);
      const h = this.#timeMajor(args.hidden, args, units);
      const zeros = tf.zeros([steps, rows, units]) as Tensor3D;
      const last = (from: number) => {
        const end = tf.tensor3d(lastGradient.slice(from, from + rows * units), [1, rows, units]);
        return steps === 1 ? end : tf.concat([zeros.slice(0, steps - 1), end]);
      };
      const ofHidden = hiddenGradient.length > 0 ? this.#timeMajor(hiddenGradient, args, units) : zeros;
      const ofCells = lastGradient.length > 0 ? last(rows * units) : zeros;
      const ofStates = lastGradient.length > 0 ? ofHidden.add(last(0)) : ofHidden;
      const found = this.#backend.executeMultipleOutputs(
        "BlockLSTMGradV2",
        this.#attributes().backward,
        [...list, i, cs, f, o, ci, cs.tanh(), h, ofCells, ofStates],
        8,
      );
      const [ofX, ofStart, ofBefore, ofWeights, , , , ofBias] = found as [
        Tensor3D,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ];
      if (args.xGradient.length > 0) {
        const own = args.repeated ? ofX.sum(0) : ofX.transpose([1, 0, 2]);
        args.xGradient.set(own.dataSync());
      }
      const weights = ofWeights.dataSync() as Float32Array;
      args.inputGradient.set(weights.subarray(0, inputs * 4 * units));
      args.recurrentGradient.set(weights.subarray(inputs * 4 * units));
      args.biasGradient.set(ofBias.dataSync());
      if (args.initialGradient.length > 0) {
        args.initialGradient.set(ofBefore.dataSync());
        args.initialGradient.set(ofStart.dataSync(), rows * units);
      }
      x.dispose();
    });
  }
}

/** @throws KernelError `KERNEL_UNAVAILABLE` */
export function requireBlockLstm(tf: TensorFlow): BlockLstm {
  if (typeof (tf.backend() as Partial<NodeBackend>).executeMultipleOutputs === "function") return new BlockLstm(tf);
  throw new KernelError("KERNEL_UNAVAILABLE", "only TensorFlow itself has operations for whole sequences", {
    remedy: "Install it: node packages/deep/scripts/install-tensorflow.mjs",
  });
}
