import {
  type ColumnMomentsArgs,
  type ConcentrationArgs,
  NOTHING_BESIDE,
  type SquaredProjectionsArgs,
} from "@telltale/core";
import { gaussian, type Rows, SHAPES, SMOKE, slice } from "./gaussian-rows.js";
import { type KernelCase, kernelCase } from "./kernel-case.js";

const CANDIDATES = 4;
const STEPS = 3;

function momentArgs(given: Rows, weighted = false): ColumnMomentsArgs {
  const { rows, cols } = given;
  const weights = Float64Array.from({ length: weighted ? rows : 0 }, (_, i) => (1 + Math.cos(i)) / 2);
  return {
    ...given,
    ...{ index: new Int32Array(0), from: 0, to: rows, weights, threads: 1 },
    count: new Float64Array(1),
    mean: new Float64Array(cols),
    scatter: new Float64Array(cols * cols),
  };
}

/** A lower triangle, as the distances of Mahalanobis have, or all of a square, as principal components have. */
function projectionArgs(given: Rows, triangle: boolean): SquaredProjectionsArgs {
  const { rows, cols } = given;
  const directions = Float64Array.from({ length: cols * cols }, (_, at) =>
    triangle && at % cols > Math.floor(at / cols) ? 0 : Math.cos(at),
  );
  const norms = new Float64Array(rows);
  return {
    ...given,
    center: new Float64Array(cols),
    directions,
    groups: Int32Array.of(cols),
    ...NOTHING_BESIDE,
    threads: 1,
    norms,
  };
}

/** An eighth of the directions of principal components, and what is left beside them. */
function besideArgs(given: Rows): SquaredProjectionsArgs {
  const { rows, cols } = given;
  const kept = Math.ceil(cols / 8);
  const directions = Float64Array.from({ length: kept * cols }, (_, at) => Math.cos(at) / Math.sqrt(cols / 2));
  const asked = { directions, groups: Int32Array.of(kept), back: directions, beside: true };
  return { ...given, center: new Float64Array(cols), ...asked, threads: 1, norms: new Float64Array(2 * rows) };
}

function concentrationArgs(given: Rows): ConcentrationArgs {
  const { rows, cols } = given;
  const scatters = new Float64Array(CANDIDATES * cols * cols);
  for (let c = 0; c < CANDIDATES; c++) {
    for (let j = 0; j < cols; j++) scatters[(c * cols + j) * cols + j] = 1 + ((c + j) % 3);
  }
  return {
    ...given,
    ...{ support: Math.ceil((rows + cols + 1) / 2), iterations: STEPS, from: 0, to: CANDIDATES, threads: 1 },
    means: new Float64Array(CANDIDATES * cols),
    scatters,
    logDeterminants: new Float64Array(CANDIDATES),
  };
}

function momentCase(variant: string, weighted: boolean): KernelCase {
  return kernelCase({
    kernel: "columnMoments",
    variant,
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["count", "mean", "scatter"],
    continued: ["count", "mean", "scatter"],
    prepare(shape) {
      const given = gaussian(shape);
      return { work: given.rows, args: momentArgs(given, weighted), slice: momentArgs(slice(given), weighted) };
    },
  });
}

function projectionCase(variant: string, argsOf: (given: Rows) => SquaredProjectionsArgs): KernelCase {
  return kernelCase({
    kernel: "squaredProjections",
    variant,
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["norms"],
    prepare(shape) {
      const given = gaussian(shape);
      return {
        work: given.rows,
        args: argsOf(given),
        slice: argsOf(slice(given)),
      };
    },
  });
}

/**
 * Sums keep the order of the rows, so a product is a multiplication and an addition, not one fused: 16 columns have 24
 * registers of eight products in the lower triangle, 48 operations a row.
 */
export const covarianceCases: readonly KernelCase[] = [
  momentCase("all rows", false),
  momentCase("rows with weights", true),
  projectionCase("a triangle of directions", (given) => projectionArgs(given, true)),
  projectionCase("a square of directions", (given) => projectionArgs(given, false)),
  projectionCase("an eighth of the directions and the rest", besideArgs),
  kernelCase({
    kernel: "concentration",
    variant: `${CANDIDATES} candidates, ${STEPS} steps`,
    unit: "rows",
    shapes: SHAPES,
    smokeShapes: SMOKE,
    outputs: ["means", "scatters", "logDeterminants"],
    continued: ["means", "scatters"],
    prepare(shape) {
      const given = gaussian(shape);
      return {
        work: given.rows * CANDIDATES * STEPS,
        args: concentrationArgs(given),
        slice: concentrationArgs(slice(given)),
      };
    },
  }),
];
