import { type KmeansFitArgs, type KmeansSeedArgs, type NearestCentroidArgs, referenceKernels } from "@telltale/core";
import { gaussian, type Rows, SHAPES, SMOKE, slice } from "./gaussian-rows.js";
import { type KernelCase, kernelCase, type Shape } from "./kernel-case.js";

const CENTROIDS = 16;
const ITERATIONS = 20;

/** The same with centroids that lie apart, so that most rows soon stay where they are. */
function clustered(shape: Shape): Rows {
  const { x, rows, cols } = gaussian(shape);
  const shifted = x.map((v, at) => v + 2.5 * (((Math.floor(at / cols) % CENTROIDS) >> ((at % cols) % 4)) % 2));
  return { x: shifted, rows, cols };
}

function seedArgs(given: Rows): KmeansSeedArgs {
  return {
    ...given,
    ...{ trials: 4, seed: 7, stream: 0, from: 0, to: CENTROIDS, threads: 1 },
    centroids: new Float64Array(CENTROIDS * given.cols),
    nearest: new Float64Array(given.rows),
    found: new Int32Array(1),
  };
}

/** From the first rows, for so many iterations whatever happens. */
function fitArgs(given: Rows): KmeansFitArgs {
  return {
    ...given,
    ...{ k: CENTROIDS, tolerance: 0, maxIterations: ITERATIONS, roundIterations: ITERATIONS, threads: 1 },
    centroids: given.x.slice(0, CENTROIDS * given.cols),
    labels: new Int32Array(given.rows).fill(-1),
    status: new Float64Array(4),
  };
}

function nearestArgs(given: Rows, centroids: Float64Array): NearestCentroidArgs {
  const outputs = { labels: new Int32Array(given.rows), distances: new Float64Array(given.rows) };
  return { ...given, centroids, k: CENTROIDS, threads: 1, ...outputs };
}

function fitCase(variant: string, make: (shape: Shape) => Rows): KernelCase {
  return kernelCase({
    kernel: "kmeansFit",
    variant,
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["centroids", "labels", "status"],
    continued: ["centroids", "labels", "status"],
    prepare(shape) {
      const given = make(shape);
      return { work: given.rows, args: fitArgs(given), slice: fitArgs(slice(given)) };
    },
  });
}

/**
 * Scoring is bound by float32 multiply-adds: on a core that does one register of 16 a cycle, 16 columns and the error bound
 * make 17 of them for 16 rows and a centroid, and finding the two least scores adds a third. Memory is next: 64 bytes a
 * row and iteration for the float copy; the doubles are read again for rows alone that change their centroid.
 */
export const kmeansCases: readonly KernelCase[] = [
  kernelCase({
    kernel: "kmeansSeed",
    variant: "16 centroids",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["centroids", "nearest", "found"],
    continued: ["found"],
    prepare(shape) {
      const given = gaussian(shape);
      return { work: given.rows, args: seedArgs(given), slice: seedArgs(slice(given)) };
    },
  }),
  fitCase("16 centroids, 20 iterations, one cloud", gaussian),
  fitCase("16 centroids, 20 iterations, clusters", clustered),
  kernelCase({
    kernel: "nearestCentroid",
    variant: "16 centroids",
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["labels", "distances"],
    prepare(shape) {
      const given = gaussian(shape);
      const fitted = fitArgs(slice(given));
      referenceKernels.kmeansFit(fitted);
      const args = nearestArgs(given, fitted.centroids);
      return { work: given.rows, args, slice: nearestArgs(slice(given), fitted.centroids) };
    },
  }),
];
