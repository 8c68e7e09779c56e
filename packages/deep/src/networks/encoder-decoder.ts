import { AffineLayer } from "../layers/affine-layer.js";
import type { Compute } from "../layers/compute.js";
import { Dropout } from "../layers/dropout.js";
import { RecurrentLayer } from "../layers/recurrent-layer.js";
import { NO_FLOATS, Scratch } from "../layers/scratch.js";
import { randomOf, type SequencePlan } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";

/**
 * Encoder and decoder with one state: the decoder goes on from where the encoder ended and writes the window backwards, reading
 * what it wrote last. While it learns it reads what it should have written (teacher forcing).
 */
export function encoderDecoder({ cell, activation, cols, steps, units, dropout, seed }: SequencePlan): SequenceNetwork {
  const plan = { cell, activation, inputs: cols, units };
  const encoder = new RecurrentLayer("encoder", plan, randomOf(seed, 0));
  const decoder = new RecurrentLayer("decoder", plan, randomOf(seed, 1));
  const output = new AffineLayer("output", units, cols, randomOf(seed, 2));
  const drop = new Dropout(dropout, seed ?? 0, 0);
  const scratch = new Scratch();
  let windows = 0;

  /** Every step of every window, from the last to the first. */
  const reversed = (name: string, values: Float32Array, count: number) => {
    const out = scratch.floats(name, count * steps * cols);
    for (let r = 0; r < count; r++) {
      for (let t = 0; t < steps; t++) {
        const from = (r * steps + t) * cols;
        out.set(values.subarray(from, from + cols), (r * steps + steps - 1 - t) * cols);
      }
    }
    return out;
  };

  const learn = (compute: Compute, input: Float32Array, count: number, step: number) => {
    const { last } = encoder.forward(compute, input, count, steps, true);
    drop.forward(last, step);
    const backwards = reversed("read", input, count);
    const read = scratch.floats("forced", count * (steps - 1) * cols);
    const states = scratch.floats("states", count * steps * units);
    for (let r = 0; r < count; r++) {
      const from = r * steps * cols;
      read.set(backwards.subarray(from, from + (steps - 1) * cols), r * (steps - 1) * cols);
    }
    const { hidden } = decoder.forward(compute, read, count, steps - 1, true, last);
    for (let r = 0; r < count; r++) {
      states.set(last.subarray(r * units, (r + 1) * units), r * steps * units);
      const from = r * (steps - 1) * units;
      states.set(hidden.subarray(from, from + (steps - 1) * units), (r * steps + 1) * units);
    }
    return reversed("written", output.forward(compute, states, count * steps), count);
  };

  const write = (compute: Compute, input: Float32Array, count: number) => {
    let { last } = encoder.forward(compute, input, count, steps, false);
    const out = scratch.floats("written", count * steps * cols);
    for (let t = steps - 1; t >= 0; t--) {
      const row = output.forward(compute, last.subarray(0, count * units), count);
      for (let r = 0; r < count; r++) out.set(row.subarray(r * cols, (r + 1) * cols), (r * steps + t) * cols);
      if (t > 0) last = decoder.forward(compute, row, count, 1, false, last).last;
    }
    return out;
  };

  return {
    weights: [...encoder.weights, ...decoder.weights, ...output.weights],
    outputs: steps * cols,
    forward(compute, input, count, step) {
      windows = count;
      return step === undefined ? write(compute, input, count) : learn(compute, input, count, step);
    },
    backward(compute, outputGradient) {
      const ofStates = output.backward(compute, reversed("gradient", outputGradient, windows));
      const ofHidden = scratch.floats("ofHidden", windows * (steps - 1) * units);
      for (let r = 0; r < windows; r++) {
        const from = (r * steps + 1) * units;
        ofHidden.set(ofStates.subarray(from, from + (steps - 1) * units), r * (steps - 1) * units);
      }
      const { initial } = decoder.backward(compute, { hidden: ofHidden }, { initial: true });
      for (let r = 0; r < windows; r++) {
        for (let j = 0; j < units; j++) {
          const at = r * units + j;
          initial[at] = (initial[at] as number) + (ofStates[r * steps * units + j] as number);
        }
      }
      drop.backward(initial);
      encoder.backward(compute, { hidden: NO_FLOATS, last: initial });
    },
  };
}
