import { ConvolutionLayer } from "../layers/convolution-layer.js";
import { Dropout } from "../layers/dropout.js";
import { Scratch } from "../layers/scratch.js";
import { randomOf } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";

export interface ConvolutionalPlan {
  readonly cols: number;
  readonly steps: number;
  /** Filters of the layers of the encoder, each of which halves the steps. */
  readonly filters: readonly number[];
  /** Steps that a filter looks at. */
  readonly size: number;
  readonly dropout: number;
  /** One curve is written for all columns, as the published network does. */
  readonly shared: boolean;
  readonly seed: number | undefined;
}

const STRIDE = 2;

/** Convolutions that halve the steps, transposed ones that double them again, and one that writes the columns. */
export function convolutionalAutoencoder(plan: ConvolutionalPlan): SequenceNetwork {
  const { cols, steps, filters, size, dropout, shared, seed } = plan;
  const layers: ConvolutionLayer[] = [];
  const lengths = [steps, ...filters.map((_, i) => Math.ceil(steps / STRIDE ** (i + 1)))];
  const add = (
    name: string,
    from: number,
    to: number,
    inputs: number,
    count: number,
    transposed: boolean,
    relu = true,
  ) => {
    const stride = from === to && !relu ? 1 : STRIDE;
    const layer = { stepsIn: from, stepsOut: to, inputs, filters: count, size, stride, transposed, relu };
    layers.push(new ConvolutionLayer(name, layer, randomOf(seed, layers.length)));
  };
  filters.forEach((count, i) => {
    add(`encoder${i}`, lengths[i] as number, lengths[i + 1] as number, filters[i - 1] ?? cols, count, false);
  });
  const last = filters.length - 1;
  for (let i = last; i >= 0; i--) {
    const inputs = filters[Math.min(i + 1, last)] as number;
    add(`decoder${last - i}`, lengths[i + 1] as number, lengths[i] as number, inputs, filters[i] as number, true);
  }
  const written = shared ? 1 : cols;
  add("output", steps, steps, filters[0] as number, written, true, false);
  // Half-way into each half, as published: behind the first layer of the encoder and of the decoder.
  const drops = new Map([0, filters.length].map((l, i) => [l, new Dropout(dropout, seed ?? 0, i)] as const));
  const scratch = new Scratch();
  return {
    weights: layers.flatMap(({ weights }) => weights),
    outputs: steps * cols,
    forward(compute, input, windows, step) {
      let values = input;
      layers.forEach((layer, l) => {
        values = layer.forward(compute, values, windows);
        drops.get(l)?.forward(values, step);
      });
      return shared ? spread(values, cols, scratch.floats("spread", values.length * cols)) : values;
    },
    backward(compute, outputGradient) {
      const own = scratch.floats("own", outputGradient.length / (shared ? cols : 1));
      if (shared) gathered(outputGradient, cols, own);
      else own.set(outputGradient);
      let gradient = own;
      for (let l = layers.length - 1; l >= 0; l--) {
        drops.get(l)?.backward(gradient);
        gradient = (layers[l] as ConvolutionLayer).backward(compute, gradient);
      }
    },
  };
}

function spread(values: Float32Array, cols: number, out: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) out.fill(values[i] as number, i * cols, (i + 1) * cols);
  return out;
}

function gathered(gradient: Float32Array, cols: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += gradient[i * cols + j] as number;
    out[i] = sum;
  }
}
