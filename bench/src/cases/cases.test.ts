import { type Kernels, referenceKernels } from "@telltale/core";
import { expect, test } from "vitest";
import { firstDifference } from "./bits.js";
import { cases } from "./cases.js";

test("every kernel has a case", () => {
  const kernels = Object.keys(referenceKernels).filter((name) => name !== "name" && name !== "promise");
  expect([...new Set(cases.map(({ kernel }) => kernel))].sort()).toEqual(kernels.sort());
});

test("no two cases have the same name", () => {
  const names = cases.map(({ kernel, variant }) => `${kernel}, ${variant}`);
  expect(new Set(names).size).toBe(names.length);
});

/** Kernels that do the reference's work and then change the lowest bit of one output value. */
function offByOneBit(): Kernels {
  const spoil = (values: Float64Array) => {
    const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
    bits[values.length - 1] = (bits[values.length - 1] as bigint) ^ 1n;
  };
  return {
    ...referenceKernels,
    columnMoments: (args) => {
      referenceKernels.columnMoments(args);
      spoil(args.scatter);
    },
    squaredProjections: (args) => {
      referenceKernels.squaredProjections(args);
      spoil(args.norms);
    },
    concentration: (args) => {
      referenceKernels.concentration(args);
      spoil(args.means);
    },
    isolationForestFit: (args) => {
      referenceKernels.isolationForestFit(args);
      spoil(args.value.subarray(0, args.nodeCount[0]));
    },
    isolationForestScore: (args) => {
      referenceKernels.isolationForestScore(args);
      spoil(args.scores);
    },
    isolationForestContributions: (args) => {
      referenceKernels.isolationForestContributions(args);
      spoil(args.contributions);
    },
    oneClassSvmFit: (args) => {
      referenceKernels.oneClassSvmFit(args);
      args.gradient[0] = (args.gradient[0] as number) + 1e-3; // these two are compared within a tolerance
    },
    oneClassSvmScore: (args) => {
      referenceKernels.oneClassSvmScore(args);
      args.scores[0] = (args.scores[0] as number) + 1e-2;
    },
    linearOneClassSvmFit: (args) => {
      referenceKernels.linearOneClassSvmFit(args);
      spoil(args.mean);
    },
    linearOneClassSvmScore: (args) => {
      referenceKernels.linearOneClassSvmScore(args);
      spoil(args.scores);
    },
    nearestIndex: (args) => {
      referenceKernels.nearestIndex(args);
      spoil(args.boxes);
    },
    nearest: (args) => {
      referenceKernels.nearest(args);
      spoil(args.distances.subarray(0, 1 + args.k * (args.self ? (args.order[args.from] as number) : args.from)));
    },
    kmeansSeed: (args) => {
      referenceKernels.kmeansSeed(args);
      spoil(args.centroids);
    },
    kmeansFit: (args) => {
      referenceKernels.kmeansFit(args);
      spoil(args.centroids);
    },
    nearestCentroid: (args) => {
      referenceKernels.nearestCentroid(args);
      spoil(args.distances);
    },
    boostedTreesBin: (args) => {
      referenceKernels.boostedTreesBin(args);
      args.codes[0] = (args.codes[0] as number) ^ 1;
    },
    boostedTreesRound: (args) => {
      referenceKernels.boostedTreesRound(args);
      args.margins[0] = (args.margins[0] as number) * (1 + 2 ** -23);
    },
    boostedTreesPredict: (args) => {
      referenceKernels.boostedTreesPredict(args);
      args.margins[0] = (args.margins[0] as number) * (1 + 2 ** -23);
    },
    treeShap: (args) => {
      referenceKernels.treeShap(args);
      spoil(args.contributions);
    },
    matrixProfile: (args) => {
      referenceKernels.matrixProfile(args);
      spoil(args.best);
    },
    smoteInterpolate: (args) => {
      referenceKernels.smoteInterpolate(args);
      spoil(args.synthetic);
    },
    affineForward: (args) => {
      referenceKernels.affineForward(args);
      args.out[5] = (args.out[5] as number) + 1e-5;
    },
    affineBackward: (args) => {
      referenceKernels.affineBackward(args);
      args.weightGradient[5] = (args.weightGradient[5] as number) * 1.0001;
    },
    recurrentForward: (args) => {
      referenceKernels.recurrentForward(args);
      args.hidden[5] = (args.hidden[5] as number) + 1e-5;
    },
    recurrentBackward: (args) => {
      referenceKernels.recurrentBackward(args);
      args.recurrentGradient[5] = (args.recurrentGradient[5] as number) * 1.0001;
    },
    sortColumns: (args) => {
      referenceKernels.sortColumns(args);
      spoil(args.sorted);
    },
    histogramCount: (args) => {
      referenceKernels.histogramCount(args);
      args.counts[3] = (args.counts[3] as number) + 1;
    },
    histogramScore: (args) => {
      referenceKernels.histogramScore(args);
      spoil(args.scores);
    },
    projectionRange: (args) => {
      referenceKernels.projectionRange(args);
      spoil(args.high);
    },
    projectionHistogram: (args) => {
      referenceKernels.projectionHistogram(args);
      args.counts[3] = (args.counts[3] as number) + 1;
    },
    projectionScore: (args) => {
      referenceKernels.projectionScore(args);
      spoil(args.scores);
    },
    hypersphereScore: (args) => {
      referenceKernels.hypersphereScore(args);
      spoil(args.scores);
    },
    denseNetworkForward: (args) => {
      referenceKernels.denseNetworkForward(args);
      args.outputs[0] = (args.outputs[0] as number) * (1 + 2 ** -23);
    },
    denseNetworkTrain: (args) => {
      referenceKernels.denseNetworkTrain(args);
      args.weights[0] = (args.weights[0] as number) * (1 + 2 ** -23);
    },
    tailScore: (args) => {
      referenceKernels.tailScore(args);
      spoil(args.scores);
    },
  };
}

test.each(cases.map((each) => [`${each.kernel}, ${each.variant}`, each] as const))(
  "%s: the check accepts the reference, and notices one wrong bit",
  (_, each) => {
    const prepared = each.prepare({ rows: 300, cols: 4 }, referenceKernels);
    expect(prepared.work).toBeGreaterThan(0);
    expect(prepared.difference(referenceKernels, 1)).toBeUndefined();
    expect(prepared.difference(offByOneBit(), 1)).toMatch(/^(\w+)\[\d+\]: expected .* found /);
    prepared.run(referenceKernels, 1);
    expect(Number.isFinite(prepared.consume())).toBe(true);
  },
);

test("arrays are compared by their bits", () => {
  expect(firstDifference(Float64Array.of(1, Number.NaN), Float64Array.of(1, Number.NaN))).toBe(-1);
  expect(firstDifference(Float64Array.of(1, 0), Float64Array.of(1, -0))).toBe(1);
  expect(firstDifference(Int32Array.of(1, 2, 3), Int32Array.of(1, 2))).toBe(2);
});
