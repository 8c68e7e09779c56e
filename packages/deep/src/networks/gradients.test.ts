import { Random, referenceKernels } from "@telltale/core";
import { describe, expect, it } from "vitest";
import type { Compute } from "../layers/compute.js";
import { meanLoss } from "../training/loss.js";
import { convolutionalAutoencoder } from "./conv-autoencoder.js";
import { encoderDecoder } from "./encoder-decoder.js";
import { recurrentReader } from "./recurrent-reader.js";
import { sequenceAutoencoder } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";
import { sequenceVae } from "./sequence-vae.js";

const compute: Compute = { kernels: referenceKernels, threads: 1 };
const WINDOWS = 3;
const STEPS = 5;
const COLS = 2;
const plan = { activation: "tanh", cols: COLS, steps: STEPS, units: 4, dropout: 0, seed: 3 } as const;

const NETWORKS: Record<string, SequenceNetwork> = {
  "autoencoder of LSTM": sequenceAutoencoder({ ...plan, cell: "lstm" }),
  "autoencoder of GRU": sequenceAutoencoder({ ...plan, cell: "gru" }),
  "autoencoder with dropped units": sequenceAutoencoder({ ...plan, cell: "rnn", dropout: 0.4 }),
  "encoder and decoder": encoderDecoder({ ...plan, cell: "lstm" }),
  "encoder and decoder of GRU with dropped units": encoderDecoder({ ...plan, cell: "gru", dropout: 0.3 }),
  "variational autoencoder": sequenceVae({ ...plan, cell: "lstm", latent: 3, beta: 2, published: false }),
  "forecaster with skip connections": recurrentReader({ ...plan, cell: "lstm", layers: 3, skip: true, outputs: COLS }),
  "forecaster without": recurrentReader({ ...plan, cell: "rnn", layers: 2, skip: false, outputs: 1 }),
  "convolutional autoencoder": convolutionalAutoencoder({
    ...{ cols: COLS, steps: STEPS, filters: [4, 3], size: 3, dropout: 0, shared: false, seed: 5 },
  }),
  "convolutional autoencoder, published, with dropped units": convolutionalAutoencoder({
    ...{ cols: COLS, steps: STEPS, filters: [5, 4], size: 4, dropout: 0.3, shared: true, seed: 5 },
  }),
  "variational autoencoder, published": sequenceVae({ ...plan, cell: "lstm", latent: 3, beta: 2, published: true }),
};

const random = new Random(9);
const input = Float32Array.from({ length: WINDOWS * STEPS * COLS }, () => random.normal());

describe("gradients that go back through a network are those of its loss", () => {
  it.each(Object.entries(NETWORKS))("%s", (_, network) => {
    const target = Float32Array.from({ length: WINDOWS * network.outputs }, () => random.normal());
    const lossOf = (gradient: Float32Array | undefined) => {
      const output = network.forward(compute, input, WINDOWS, 1);
      return meanLoss("mse", output, target, gradient) + (network.penalty?.() ?? 0);
    };
    const gradient = new Float32Array(target.length);
    lossOf(gradient);
    network.backward(compute, gradient);
    const found = network.weights.map((weight) => weight.gradient.slice());
    network.weights.forEach(({ name, values }, w) => {
      // Along the gradient of this weight, where rounding counts least.
      const direction = found[w] as Float32Array;
      const norm = Math.sqrt(direction.reduce((sum, g) => sum + g * g, 0));
      expect(norm, name).toBeGreaterThan(0);
      const before = values.slice();
      const step = 0.004;
      const at = (sign: number) => {
        values.forEach((_, i) => {
          values[i] = (before[i] as number) + (sign * step * (direction[i] as number)) / norm;
        });
        return lossOf(undefined);
      };
      const slope = (at(1) - at(-1)) / (2 * step);
      values.set(before);
      // A step across the corner of a rectified unit changes the slope a little.
      expect(slope / norm, name).toBeGreaterThan(0.94);
      expect(slope / norm, name).toBeLessThan(1.06);
    });
  });
});

describe("windows do not see each other", () => {
  it.each(Object.entries(NETWORKS))("%s", (_, network) => {
    const whole = network.forward(compute, input, WINDOWS, undefined).slice();
    const alone = network.forward(compute, input.slice(STEPS * COLS, 2 * STEPS * COLS), 1, undefined);
    expect(alone).toEqual(whole.slice(network.outputs, 2 * network.outputs));
  });
});

describe("without learning", () => {
  it("a decoder reads what it wrote, not what it should have written", () => {
    const network = encoderDecoder({ ...plan, cell: "lstm" });
    const taught = network.forward(compute, input, WINDOWS, 0).slice();
    const alone = network.forward(compute, input, WINDOWS, undefined);
    // The row that is written first comes from the code in both cases.
    const last = (STEPS - 1) * COLS;
    expect(alone.slice(last, last + COLS)).toEqual(taught.slice(last, last + COLS));
    expect(alone.slice(0, COLS)).not.toEqual(taught.slice(0, COLS));
  });
});
