import type { SortColumnsArgs, TailScoreArgs } from "../empirical-tails.js";

/** Sorts columns: the specification of the kernel. */
export function sortColumns({ x, rows, cols, from, to, sorted }: SortColumnsArgs): void {
  for (let j = from; j < to; j++) {
    const column = sorted.subarray(j * rows, (j + 1) * rows);
    for (let i = 0; i < rows; i++) column[i] = x[i * cols + j] as number;
    column.sort();
  }
}

/** Scores rows by the tails of their values: the specification of the kernel. */
export function tailScore(args: TailScoreArgs): void {
  const { sorted, trained, surprise, skew, combination, x, rows, cols, scores, contributions } = args;
  scores.fill(0);
  for (let j = 0; j < cols; j++) {
    const column = sorted.subarray(j * trained, (j + 1) * trained);
    for (let i = 0; i < rows; i++) {
      const value = x[i * cols + j] as number;
      const below = countBelow(column, value);
      const notAbove = column[below] === value ? countNotAbove(column, value, below) : below;
      const left = surprise[notAbove] as number;
      const right = surprise[trained - below] as number;
      const both = left + right;
      const sign = skew[j] as number;
      const skewed = sign < 0 ? left : sign > 0 ? right : both;
      const plain = combination === "mean" ? both / 2 : left > right ? left : right;
      const part = skewed > plain ? skewed : plain;
      scores[i] = (scores[i] as number) + part;
      if (contributions.length > 0) contributions[i * cols + j] = part;
    }
  }
}

/** How many of the ascending values are less than `value`. */
function countBelow(values: Float64Array, value: number): number {
  let low = 0;
  for (let size = values.length; size > 0; ) {
    const half = size >> 1;
    if ((values[low + half] as number) < value) {
      low += half + 1;
      size -= half + 1;
    } else size = half;
  }
  return low;
}

/** How many of the ascending values are not greater than `value`, of which `from` are known to be less. */
function countNotAbove(values: Float64Array, value: number, from: number): number {
  let low = from;
  for (let size = values.length - from; size > 0; ) {
    const half = size >> 1;
    if ((values[low + half] as number) <= value) {
      low += half + 1;
      size -= half + 1;
    } else size = half;
  }
  return low;
}
