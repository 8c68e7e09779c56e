import { DataError } from "../../../errors.js";
import { CODE_COLUMNS } from "../../../kernels/boosted-trees/fit.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";

/** Most categories of a column, which each are a bin. */
const MOST_CATEGORIES = 65_535;

/** Rows as bins, for rounds of boosting. */
export interface BinnedRows {
  readonly codes: Uint8Array;
  readonly columnCodes: Uint8Array;
  readonly codeBytes: number;
  readonly stride: number;
  readonly binStart: Int32Array;
  readonly missingBin: Int32Array;
  readonly categories: Int32Array;
  readonly cuts: Float32Array;
}

/**
 * Cuts the columns of x into bins, by quantiles of the first `trainRows` rows.
 *
 * @param weights  whole numbers, one a training row; empty for equal ones
 * @throws {@link DataError} `DATA_MISSING` for a column without any value, `DATA_INFINITE`, `DATA_FORMAT` for what is no category
 */
export function binRows(
  run: Run,
  x: Matrix,
  trainRows: number,
  weights: Float64Array,
  { maxBin, categorical }: { readonly maxBin: number; readonly categorical: readonly number[] },
): MaybePromise<BinnedRows> {
  const { rows, cols } = x;
  const categories = countCategories(x, categorical);
  checkColumns(x, trainRows);
  const codeBytes = maxBin <= 256 && categories.every((count) => count <= 255) ? 1 : 2;
  const stride = Math.ceil(cols / CODE_COLUMNS) * CODE_COLUMNS;
  const allCuts = new Float32Array(cols * maxBin);
  const bins = new Int32Array(cols);
  const missing = new Uint8Array(cols);
  const codes = new Uint8Array(rows * stride * codeBytes);
  const columnCodes = new Uint8Array(cols * rows * codeBytes);
  const args = {
    ...{ x: x.data, rows, cols, trainRows, weights, maxBin, categories, firstColumn: 0, endColumn: cols },
    ...{ threads: run.threads, cuts: allCuts, bins, missing, codeBytes, stride, codes, columnCodes },
  };
  return chain(run.call("boostedTreesBin", args), () => {
    const binStart = new Int32Array(cols + 1);
    for (let j = 0; j < cols; j++) {
      binStart[j + 1] = (binStart[j] as number) + (bins[j] as number) + (missing[j] as number);
    }
    const cuts = new Float32Array(binStart[cols] as number);
    for (let j = 0; j < cols; j++) {
      if (categories[j] !== 0) continue;
      cuts.set(allCuts.subarray(j * maxBin, j * maxBin + (bins[j] as number)), binStart[j]);
    }
    const missingBin = Int32Array.from(bins, (count, j) => (missing[j] === 1 ? count : -1));
    return { codes, columnCodes, codeBytes, stride, binStart, missingBin, categories, cuts };
  });
}

/** Refuses columns without a value among the training rows, and values that no float32 can tell from infinity. */
function checkColumns(x: Matrix, trainRows: number): void {
  const { data, rows, cols } = x;
  const some = new Uint8Array(cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) {
      const v = data[at] as number;
      if (v !== v) continue;
      if (!(v < 3.4028235e38 && v > -3.4028235e38)) {
        throw new DataError("DATA_INFINITE", `boosted trees need values within the range of float32; found ${v}`, {
          where: { row: i + 1, column: nameOf(x, j) },
          remedy: "Scale the column, or put a missing value in place of it",
        });
      }
      if (i < trainRows) some[j] = 1;
    }
  }
  const empty = some.indexOf(0);
  if (empty >= 0) {
    throw new DataError("DATA_MISSING", "every training row has a missing value here, so nothing can be learnt", {
      where: { column: nameOf(x, empty) },
      remedy: "Leave the column away",
    });
  }
}

function countCategories(x: Matrix, categorical: readonly number[]): Int32Array {
  const counts = new Int32Array(x.cols);
  for (const column of categorical) {
    let most = 0;
    for (let i = 0; i < x.rows; i++) {
      const v = x.data[i * x.cols + column] as number;
      if (v !== v) continue;
      if (!(Number.isInteger(v) && v >= 0 && v < MOST_CATEGORIES)) {
        throw new DataError("DATA_FORMAT", `a category is a whole number 0 … ${MOST_CATEGORIES - 1}; found ${v}`, {
          where: { row: i + 1, column: nameOf(x, column) },
          remedy: "Number the categories from 0, or leave the column numeric",
        });
      }
      most = Math.max(most, v);
    }
    counts[column] = most + 1;
  }
  return counts;
}

function nameOf(x: Matrix, column: number): string {
  return x.columns?.[column] ?? `${column}`;
}
