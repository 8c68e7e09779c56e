import { type Matrix, matrix, ShapeError, symmetricEigen } from "@telltale/core";
import { correlations } from "../explore/correlations.js";

export interface PrincipalPoints {
  /** Rows without a missing value, in two dimensions. */
  readonly points: Matrix;
  /** The number of each of them in the table, from 0. */
  readonly rows: readonly number[];
  /** Share of the variance of all columns, each standardized, that the two axes have. */
  readonly shares: readonly [number, number];
}

/**
 * Rows on their first two principal components, each column standardized; columns that do not vary or are half empty, and
 * rows with a missing or infinite value in one of the others, are left out.
 *
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS` where fewer than two columns vary over the rows that are left
 */
export function principalPoints(given: Matrix): PrincipalPoints {
  const { complete, rows } = completeRows(given);
  const x = complete;
  const all = correlations(complete);
  const varying = Array.from({ length: x.cols }, (_, j) => j).filter(
    (j) => !Number.isNaN(all[j * x.cols + j] as number),
  );
  const n = varying.length;
  if (n < 2) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `two columns that vary are needed for two components; found ${n} over ${rows.length} rows without a missing value`,
      { remedy: "Leave out columns that are empty or hardly filled, or fill them in" },
    );
  }
  const r = Float64Array.from({ length: n * n }, (_, at) => {
    const value = all[(varying[Math.floor(at / n)] as number) * x.cols + (varying[at % n] as number)] as number;
    return Number.isNaN(value) ? 0 : value;
  });
  const { values, vectors } = symmetricEigen(r, n);
  const points = new Float64Array(rows.length * 2);
  for (const [v, j] of varying.entries()) {
    const { mean, deviation } = spreadOf(complete, j);
    for (let i = 0; i < rows.length; i++) {
      const z = ((complete.data[i * x.cols + j] as number) - mean) / deviation;
      points[2 * i] = (points[2 * i] as number) + z * (vectors[v] as number);
      points[2 * i + 1] = (points[2 * i + 1] as number) + z * (vectors[n + v] as number);
    }
  }
  return {
    points: matrix(points, rows.length, 2),
    rows,
    shares: [(values[0] as number) / n, (values[1] as number) / n],
  };
}

/** The columns that are filled in most rows, and the rows that have them all. */
function completeRows(x: Matrix): { readonly complete: Matrix; readonly rows: readonly number[] } {
  const at = (i: number, j: number) => x.data[i * x.cols + j] as number;
  const filled = Array.from({ length: x.cols }, (_, j) => j).filter((j) => {
    let n = 0;
    for (let i = 0; i < x.rows; i++) if (Number.isFinite(at(i, j))) n++;
    return 2 * n > x.rows;
  });
  const rows = Array.from({ length: x.rows }, (_, i) => i).filter((i) =>
    filled.every((j) => Number.isFinite(at(i, j))),
  );
  const data = Float64Array.from({ length: rows.length * filled.length }, (_, k) =>
    at(rows[Math.floor(k / filled.length)] as number, filled[k % filled.length] as number),
  );
  return { complete: { data, rows: rows.length, cols: filled.length }, rows };
}

function spreadOf({ data, rows, cols }: Matrix, j: number): { readonly mean: number; readonly deviation: number } {
  let mean = 0;
  for (let i = 0; i < rows; i++) mean += (data[i * cols + j] as number) / rows;
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += ((data[i * cols + j] as number) - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / rows) };
}
