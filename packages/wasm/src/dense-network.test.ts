import {
  DENSE_ACTIVATIONS,
  DENSE_LOSSES,
  DENSE_OPTIMIZERS,
  type DenseKind,
  type DenseLayer,
  type DenseNetworkForwardArgs,
  type DenseNetworkTrainArgs,
  denseLayers,
  denseNormalization,
  KernelError,
  type Kernels,
  packDenseLayers,
  Random,
  referenceKernels,
} from "@telltale/core";
import { checkSame } from "@telltale/core/conformance";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wasmKernels } from "./index.js";

const kernels = wasmKernels() as Kernels;

interface Network {
  readonly rows: number;
  readonly cols: number;
  readonly hidden: readonly (readonly [units: number, activation: number, kind: DenseKind])[];
  readonly batch: number;
  readonly seed: number;
  readonly spread: number;
}

const network: fc.Arbitrary<Network> = fc.record({
  rows: fc.integer({ min: 1, max: 150 }),
  cols: fc.integer({ min: 1, max: 19 }),
  hidden: fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 23 }),
      fc.integer({ min: 0, max: DENSE_ACTIVATIONS.length - 1 }),
      fc.constantFrom("biased" as const, "unbiased" as const, "normalized" as const, "sampled" as const),
    ),
    { maxLength: 3 },
  ),
  batch: fc.integer({ min: 1, max: 90 }),
  seed: fc.nat(1000),
  spread: fc.constantFrom(1, 30, 1e300),
});

/** The layers of a network, of which one at most is drawn. */
function layersOf({ cols, hidden }: Network): Int32Array {
  const drawn = hidden.findIndex(([, , kind]) => kind === "sampled");
  let inputs = cols;
  const layers = hidden.map(([units, activation, kind], l) => {
    const layer = {
      ...{ inputs, units, activation: DENSE_ACTIVATIONS[l === drawn ? 0 : activation] as DenseLayer["activation"] },
      kind: kind === "sampled" && l !== drawn ? ("biased" as const) : kind,
    };
    inputs = units;
    return layer;
  });
  return packDenseLayers([...layers, { inputs, units: cols, activation: "linear", kind: "biased" }]);
}

function argsOf(given: Network): DenseNetworkTrainArgs & Pick<DenseNetworkForwardArgs, "depth" | "outputs"> {
  const { rows, cols, batch, seed, spread } = given;
  const random = new Random(seed);
  const layers = layersOf(given);
  const described = denseLayers(layers) as DenseLayer[];
  const weights = Float32Array.from({ length: described.at(-1)?.end ?? 0 }, () => 0.5 * random.normal());
  for (const layer of described.filter(({ kind }) => kind === "normalized")) {
    const { variance } = denseNormalization(layer, weights);
    for (let u = 0; u < layer.units; u++) variance[u] = (variance[u] as number) ** 2;
  }
  return {
    ...{
      rows,
      cols,
      layers,
      weights,
      lossScale: 0.7,
      klWeight: 0.3,
      from: 0,
      to: rows,
      batch,
      depth: described.length,
    },
    ...{ loss: DENSE_LOSSES.indexOf("squared"), optimizer: seed % DENSE_OPTIMIZERS.length, rate: 0.02 },
    ...{ beta1: 0.9, beta2: 0.95, epsilon: 1e-7, l1: 0, l2: 0.01, clip: 0, seed, firstStep: 5, threads: 1 },
    x: Float64Array.from({ length: rows * cols }, () => random.normal() * spread),
    dropout: new Float32Array(described.length).fill(seed % 2 === 0 ? 0.25 : 0),
    target: new Float32Array(0),
    order: Int32Array.from({ length: rows }, () => random.below(rows)),
    noise: new Float32Array(0),
    moments1: new Float32Array(weights.length),
    moments2: new Float32Array(weights.length),
    powers: Float64Array.of(1, 1),
    losses: new Float64Array(1),
    outputs: new Float32Array(rows * cols),
  };
}

const WIDE: Network = {
  ...{ rows: 300, cols: 40, batch: 128, seed: 1, spread: 1 },
  hidden: [
    [65, 1, "biased"],
    [3, 0, "sampled"],
    [64, 4, "normalized"],
  ],
};

test("dense networks learn and compute the reference's bits", () => {
  const expectSame = (given: Network) => {
    const [expected, found] = [argsOf(given), argsOf(given)];
    for (const [set, args] of [
      [referenceKernels, expected],
      [kernels, found],
    ] as const) {
      set.denseNetworkTrain(args);
      set.denseNetworkForward(args);
    }
    for (const name of ["losses", "weights", "moments1", "moments2", "outputs"] as const) {
      checkSame(found[name], expected[name], name);
    }
  };
  expectSame(WIDE);
  fc.assert(fc.property(network, expectSame), { numRuns: 150 });
});

test("promises give what the calls give", async () => {
  const [now, promised] = [argsOf(WIDE), argsOf(WIDE)];
  kernels.denseNetworkTrain(now);
  kernels.denseNetworkForward(now);
  await kernels.promise.denseNetworkTrain(promised);
  await kernels.promise.denseNetworkForward(promised);
  checkSame(promised.weights, now.weights, "weights");
  checkSame(promised.outputs, now.outputs, "outputs");
});

test.each([
  [{ layers: Int32Array.of(3, 0, 0, 0) }, /layers: expected the description of a network/],
  [{ weights: new Float32Array(5) }, /weights: expected at least \d+ elements; found 5/],
])("refuses %#", (change, message) => {
  const wrong = { ...argsOf(WIDE), ...change };
  for (const call of [() => kernels.denseNetworkTrain(wrong), () => kernels.denseNetworkForward(wrong)]) {
    expect(call).toThrow(KernelError);
    expect(call).toThrow(message);
  }
});
