import type { Compute } from "../layers/compute.js";
import type { Weight } from "../layers/weight.js";

/** A network over windows, as its training and its detector see it. */
export interface SequenceNetwork {
  readonly weights: readonly Weight[];
  /** Values that come out for a window. */
  readonly outputs: number;
  /**
   * @param input  windows × steps × cols
   * @param step  of the training, when it is learned from; undefined drops nothing, draws nothing, and keeps nothing
   * @returns windows × outputs; valid until the next call
   */
  forward(compute: Compute, input: Float32Array, windows: number, step: number | undefined): Float32Array;
  /** Fills the gradients of all weights, from that of the outputs of the last `forward` with a step. */
  backward(compute: Compute, outputGradient: Float32Array): void;
  /** What the last `forward` adds to the mean loss of its windows beside the error of the outputs. */
  penalty?(): number;
}
