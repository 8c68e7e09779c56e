import { describe, expect, it } from "vitest";
import { Random } from "../../../random.js";
import {
  DENSE_LOSSES,
  DENSE_OPTIMIZERS,
  type DenseActivation,
  type DenseKind,
  type DenseLayer,
  type DenseNetworkTrainArgs,
  denseBatchSlices,
  denseLayers,
  denseNormalization,
  packDenseLayers,
} from "../../dense-network.js";
import { exp32 } from "./activations.js";
import golden from "./golden.json" with { type: "json" };
import { plainDenseNetwork } from "./index.js";

const { denseNetworkForward, denseNetworkTrain } = plainDenseNetwork;

const { rows, cols, batch, epochs, latent } = golden;
const x = Float64Array.from(golden.data);
const BETAS = { adam: [0.9, 0.999], sgd: [0.9, 0], rmsprop: [0, 0.9] } as const;

function chainOf(plan: readonly (readonly [units: number, activation: string, kind?: DenseKind])[]): Int32Array {
  let inputs = cols;
  return packDenseLayers(
    plan.map(([units, activation, kind = "biased"]) => {
      const layer = { inputs, units, activation: activation as DenseActivation, kind };
      inputs = units;
      return layer;
    }),
  );
}

function argsOf(layers: Int32Array, initial: readonly number[]): DenseNetworkTrainArgs {
  const weights = Float32Array.from(initial);
  return {
    ...{ x, rows, cols, layers, weights, dropout: new Float32Array(layers.length / 4), target: new Float32Array(0) },
    ...{ loss: DENSE_LOSSES.indexOf("squared"), lossScale: 1 / cols, klWeight: 0, noise: new Float32Array(0) },
    ...{ order: Int32Array.from({ length: rows }, (_, i) => i), from: 0, to: rows, batch, threads: 1 },
    ...{ optimizer: DENSE_OPTIMIZERS.indexOf("adam"), rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    ...{ l1: 0, l2: 0, clip: 0, seed: 1, firstStep: 0 },
    moments1: new Float32Array(weights.length),
    moments2: new Float32Array(weights.length),
    powers: Float64Array.of(1, 1),
    losses: new Float64Array(1),
  };
}

function expectNear(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const worst = expected.reduce((most, v, i) => Math.max(most, Math.abs(v - (found[i] as number))), 0);
  expect(worst).toBeLessThan(tolerance);
}

describe("dense networks", () => {
  const autoencoders = golden.cases.filter(({ kind }) => kind === "autoencoder");
  it.each(autoencoders.map((each) => [each.optimizer, each.loss, each] as const))(
    "learn what Keras learns, with %s and %s",
    (name, loss, given) => {
      const optimizer = name as keyof typeof BETAS;
      const units = given.units as number[];
      const layers = chainOf(units.map((n, i) => [n, (given.activations as string[])[i] as string]));
      const args = {
        ...argsOf(layers, given.initial),
        ...{ optimizer: DENSE_OPTIMIZERS.indexOf(optimizer), beta1: BETAS[optimizer][0], beta2: BETAS[optimizer][1] },
        loss: DENSE_LOSSES.indexOf(loss === "mse" ? "squared" : "absolute"),
        ...{ l1: given.l1 as number, l2: given.l2 as number, clip: given.clip as number },
      };
      for (let epoch = 0; epoch < epochs; epoch++) denseNetworkTrain(args);
      expectNear(args.weights, given.weights, 2e-5);
      const outputs = new Float32Array(rows * cols);
      denseNetworkForward({ ...args, depth: 4, noise: new Float32Array(0), outputs });
      expectNear(outputs, given.outputs as number[], 1e-4);
    },
  );

  it.each(golden.cases.filter(({ kind }) => kind === "variational").map((each) => [each.beta, each] as const))(
    "learn what TensorFlow learns of a variational autoencoder, β %d",
    (beta, given) => {
      const layers = chainOf([
        [4, "tanh"],
        [latent, "linear", "sampled"],
        [4, "tanh"],
        [2 * cols, "linear"],
      ]);
      const noise = Float32Array.from(given.noise as number[]);
      const base = { ...argsOf(layers, given.initial), loss: DENSE_LOSSES.indexOf("gaussian"), lossScale: 1 };
      for (let epoch = 0; epoch < epochs; epoch++) {
        const losses = new Float64Array(1);
        const part = noise.subarray(epoch * rows * latent, (epoch + 1) * rows * latent);
        denseNetworkTrain({ ...base, losses, klWeight: beta as number, noise: part });
        expect(losses[0]).toBeCloseTo((given.losses as number[])[epoch] as number, 3);
      }
      expectNear(base.weights, given.weights, 5e-5);
    },
  );

  it.each(
    golden.cases.filter(({ kind }) => kind === "normalized").map((each) => [each.optimizer, each.loss, each] as const),
  )("learn what Keras learns with batch normalization, with %s and %s", (name, loss, given) => {
    const optimizer = name as keyof typeof BETAS;
    const units = given.units as number[];
    const layers = chainOf(
      units.map((n, i) => [n, (given.activations as string[])[i] as string, i < 3 ? "normalized" : "biased"]),
    );
    const learned = given.learned as number;
    const args = {
      ...argsOf(layers, given.initial),
      ...{ optimizer: DENSE_OPTIMIZERS.indexOf(optimizer), beta1: BETAS[optimizer][0], beta2: BETAS[optimizer][1] },
      ...{ loss: DENSE_LOSSES.indexOf(loss === "mse" ? "squared" : "absolute"), to: learned },
      ...{ l2: given.l2 as number, clip: given.clip as number },
    };
    for (let epoch = 0; epoch < epochs; epoch++) {
      const learning = { ...args, losses: new Float64Array(1) };
      denseNetworkTrain(learning);
      const held = { order: args.order.subarray(learned), to: rows - learned, losses: new Float64Array(1) };
      const before = args.weights.slice();
      denseNetworkTrain({ ...args, ...held, optimizer: DENSE_OPTIMIZERS.indexOf("none") });
      expect(args.weights).toEqual(before);
      if (args.l2 > 0) continue; // Keras' losses hold the penalties.
      expect((learning.losses[0] as number) / learned).toBeCloseTo((given.losses as number[])[epoch] as number, 5);
      const validation = (given.validationLosses as number[])[epoch] as number;
      expect((held.losses[0] as number) / held.to).toBeCloseTo(validation, 5);
    }
    // Kernels, β, γ, moving means and moving variances.
    expectNear(args.weights, given.weights, 2e-5);
    const outputs = new Float32Array(rows * cols);
    denseNetworkForward({ ...args, depth: 4, noise: new Float32Array(0), outputs });
    expectNear(outputs, given.outputs as number[], 1e-4);
  });

  it("have the gradients of their loss with batch normalization, those of the moving means and variances being none", () => {
    const layers = chainOf([
      [4, "tanh", "normalized"],
      [3, "sigmoid", "normalized"],
      [cols, "linear"],
    ]);
    const described = denseLayers(layers) as DenseLayer[];
    const random = new Random(3);
    const initial = Array.from({ length: described.at(-1)?.end as number }, () => 0.6 * random.normal());
    const descent = { optimizer: DENSE_OPTIMIZERS.indexOf("sgd"), beta1: 0, batch: rows };
    const lossAt = (weights: readonly number[]) => {
      const args = { ...argsOf(layers, weights), ...descent, rate: 0 };
      denseNetworkTrain(args);
      return (args.losses[0] as number) / rows;
    };
    const step = { ...argsOf(layers, initial), ...descent, rate: 1 };
    const before = step.weights.slice();
    denseNetworkTrain(step);
    for (const [l, layer] of described.entries()) {
      const parts = layer.kind === "normalized" ? 2 : 1;
      for (let at = layer.kernelAt; at < layer.biasAt + parts * layer.units; at++) {
        const gradient = (before[at] as number) - (step.weights[at] as number);
        const shifted = (by: number) => lossAt(Array.from(before, (w, i) => (i === at ? w + by : w)));
        expect((shifted(0.01) - shifted(-0.01)) / 0.02, `layer ${l}, weight ${at}`).toBeCloseTo(gradient, 3);
      }
      if (layer.kind !== "normalized") continue;
      const [old, now] = [denseNormalization(layer, before), denseNormalization(layer, step.weights)];
      // A step of the rate 0 moves them alike: they follow the batch, not a gradient.
      const still = { ...argsOf(layers, initial), ...descent, rate: 0 };
      denseNetworkTrain(still);
      expect(denseNormalization(layer, still.weights)).toMatchObject({ mean: now.mean, variance: now.variance });
      expect(now.mean).not.toEqual(old.mean);
    }
  });

  it("give the same bits in one call as in slices", () => {
    const layers = chainOf([
      [5, "tanh"],
      [cols, "linear"],
    ]);
    const initial = Array.from({ length: 20 + 18 }, (_, i) => Math.sin(i));
    const whole = { ...argsOf(layers, initial), dropout: Float32Array.of(0.4, 0), batch: 2 };
    const cut = { ...argsOf(layers, initial), dropout: Float32Array.of(0.4, 0), batch: 2 };
    denseNetworkTrain(whole);
    const slices = denseBatchSlices(cut, 3);
    expect(slices).toHaveLength(4);
    slices.forEach(denseNetworkTrain);
    expect(cut.weights).toEqual(whole.weights);
    expect(cut.losses).toEqual(whole.losses);
  });

  it("drop the share of units that is asked for, and none when nothing is learned", () => {
    // One hidden layer of ones: the outputs say how many of its units were kept.
    const layers = chainOf([
      [400, "linear"],
      [cols, "linear"],
    ]);
    const initial = new Array(cols * 400 + 400 + 400 * cols + cols).fill(0);
    initial.fill(1, cols * 400, cols * 400 + 400); // biases of the hidden layer
    initial.fill(1 / 400, cols * 400 + 400, cols * 400 + 400 + 400 * cols);
    const base = {
      ...argsOf(layers, initial),
      ...{ dropout: Float32Array.of(0.25, 0), rate: 0, target: new Float32Array(cols) },
    };
    denseNetworkTrain({ ...base, loss: DENSE_LOSSES.indexOf("absolute") });
    // Kept units are multiplied by 4/3, so the mean output stays 1, but it varies.
    const mean = (base.losses[0] as number) / rows;
    expect(mean).toBeGreaterThan(0.95);
    expect(mean).toBeLessThan(1.05);
    expect(mean).not.toBe(1);
    const plain = { ...base, losses: new Float64Array(1), loss: DENSE_LOSSES.indexOf("absolute"), optimizer: 0 };
    denseNetworkTrain(plain);
    expect((plain.losses[0] as number) / rows).toBeCloseTo(1, 5);
  });

  it("describe no network by layers that do not fit", () => {
    const good = chainOf([
      [5, "tanh"],
      [cols, "linear"],
    ]);
    expect(denseLayers(good)?.map(({ end }) => end)).toEqual([20, 38]);
    expect(denseLayers(good.map((v, i) => (i === 3 ? 3 : v)))?.map(({ end }) => end)).toEqual([35, 53]);
    for (const [at, value] of [
      [0, 0],
      [1, 6],
      [2, 9],
      [3, 4],
      [3, -1],
    ] as const) {
      expect(denseLayers(good.map((v, i) => (i === at ? value : v)))).toBeUndefined();
    }
    expect(denseLayers(good.subarray(1))).toBeUndefined();
    expect(denseLayers(new Int32Array(0))).toBeUndefined();
  });
});

describe("exp32", () => {
  it("is within 2 units in the last place, and bounded", () => {
    let worst = 0;
    for (let v = -87; v <= 88; v += 0.0137) {
      const given = Math.fround(v);
      const exact = Math.exp(given);
      worst = Math.max(worst, Math.abs(exp32(given) - exact) / (exact * 2 ** -23));
    }
    expect(worst).toBeLessThan(2);
    expect(exp32(0)).toBe(1);
    expect(exp32(1e9)).toBe(exp32(88));
    expect(exp32(-1e9)).toBe(exp32(-87));
  });
});
