import { AffineLayer } from "../layers/affine-layer.js";
import { Dropout } from "../layers/dropout.js";
import { RecurrentLayer } from "../layers/recurrent-layer.js";
import { NO_FLOATS, Scratch } from "../layers/scratch.js";
import { randomOf, type SequencePlan } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";

export interface ReaderPlan extends SequencePlan {
  /** Recurrent layers, one on the other. */
  readonly layers: number;
  /** Every layer but the first adds its input to its output, and the forecast begins from the last row of the window. */
  readonly skip: boolean;
  /** Values that come out; with `skip` as many as columns. */
  readonly outputs: number;
}

/** Recurrent layers one on the other, and a read-out of the last state. */
export function recurrentReader(plan: ReaderPlan): SequenceNetwork {
  const { cell, activation, cols, steps, units, dropout, seed, skip, outputs } = plan;
  const layers = Array.from(
    { length: plan.layers },
    (_, k) =>
      new RecurrentLayer(`layer${k}`, { cell, activation, inputs: k === 0 ? cols : units, units }, randomOf(seed, k)),
  );
  const output = new AffineLayer("output", units, outputs, randomOf(seed, plan.layers));
  const drop = new Dropout(dropout, seed ?? 0, 0);
  const scratch = new Scratch();
  let windows = 0;
  return {
    weights: [...layers.flatMap(({ weights }) => weights), ...output.weights],
    outputs,
    forward(compute, input, count, step) {
      windows = count;
      let states = input;
      layers.forEach((layer, k) => {
        const { hidden } = layer.forward(compute, states, count, steps, step !== undefined);
        states = k > 0 && skip ? sum(scratch.floats(`sum${k}`, hidden.length), hidden, states) : hidden;
      });
      const last = scratch.floats("last", count * units);
      for (let r = 0; r < count; r++) {
        const from = ((r + 1) * steps - 1) * units;
        last.set(states.subarray(from, from + units), r * units);
      }
      drop.forward(last, step);
      const out = output.forward(compute, last, count);
      if (skip) addLastRows(out, input, count, steps, cols);
      return out;
    },
    backward(compute, outputGradient) {
      const ofLast = output.backward(compute, outputGradient);
      drop.backward(ofLast);
      let gradient = scratch.floats("gradient", windows * steps * units);
      gradient.fill(0);
      for (let r = 0; r < windows; r++) {
        gradient.set(ofLast.subarray(r * units, (r + 1) * units), ((r + 1) * steps - 1) * units);
      }
      for (let k = layers.length - 1; k >= 0; k--) {
        const { x } = (layers[k] as RecurrentLayer).backward(
          compute,
          { hidden: gradient, last: NO_FLOATS },
          { x: k > 0 },
        );
        if (k > 0) gradient = skip ? sum(scratch.floats(`gradient${k}`, x.length), x, gradient) : x;
      }
    },
  };
}

function sum(out: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
  for (let i = 0; i < out.length; i++) out[i] = (a[i] as number) + (b[i] as number);
  return out;
}

function addLastRows(out: Float32Array, input: Float32Array, count: number, steps: number, cols: number): void {
  for (let r = 0; r < count; r++) {
    const from = ((r + 1) * steps - 1) * cols;
    for (let j = 0; j < cols; j++) {
      out[r * cols + j] = (out[r * cols + j] as number) + (input[from + j] as number);
    }
  }
}
