import {
  DENSE_ACTIVATIONS,
  DENSE_KINDS,
  DENSE_LOSSES,
  DENSE_OPTIMIZERS,
  type DenseLayer,
  type DenseNetworkForwardArgs,
  type DenseNetworkTrainArgs,
  denseLayers,
  denseNormalization,
  KernelError,
  packDenseLayers,
  Random,
  referenceKernels,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

const isas = nativeStatus().isas as readonly IsaName[];

interface Problem {
  readonly rows: number;
  readonly cols: number;
  readonly hidden: readonly { readonly units: number; readonly activation: number; readonly kind: number }[];
  readonly output: number;
  readonly loss: number;
  readonly optimizer: number;
  readonly batch: number;
  readonly dropout: number;
  readonly clip: number;
  readonly penalty: number;
  readonly seed: number;
  readonly spread: number;
}

const problem: fc.Arbitrary<Problem> = fc.record({
  rows: fc.integer({ min: 1, max: 150 }),
  cols: fc.integer({ min: 1, max: 11 }),
  hidden: fc.array(
    fc.record({
      units: fc.integer({ min: 1, max: 23 }),
      activation: fc.integer({ min: 0, max: DENSE_ACTIVATIONS.length - 1 }),
      kind: fc.constantFrom(0, 1, 3),
    }),
    { maxLength: 3 },
  ),
  output: fc.integer({ min: 0, max: DENSE_ACTIVATIONS.length - 1 }),
  loss: fc.integer({ min: 0, max: DENSE_LOSSES.length - 1 }),
  optimizer: fc.integer({ min: 0, max: DENSE_OPTIMIZERS.length - 1 }),
  batch: fc.integer({ min: 1, max: 90 }),
  dropout: fc.constantFrom(0, 0.25, 0.5),
  clip: fc.constantFrom(0, 0.1),
  penalty: fc.constantFrom(0, 0.01),
  seed: fc.integer({ min: 0, max: 1000 }),
  spread: fc.constantFrom(1, 30, 1e6, 1e300),
});

/** The layers of a problem, with one of them drawn when `sampled` says where. */
function layersFor(p: Problem, sampled: number): Int32Array {
  const gaussian = DENSE_LOSSES[p.loss] === "gaussian";
  const all = [...p.hidden, { units: p.cols * (gaussian ? 2 : 1), activation: p.output, kind: 0 }];
  let inputs = p.cols;
  return packDenseLayers(
    all.map(({ units, activation, kind }, l) => {
      const drawn = l === sampled && l < all.length - 1;
      const layer = {
        ...{ inputs, units, activation: DENSE_ACTIVATIONS[drawn ? 0 : activation] as DenseLayer["activation"] },
        kind: drawn ? ("sampled" as const) : (DENSE_KINDS[kind] as DenseLayer["kind"]),
      };
      inputs = units;
      return layer;
    }),
  );
}

function dataOf(p: Problem, sampled: number) {
  const random = new Random(p.seed);
  const layers = layersFor(p, sampled);
  const described = denseLayers(layers) as DenseLayer[];
  const room = Float64Array.from({ length: p.rows * p.cols + 1 }, () => random.normal() * p.spread);
  const weights = Float32Array.from({ length: described.at(-1)?.end ?? 0 }, () => 0.5 * random.normal());
  for (const layer of described.filter(({ kind }) => kind === "normalized")) {
    const { variance } = denseNormalization(layer, weights);
    for (let u = 0; u < layer.units; u++) variance[u] = (variance[u] as number) ** 2;
  }
  const drawn = described.find(({ kind }) => kind === "sampled")?.units ?? 0;
  return {
    ...{ x: room.subarray(1), rows: p.rows, cols: p.cols, layers, drawn },
    weights,
    depth: described.length,
    width: described.at(-1)?.sums ?? 0,
    random,
  };
}

function trainArgs(p: Problem, sampled: number): DenseNetworkTrainArgs {
  const { x, rows, cols, layers, drawn, weights, depth, random } = dataOf(p, sampled);
  return {
    ...{ x, rows, cols, layers, weights, loss: p.loss, lossScale: 0.7, klWeight: 0.3, from: 0, to: rows },
    ...{ batch: p.batch, optimizer: p.optimizer, rate: 0.02, beta1: 0.9, beta2: 0.95, epsilon: 1e-7 },
    ...{ l1: p.penalty, l2: p.penalty, clip: p.clip, seed: p.seed, firstStep: 5, threads: 2 },
    dropout: new Float32Array(depth).fill(p.dropout),
    target: p.seed % 3 === 0 ? Float32Array.from({ length: cols }, (_, j) => j) : new Float32Array(0),
    order: Int32Array.from({ length: rows }, () => random.below(rows)),
    noise: Float32Array.from({ length: p.seed % 2 === 0 ? rows * drawn : 0 }, () => random.normal()),
    moments1: new Float32Array(weights.length),
    moments2: new Float32Array(weights.length),
    powers: Float64Array.of(1, 1),
    losses: new Float64Array(1),
  };
}

function forwardArgs(p: Problem, sampled: number, depth: number): DenseNetworkForwardArgs {
  const { x, rows, cols, layers, drawn, weights, random } = dataOf(p, sampled);
  const last = (denseLayers(layers) as DenseLayer[])[depth - 1] as DenseLayer;
  const noise = Float32Array.from({ length: drawn }, () => random.normal());
  const outputs = new Float32Array(rows * (last.kind === "sampled" ? last.sums : last.units));
  return { x, rows, cols, layers, depth, weights, noise, threads: 2, outputs };
}

describe.skipIf(isas.length === 0).each(isas)("dense networks on %s", (isa) => {
  const kernels = kernelsFor({ isa, threads: 2 });

  test("learn the same bits as the reference", () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -1, max: 2 }), (p, sampled) => {
        const expected = trainArgs(p, sampled);
        const found = trainArgs(p, sampled);
        referenceKernels.denseNetworkTrain(expected);
        kernels.denseNetworkTrain(found);
        for (const name of ["losses", "weights", "moments1", "moments2", "powers"] as const) {
          expect(found[name], name).toEqual(expected[name]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("give the same bits as the reference, as far as they are asked for", () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: -1, max: 2 }), fc.nat(3), (p, sampled, at) => {
        const depth = 1 + (at % (p.hidden.length + 1));
        const expected = forwardArgs({ ...p, rows: p.rows * 9 }, sampled, depth);
        const found = forwardArgs({ ...p, rows: p.rows * 9 }, sampled, depth);
        referenceKernels.denseNetworkForward(expected);
        kernels.denseNetworkForward(found);
        expect(found.outputs).toEqual(expected.outputs);
      }),
      { numRuns: 100 },
    );
  });

  test("learn the same as promises, in slices", async () => {
    const p = { ...sample, rows: 4000, batch: 8 };
    const expected = trainArgs(p, -1);
    const found = trainArgs(p, -1);
    kernels.denseNetworkTrain(expected);
    await kernels.promise.denseNetworkTrain(found);
    expect(found.weights).toEqual(expected.weights);
    expect(found.losses).toEqual(expected.losses);
    const rows = forwardArgs(p, -1, 2);
    const again = forwardArgs(p, -1, 2);
    kernels.denseNetworkForward(rows);
    await kernels.promise.denseNetworkForward(again);
    expect(again.outputs).toEqual(rows.outputs);
  });

  test("refuse arrays that do not fit each other", () => {
    const args = trainArgs(sample, -1);
    const wrong: Partial<DenseNetworkTrainArgs>[] = [
      { layers: args.layers.slice(1) },
      { layers: args.layers.map((v, i) => (i === 1 ? v + 1 : v)) },
      { layers: args.layers.map((v, i) => (i === 2 ? 99 : v)) },
      { layers: args.layers.map((v, i) => (i === 1 ? 2 ** 31 - 1 : v)) },
      { weights: args.weights.slice(1) },
      { moments2: args.moments2.slice(1) },
      { order: args.order.slice(1) },
      { order: args.order.map((v, i) => (i === 3 ? args.rows : v)) },
      { order: args.order.map((v, i) => (i === 3 ? -1 : v)) },
      { dropout: args.dropout.slice(1) },
      { dropout: args.dropout.map(() => 1) },
      { target: new Float32Array(args.cols + 1) },
      { loss: 3 },
      { batch: 0 },
    ];
    for (const part of wrong) {
      expect(() => kernels.denseNetworkTrain({ ...trainArgs(sample, -1), ...part }), JSON.stringify(part)).toThrow(
        KernelError,
      );
    }
    const forward = forwardArgs(sample, -1, 2);
    for (const part of [{ depth: 0 }, { depth: 4 }, { outputs: forward.outputs.slice(1) }]) {
      expect(() => kernels.denseNetworkForward({ ...forward, ...part }), JSON.stringify(part)).toThrow(KernelError);
    }
  });
});

const sample: Problem = {
  ...{ rows: 40, cols: 5, output: 0, loss: 0, optimizer: 1, batch: 16, dropout: 0, clip: 0, penalty: 0 },
  ...{ seed: 1, spread: 1, hidden: [{ units: 7, activation: 1, kind: 0 }] },
};
