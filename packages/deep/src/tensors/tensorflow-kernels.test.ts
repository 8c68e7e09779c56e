import {
  fromRows,
  type Kernels,
  Random,
  RECURRENT_KEPT,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
  referenceKernels,
} from "@telltale/core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backend, loadBackend, useTensorFlow } from "../backend/backend.js";
import { convAutoencoder } from "../detectors/conv-autoencoder/conv-autoencoder.js";
import { lstmAutoencoder } from "../detectors/lstm-autoencoder/lstm-autoencoder.js";
import { tensorflowKernels } from "./tensorflow-kernels.js";

let backend: Backend;
let kernels: Kernels;
beforeAll(async () => {
  backend = await loadBackend();
  kernels = await tensorflowKernels();
  if (backend.name !== "node") console.log(`LSTM cells stay with plain TypeScript: the backend is ${backend.name}`);
});

const [rows, steps, inputs, units] = [3, 5, 4, 6];

function passes(cell: RecurrentCell, repeated: boolean, started: boolean) {
  const random = new Random(2);
  const normals = (length: number) => Float32Array.from({ length }, () => random.normal() / 2);
  const width = (cell === "lstm" ? 4 : cell === "gru" ? 3 : 1) * units;
  const states = rows * units * (cell === "lstm" ? 2 : 1);
  const given = {
    ...{ cell, activation: "tanh" as const, rows, steps, inputs, units, repeated, threads: 1 },
    ...{ x: normals(rows * (repeated ? 1 : steps) * inputs), inputWeights: normals(inputs * width) },
    ...{ recurrentWeights: normals(units * width), bias: normals(width * (cell === "gru" ? 2 : 1)) },
    initial: normals(started ? states : 0),
  };
  const gradients = { hiddenGradient: normals(rows * steps * units), lastGradient: normals(states) };
  return (on: Kernels) => {
    const forward: RecurrentForwardArgs = {
      ...given,
      hidden: new Float32Array(rows * steps * units),
      cells: new Float32Array(cell === "lstm" ? rows * steps * units : 0),
      gates: new Float32Array(rows * steps * units * RECURRENT_KEPT[cell]),
    };
    on.recurrentForward(forward);
    const backward: RecurrentBackwardArgs = {
      ...{ ...forward, ...gradients },
      xGradient: new Float32Array(given.x.length),
      inputGradient: new Float32Array(given.inputWeights.length),
      recurrentGradient: new Float32Array(given.recurrentWeights.length),
      biasGradient: new Float32Array(given.bias.length),
      initialGradient: new Float32Array(given.initial.length),
    };
    const { hidden } = forward;
    on.recurrentBackward(backward);
    const { xGradient, inputGradient, recurrentGradient, biasGradient, initialGradient } = backward;
    return { hidden, xGradient, inputGradient, recurrentGradient, biasGradient, initialGradient };
  };
}

describe("layers on TensorFlow.js are those of plain TypeScript, but for the last digits", () => {
  it.each(["lstm", "gru", "rnn"] as const)("%s", (cell) => {
    for (const repeated of [false, true]) {
      for (const started of [false, true]) {
        const pass = passes(cell, repeated, started);
        const before = backend.tf.memory().numTensors;
        const [found, expected] = [pass(kernels), pass(referenceKernels)];
        expect(backend.tf.memory().numTensors).toBe(before);
        for (const [name, values] of Object.entries(expected)) {
          const other = found[name as "hidden"];
          expect(other).toHaveLength(values.length);
          values.forEach((value, i) => {
            expect(other[i], `${name} ${i}`).toBeCloseTo(value, 4);
          });
        }
      }
    }
  });
});

describe("detectors on TensorFlow.js", () => {
  const triangle = (t: number, period: number) => Math.abs((((4 * t) / period) % 4) - 2) - 1;
  const x = fromRows(Array.from({ length: 90 }, (_, t) => [triangle(t, 12), triangle(t + 3, 12)]));

  it("learn and score about as elsewhere, the same each time, and leave no tensor behind", async () => {
    const settings = { window: 6, epochs: 3, batch: 32, rate: 0.01 };
    for (const detector of [
      lstmAutoencoder({ ...settings, units: 5 }),
      convAutoencoder({ ...settings, filters: "4,3", kernel: 3 }),
    ]) {
      const before = backend.tf.memory().numTensors;
      const model = await detector.fit(x, { kernels });
      const scores = await model.score(x, { kernels });
      expect(backend.tf.memory().numTensors).toBe(before);
      expect((await detector.fit(x, { kernels })).save()).toEqual(model.save());
      const elsewhere = detector.fitSync(x, { kernels: referenceKernels }).scoreSync(x, { kernels: referenceKernels });
      scores.forEach((score, i) => {
        expect(score).toBeCloseTo(elsewhere[i] as number, 2);
      });
    }
  });

  it("train on it when it is asked for, and score on the kernels", async () => {
    const detector = lstmAutoencoder({ window: 6, units: 5, epochs: 2, batch: 32 });
    const plain = await detector.fit(x, { kernels: referenceKernels });
    useTensorFlow();
    try {
      const model = await detector.fit(x, { kernels: referenceKernels });
      expect(detector.fitSync(x, { kernels: referenceKernels }).save()).toEqual(model.save());
      expect(model.state.losses[1]).toBeCloseTo(plain.state.losses[1] as number, 4);
      if (backend.name === "node") expect(model.save()).not.toEqual(plain.save());
    } finally {
      useTensorFlow(false);
    }
  });
});
