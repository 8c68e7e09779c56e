import { type Matrix, matrix, oneClassSvm, referenceKernels, rowRange } from "@telltale/core";
import { plantedData } from "../data/generators.js";
import { capturedArguments } from "./captured.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 517;
/** Tolerance at which solutions are compared; those that are timed keep the default. */
const CHECKED_TOLERANCE = 1e-9;
/** Rows that the machines of the scoring cases are fitted on: a tenth of them are support vectors. */
const TRAINING_ROWS = 4_000;
const CHECKED_STEPS = 3;

const SHAPES = [
  { rows: 5_000, cols: 8 },
  { rows: 20_000, cols: 32 },
];
const SMOKE = [{ rows: 800, cols: 8 }];
const MANY = [
  { rows: 100_000, cols: 8 },
  { rows: 100_000, cols: 32 },
];

function data({ rows, cols }: Shape, seed: number): Matrix {
  return matrix(plantedData("gaussian", rows, cols, seed).x, rows, cols);
}

/** The solver from its starting point, without the gradient that it starts from. */
const fitCase: KernelCase = kernelCase({
  kernel: "oneClassSvmFit",
  variant: "rbf, nu 0.1",
  unit: "rows",
  shapes: SHAPES,
  smokeShapes: SMOKE,
  outputs: ["gradient"],
  continued: ["alpha", "gradient", "status"],
  tolerance: () => 1e-6,
  prepare(shape) {
    const x = data(shape, 2);
    const argumentsFor = (part: Matrix, tolerance: number) => {
      const machine = oneClassSvm({ solver: "exact", tolerance });
      return startOf((kernels) => machine.fitSync(part, { kernels }));
    };
    const slice = argumentsFor(rowRange(x, 0, Math.min(x.rows, CHECKED_ROWS)), CHECKED_TOLERANCE);
    return { work: x.rows, args: argumentsFor(x, 1e-3), slice };
  },
});

/** The arguments of the solver as the detector passes them, before anything is solved. */
function startOf(use: Parameters<typeof capturedArguments>[1]) {
  let begun: { alpha: Float64Array; gradient: Float64Array; status: Float64Array } | undefined;
  const args = capturedArguments("oneClassSvmFit", (kernels) =>
    use({
      ...kernels,
      oneClassSvmFit(given) {
        begun = { alpha: given.alpha.slice(), gradient: given.gradient.slice(), status: given.status.slice() };
        kernels.oneClassSvmFit({ ...given, maxIterations: 1 });
      },
    }),
  );
  if (begun === undefined) throw new Error("the detector did not call the solver");
  return { ...args, maxIterations: 1e7, ...begun };
}

function scoreCase(precision: "float64" | "float32"): KernelCase {
  return kernelCase({
    kernel: "oneClassSvmScore",
    variant: `rbf, 400 vectors and more, ${precision}`,
    unit: "rows",
    shapes: MANY,
    smokeShapes: SMOKE,
    outputs: ["scores"],
    tolerance: ({ coefficients }) => (precision === "float64" ? 1e-12 : 1e-5) * coefficients.reduce((a, b) => a + b),
    prepare(shape) {
      const train = data({ rows: Math.min(TRAINING_ROWS, 5 * shape.rows), cols: shape.cols }, 1);
      const model = oneClassSvm({ solver: "exact", precision }).fitSync(train, { kernels: referenceKernels });
      const x = data(shape, 2);
      const slice = capturedArguments("oneClassSvmScore", (kernels) =>
        model.scoreSync(rowRange(x, 0, Math.min(x.rows, CHECKED_ROWS)), { kernels }),
      );
      return { work: x.rows, args: { ...slice, x: x.data, rows: x.rows, scores: new Float64Array(x.rows) }, slice };
    },
  });
}

const linearFitCase: KernelCase = kernelCase({
  kernel: "linearOneClassSvmFit",
  variant: "256 Fourier features",
  unit: "rows",
  shapes: MANY,
  smokeShapes: SMOKE,
  outputs: ["weights", "mean"],
  continued: ["weights", "mean"],
  prepare(shape) {
    const x = data(shape, 2);
    const args = capturedArguments("linearOneClassSvmFit", (kernels) =>
      oneClassSvm({ solver: "sgd" }).fitSync(x, {
        kernels: {
          ...kernels,
          linearOneClassSvmFit: (given) => kernels.linearOneClassSvmFit({ ...given, steps: 1 }),
        },
      }),
    );
    const steps = Math.max(1, Math.floor(x.rows / args.batch));
    const fresh = () => ({ weights: new Float64Array(args.weights.length), mean: new Float64Array(args.mean.length) });
    return {
      work: steps * args.batch,
      args: { ...args, ...fresh(), steps },
      slice: { ...args, ...fresh(), steps: CHECKED_STEPS },
    };
  },
});

const linearScoreCase: KernelCase = kernelCase({
  kernel: "linearOneClassSvmScore",
  variant: "256 Fourier features",
  unit: "rows",
  shapes: MANY,
  smokeShapes: SMOKE,
  outputs: ["scores"],
  prepare(shape) {
    const x = data(shape, 2);
    const quick = {
      ...referenceKernels,
      linearOneClassSvmFit: (given: Parameters<typeof referenceKernels.linearOneClassSvmFit>[0]) =>
        referenceKernels.linearOneClassSvmFit({ ...given, steps: CHECKED_STEPS }),
    };
    const model = oneClassSvm({ solver: "sgd" }).fitSync(rowRange(x, 0, Math.min(x.rows, TRAINING_ROWS)), {
      kernels: quick,
    });
    const slice = capturedArguments("linearOneClassSvmScore", (kernels) =>
      model.scoreSync(rowRange(x, 0, Math.min(x.rows, CHECKED_ROWS)), { kernels }),
    );
    return { work: x.rows, args: { ...slice, x: x.data, rows: x.rows, scores: new Float64Array(x.rows) }, slice };
  },
});

export const oneClassSvmCases: readonly KernelCase[] = [
  fitCase,
  scoreCase("float64"),
  scoreCase("float32"),
  linearFitCase,
  linearScoreCase,
];
