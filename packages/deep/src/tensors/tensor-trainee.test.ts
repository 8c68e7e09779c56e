import { promiseRun, Random, referenceKernels, resolveParams, syncRun } from "@telltale/core";
import type { Tensor2D } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backend, loadBackend } from "../backend/backend.js";
import { withBackend } from "../backend/with-backend.js";
import { DenseTrainee, layersOf } from "../dense/dense-trainee.js";
import { packLayers } from "../dense/topology.js";
import { trainingParams } from "../training/settings.js";
import { splitItems, train } from "../training/train.js";
import { type TensorNetwork, TensorTrainee } from "./tensor-trainee.js";

const run = syncRun(referenceKernels);
const ROWS = 70;
const COLS = 3;
const random = new Random(5);
const data = Float64Array.from({ length: ROWS * COLS }, () => random.normal());
const x = { data, rows: ROWS, cols: COLS };
const layers = packLayers(COLS, [
  { units: 5, activation: "tanh" },
  { units: 2, activation: "linear" },
  { units: COLS, activation: "sigmoid" },
]);

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend();
});

/** The network of `layers` in TensorFlow.js' own operations, from the weights of a trainee on the kernels. */
function networkOf(weights: Float32Array): TensorNetwork & { dispose(): void } {
  const { tf } = backend;
  const variables: Record<string, ReturnType<typeof tf.variable>> = {};
  for (const [l, { inputs, sums, kernelAt, biasAt, end }] of layersOf(layers).entries()) {
    tf.tidy(() => {
      variables[`kernel${l}`] = tf.variable(tf.tensor2d(weights.slice(kernelAt, biasAt), [inputs, sums]));
      variables[`bias${l}`] = tf.variable(tf.tensor1d(weights.slice(biasAt, end)));
    });
  }
  const dense = (input: Tensor2D, l: number) =>
    tf.add(
      tf.matMul(input, variables[`kernel${l}`] as unknown as Tensor2D),
      variables[`bias${l}`] as never,
    ) as Tensor2D;
  return {
    variables,
    penalised: ["kernel0", "kernel1", "kernel2"],
    loss(items) {
      const values = Float32Array.from({ length: items.length * COLS }, (_, at) => {
        return data[(items[Math.floor(at / COLS)] as number) * COLS + (at % COLS)] as number;
      });
      const input = tf.tensor2d(values, [items.length, COLS]);
      const output = tf.sigmoid(dense(dense(tf.tanh(dense(input, 0)), 1), 2));
      return tf.mean(tf.square(tf.sub(output, input)));
    },
    dispose() {
      for (const variable of Object.values(variables)) variable.dispose();
    },
  };
}

describe("TensorTrainee", () => {
  it.each(["adam", "sgd", "rmsprop"] as const)("descends as the kernels of dense networks do, with %s", (optimizer) => {
    const given = { epochs: 4, batch: 32, optimizer, rate: 0.01, l1: 0.001, l2: 0.002, clip: 0.05, seed: 3 };
    const settings = resolveParams(trainingParams, given, "test");
    const task = { layers, loss: "squared", lossScale: 1 / COLS, dropout: 0 } as const;
    const dense = new DenseTrainee(x, task, settings);
    const network = networkOf(dense.weights().weights as Float32Array);
    const { tf } = backend;
    const before = tf.memory().numTensors;
    const tensors = new TensorTrainee(tf, network, settings);
    const items = splitItems(ROWS, 0.1);
    const expected = train(dense, items, settings, run) as { losses: Float64Array; validationLosses: Float64Array };
    const found = train(tensors, items, settings, run) as typeof expected;
    for (const curve of ["losses", "validationLosses"] as const) {
      expect(found[curve]).toHaveLength(4);
      found[curve].forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[curve][i] as number, 5);
      });
    }
    const weights = dense.weights().weights as Float32Array;
    const kernel = tensors.weights().kernel0 as Float32Array;
    kernel.forEach((w, i) => {
      expect(w).toBeCloseTo(weights[i] as number, 4);
    });
    tensors.dispose();
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });

  it("goes on from a checkpoint as if it had not been stopped", () => {
    const settings = resolveParams(trainingParams, { epochs: 6, batch: 16, clip: 1 }, "test");
    const first = new DenseTrainee(x, { layers, loss: "squared", lossScale: 1, dropout: 0 }, settings);
    const start = first.weights().weights as Float32Array;
    const make = () => new TensorTrainee(backend.tf, networkOf(start), settings);
    const items = splitItems(ROWS, 0.2);
    const whole = make();
    const kept: Uint8Array[] = [];
    train(whole, items, settings, run, { save: (bytes) => void kept.push(bytes) }, "rows");
    const resumed = make();
    train(resumed, items, settings, run, { resume: kept[2] as Uint8Array }, "rows");
    expect(resumed.weights()).toEqual(whole.weights());
    expect(() => train(make(), items, settings, run, { resume: kept[2] as Uint8Array }, "others")).toThrowError(
      expect.objectContaining({ code: "TRAINING_CHECKPOINT" }),
    );
  });
});

describe("withBackend", () => {
  it("works at once, and later", async () => {
    expect(withBackend(run, ({ name }) => name)).toBe(backend.name);
    expect(await withBackend(promiseRun(referenceKernels), ({ name }) => name)).toBe(backend.name);
  });
});
