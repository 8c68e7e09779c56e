import { denseNormalization, matrix, Random, referenceKernels, resolveParams, syncRun } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { autoencoder } from "../detectors/autoencoder/autoencoder.js";
import { vae } from "../detectors/vae/vae.js";
import { trainingParams } from "../training/settings.js";
import { splitItems, train } from "../training/train.js";
import { foldedWeights, withBatchNormalization } from "./batch-normalization.js";
import { outputsAt } from "./dense-state.js";
import { DenseTrainee, layersOf } from "./dense-trainee.js";
import { type LayerPlan, packLayers } from "./topology.js";

const run = syncRun(referenceKernels);
const random = new Random(7);
const ROWS = 150;
/** Columns of unlike means and scales, which batch normalization is for. */
const x = matrix(
  Float64Array.from({ length: ROWS * 4 }, (_, at) => 3 * (at % 4) + (1 + (at % 4)) * random.normal()),
  ROWS,
  4,
);
const plain = packLayers(4, [
  { units: 6, activation: "relu" },
  { units: 2, activation: "linear" },
  { units: 5, activation: "tanh" },
  { units: 4, activation: "linear" },
]);
const small = { hidden: "6,2,6", batch: 16, rate: 0.02, seed: 2, batchNormalization: true };

describe("batch normalization", () => {
  it("is in every hidden layer but the code, and in no other", () => {
    const kinds = layersOf(withBatchNormalization(plain, 2)).map(({ kind }) => kind);
    expect(kinds).toEqual(["normalized", "biased", "normalized", "biased"]);
    const kindsOf = (...plan: NonNullable<LayerPlan["kind"]>[]) => {
      const layers = plan.map((kind) => ({ units: 4, activation: "tanh" as const, kind }));
      return layersOf(withBatchNormalization(packLayers(4, layers), 2)).map(({ kind }) => kind);
    };
    expect(kindsOf("biased", "biased")).toEqual(["normalized", "biased"]);
    expect(kindsOf("biased", "biased", "biased")).toEqual(["biased", "normalized", "biased"]);
    expect(kindsOf("biased", "sampled", "biased", "biased")).toEqual(["normalized", "sampled", "normalized", "biased"]);
    expect(kindsOf("unbiased", "unbiased")).toEqual(["unbiased", "unbiased"]);
  });

  it("goes into kernels and biases: the network without it gives the same", () => {
    const layers = withBatchNormalization(plain, 16);
    const settings = resolveParams(trainingParams, { epochs: 8, batch: 16, rate: 0.02 }, "test");
    const trainee = new DenseTrainee(x, { layers, loss: "squared", lossScale: 0.25, dropout: 0 }, settings);
    train(trainee, splitItems(ROWS, 0), settings, run);
    const weights = trainee.weights().weights as Float32Array;
    const outputs = (state: { layers: Int32Array; weights: Float32Array }) =>
      outputsAt(state, x, 4, run) as Float32Array;
    const expected = outputs({ layers, weights });
    const found = outputs({ layers: plain, weights: foldedWeights(layers, weights) });
    found.forEach((v, i) => {
      expect(Math.abs(v - (expected[i] as number))).toBeLessThan(2e-5);
    });
    // All four parts have moved away from where they began: none is folded for nothing.
    const [first] = layersOf(layers);
    const parts = denseNormalization(first as NonNullable<typeof first>, weights);
    for (const [part, begin] of [
      ["shift", 0],
      ["scale", 1],
      ["mean", 0],
      ["variance", 1],
    ] as const) {
      for (const v of parts[part]) expect(Math.abs(v - begin), part).toBeGreaterThan(1e-4);
    }
  });

  it("leaves no trace in the model but in its weights", () => {
    for (const make of [autoencoder, vae]) {
      const given = { ...small, epochs: 3 };
      const [on, off] = [make(given).fitSync(x).state, make({ ...given, batchNormalization: false }).fitSync(x).state];
      expect(on.layers).toEqual(off.layers);
      expect(on.weights).toHaveLength(off.weights.length);
      expect(on.weights).not.toEqual(off.weights);
    }
  });

  it("keeps the moving means and variances of the best epoch, too", () => {
    const given = { ...small, validation: 0.3 };
    const { state } = autoencoder({ ...given, epochs: 100, patience: 3 }).fitSync(x);
    expect(state.keptEpoch).toBeGreaterThan(1);
    expect(state.keptEpoch).toBe(state.losses.length - 3);
    const last = autoencoder({ ...given, epochs: state.keptEpoch, restoreBest: false }).fitSync(x);
    expect(state.weights).toEqual(last.state.weights);
  });

  it("tells validation losses by the moving means and variances: those of the model that is kept", () => {
    const model = autoencoder({ ...small, epochs: 6, validation: 0.2, restoreBest: false }).fitSync(x);
    const scores = model.scoreSync(x).subarray(0.8 * ROWS);
    const mean = scores.reduce((sum, v) => sum + v, 0) / scores.length;
    expect(model.state.validationLosses.at(-1)).toBeCloseTo(mean, 4);
  });

  it("goes on from a checkpoint to the same bytes", async () => {
    for (const make of [autoencoder, vae]) {
      const detector = make({ ...small, epochs: 5, dropout: 0.2, validation: 0.3 });
      const kept: Uint8Array[] = [];
      const whole = await detector.fit(x, { checkpoints: { save: (bytes) => void kept.push(bytes) } });
      for (const resume of kept) {
        expect((await detector.fit(x, { checkpoints: { resume } })).save()).toEqual(whole.save());
      }
    }
  });

  it("refuses batches of one row, and what is neither on nor off", () => {
    for (const make of [autoencoder, vae]) {
      expect(() => make({ batch: 1, batchNormalization: true }).fitSync(x)).toThrow(
        expect.objectContaining({ code: "PARAM_RANGE", message: expect.stringMatching(/batches of 2 rows/) }),
      );
      expect(() => make({ batchNormalization: "perhaps" as never })).toThrow(
        expect.objectContaining({ code: "PARAM_TYPE" }),
      );
      expect(make({ batch: 1, epochs: 1 }).fitSync(x).cols).toBe(4);
    }
  });
});
