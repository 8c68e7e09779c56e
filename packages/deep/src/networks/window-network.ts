import { Scratch } from "../layers/scratch.js";
import type { LayerNetwork } from "../training/layer-trainee.js";
import { type LossName, meanLoss } from "../training/loss.js";
import { gatherWindows, type WindowSource } from "../windows/window-source.js";
import type { SequenceNetwork } from "./sequence-network.js";

/** What a network over windows is to learn. */
export interface WindowTask {
  readonly source: WindowSource;
  readonly loss: LossName;
  /** Writes what should come out for some windows; absent: the windows themselves. */
  target?(items: Int32Array, to: Float32Array): void;
  /** How much each window counts; absent: alike. */
  readonly weights?: Float32Array;
}

/** The network with its task: what a training needs. */
export function learningOf(network: SequenceNetwork, { source, loss, target, weights }: WindowTask): LayerNetwork {
  const scratch = new Scratch();
  return {
    weights: network.weights,
    loss(compute, items, step) {
      const input = scratch.floats("input", items.length * source.size * source.x.cols);
      gatherWindows(source, items, input);
      let wanted = input;
      if (target !== undefined) {
        wanted = scratch.floats("target", items.length * network.outputs);
        target(items, wanted);
      }
      const output = network.forward(compute, input, items.length, step);
      const gradient = step === undefined ? undefined : scratch.floats("gradient", output.length);
      const counts = weights === undefined ? undefined : Float32Array.from(items, (item) => weights[item] as number);
      const mean = meanLoss(loss, output, wanted, gradient, counts) + (network.penalty?.() ?? 0);
      if (gradient !== undefined) network.backward(compute, gradient);
      return mean;
    },
  };
}
