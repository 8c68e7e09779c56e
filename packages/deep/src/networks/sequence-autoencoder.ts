import { Random, type RecurrentActivation, type RecurrentCell } from "@telltale/core";
import { AffineLayer } from "../layers/affine-layer.js";
import type { Compute } from "../layers/compute.js";
import { Dropout } from "../layers/dropout.js";
import { RecurrentLayer } from "../layers/recurrent-layer.js";
import { Scratch } from "../layers/scratch.js";
import type { SequenceNetwork } from "./sequence-network.js";

export interface SequencePlan {
  readonly cell: RecurrentCell;
  readonly activation: RecurrentActivation;
  readonly cols: number;
  readonly steps: number;
  readonly units: number;
  readonly dropout: number;
  /** Undefined for a network whose weights are filled in. */
  readonly seed: number | undefined;
}

/**
 * Encoder, code repeated at every step, decoder, read-out: the last state of the encoder is all that the decoder gets.
 */
export function sequenceAutoencoder(plan: SequencePlan): SequenceNetwork {
  const { cell, activation, cols, steps, units, dropout, seed } = plan;
  const encoder = new RecurrentLayer("encoder", { cell, activation, inputs: cols, units }, randomOf(seed, 0));
  const drop = new Dropout(dropout, seed ?? 0, 0);
  const decoder = new RecurrentLayer(
    "decoder",
    { cell, activation, inputs: units, units, repeated: true },
    randomOf(seed, 1),
  );
  const output = new AffineLayer("output", units, cols, randomOf(seed, 2));
  const scratch = new Scratch();
  let windows = 0;
  return {
    weights: [...encoder.weights, ...decoder.weights, ...output.weights],
    outputs: steps * cols,
    forward(compute: Compute, input, count, step) {
      windows = count;
      const { last } = encoder.forward(compute, input, count, steps, step !== undefined);
      const code = last.subarray(0, count * units);
      drop.forward(code, step);
      const { hidden } = decoder.forward(compute, code, count, steps, step !== undefined);
      return output.forward(compute, hidden, count * steps);
    },
    backward(compute, outputGradient) {
      const ofHidden = output.backward(compute, outputGradient);
      const { x: ofCode } = decoder.backward(compute, { hidden: ofHidden }, { x: true });
      drop.backward(ofCode);
      encoder.backward(compute, { last: lastGradient(scratch, cell, ofCode, windows * units) });
    },
  };
}

/** The gradient of a layer's last state, of which only h goes on. */
export function lastGradient(
  scratch: Scratch,
  cell: RecurrentCell,
  ofHidden: Float32Array,
  length: number,
): Float32Array {
  const last = scratch.floats("last", cell === "lstm" ? 2 * length : length);
  last.fill(0);
  last.set(ofHidden.subarray(0, length));
  return last;
}

/** Stream l of the seed for layer l. */
export function randomOf(seed: number | undefined, layer: number): Random | undefined {
  return seed === undefined ? undefined : new Random(seed, layer);
}
