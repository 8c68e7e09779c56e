import {
  fairCutForest,
  isolationForest,
  type Matrix,
  matrix,
  referenceKernels,
  rowRange,
  sciForest,
} from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 4_639;
const CHECKED_TREES = 7;

/** Rows that the forests of the scoring cases are fitted on. */
const TRAINING_ROWS = 10_000;

interface ForestKind {
  readonly variant: string;
  readonly ndim: number;
  readonly distribution: "gaussian" | "heavy-tailed";
}

const AXIS: ForestKind = { variant: "axis-parallel", ndim: 1, distribution: "gaussian" };
const HEAVY: ForestKind = { variant: "axis-parallel, heavy-tailed", ndim: 1, distribution: "heavy-tailed" };
const EXTENDED: ForestKind = { variant: "extended, ndim 3", ndim: 3, distribution: "gaussian" };

const WIDE = [
  { rows: 100_000, cols: 8 },
  { rows: 100_000, cols: 32 },
];
const SMOKE = [{ rows: 5_000, cols: 8 }];
const SMOKE_WIDE = [{ rows: 5_000, cols: 32 }];
/** What a stream scores at a time. */
const STREAMED = [
  { rows: 1, cols: 8 },
  { rows: 100, cols: 8 },
];

function data(kind: ForestKind, { rows, cols }: Shape, seed: number): Matrix {
  return matrix(plantedData(kind.distribution, rows, cols, seed).x, rows, cols);
}

function fitted(kind: ForestKind, cols: number) {
  const train = data(kind, { rows: TRAINING_ROWS, cols }, 1);
  return isolationForest({ ndim: kind.ndim, seed: 7 }).fitSync(train, { kernels: referenceKernels });
}

/** Forests whose splits are chosen by gain. */
const BY_GAIN = [
  { variant: "averaged gain of ten hyperplanes, ndim 2", detector: sciForest({ trees: 50, seed: 7 }) },
  { variant: "pooled gain, ndim 2", detector: fairCutForest({ trees: 50, seed: 7 }) },
  {
    variant: "a quarter pooled gain, densities",
    detector: isolationForest({ pooledGain: 0.25, scoring: "density", seed: 7 }),
  },
];

function gainCase({ variant, detector }: (typeof BY_GAIN)[number]): KernelCase {
  return kernelCase({
    kernel: "isolationForestFit",
    variant,
    unit: "trees",
    shapes: [{ rows: 10_000, cols: 8 }],
    smokeShapes: [{ rows: 1_000, cols: 8 }],
    outputs: ["nodeCount", "right", "value", "count", "missingLeft", "features", "coefficients"],
    prepare(shape) {
      const x = data(AXIS, shape, 2);
      const args = capturedArguments("isolationForestFit", (kernels) => detector.fitSync(x, { kernels }));
      return { work: args.trees, args, slice: { ...args, trees: 2, firstTree: 3 } };
    },
  });
}

function fitCase(kind: ForestKind): KernelCase {
  return kernelCase({
    kernel: "isolationForestFit",
    variant: kind.variant,
    unit: "trees",
    shapes: [...WIDE, { rows: 1_000_000, cols: 8 }],
    smokeShapes: SMOKE,
    outputs: ["nodeCount", "right", "value", "count", "missingLeft", "features", "coefficients"],
    prepare(shape) {
      const x = data(kind, shape, 2);
      const detector = isolationForest({ ndim: kind.ndim, seed: 7 });
      const args = capturedArguments("isolationForestFit", (kernels) => detector.fitSync(x, { kernels }));
      return { work: args.trees, args, slice: { ...args, trees: CHECKED_TREES, firstTree: 3 } };
    },
  });
}

function scoreCase(kind: ForestKind, shapes: readonly Shape[], smokeShapes: readonly Shape[]): KernelCase {
  return kernelCase({
    kernel: "isolationForestScore",
    variant: kind.variant,
    unit: "rows",
    shapes,
    smokeShapes,
    outputs: ["scores"],
    prepare(shape) {
      const model = fitted(kind, shape.cols);
      const x = data(kind, shape, 2);
      const argumentsFor = (part: Matrix) =>
        capturedArguments("isolationForestScore", (kernels) => model.scoreSync(part, { kernels }));
      const slice = argumentsFor(rowRange(x, 0, Math.min(x.rows, CHECKED_ROWS)));
      const scores = new Float64Array(x.rows);
      return { work: x.rows, args: { ...slice, x: x.data, rows: x.rows, scores }, slice };
    },
  });
}

function contributionsCase(kind: ForestKind): KernelCase {
  return kernelCase({
    kernel: "isolationForestContributions",
    variant: kind.variant,
    unit: "rows",
    shapes: [
      { rows: 20_000, cols: 8 },
      { rows: 20_000, cols: 32 },
    ],
    smokeShapes: [{ rows: 1_000, cols: 8 }],
    outputs: ["contributions"],
    prepare(shape) {
      const model = fitted(kind, shape.cols);
      const x = data(kind, shape, 2);
      const slice = capturedArguments("isolationForestContributions", (kernels) =>
        model.contributionsSync(rowRange(x, 0, Math.min(x.rows, CHECKED_ROWS)), { kernels }),
      );
      const contributions = new Float64Array(x.rows * x.cols);
      return { work: x.rows, args: { ...slice, x: x.data, rows: x.rows, contributions }, slice };
    },
  });
}

export const isolationForestCases: readonly KernelCase[] = [
  fitCase(AXIS),
  fitCase(EXTENDED),
  ...BY_GAIN.map(gainCase),
  scoreCase(AXIS, [...WIDE, ...STREAMED], [...SMOKE, ...SMOKE_WIDE, ...STREAMED]),
  scoreCase(HEAVY, WIDE, SMOKE_WIDE),
  scoreCase(EXTENDED, WIDE, SMOKE),
  contributionsCase(AXIS),
  contributionsCase(EXTENDED),
];
