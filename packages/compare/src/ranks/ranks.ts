import { ParamError, ShapeError } from "@telltale/core";

/**
 * Figures of a comparison: a row for each data set (or fold), a column for each detector. `null` or NaN where a detector
 * failed or the figure is undefined.
 */
export type ResultTable = readonly (readonly (number | null)[])[];

export interface RankOptions {
  /** False ranks low figures first, as for times. Default true. */
  readonly higherIsBetter?: boolean;
}

/**
 * Ranks within each row, 1 = best; equal figures share the mean of their ranks. A detector without a figure comes last: to
 * fail is no better than to be the worst.
 *
 * @throws ShapeError `SHAPE_EMPTY`, `SHAPE_MISMATCH`
 * @example
 * ```ts
 * import { ranksOf } from "@telltale/compare";
 * console.log(ranksOf([[0.9, 0.7, 0.9, null]])); // [ [ 1.5, 3, 1.5, 4 ] ]
 * ```
 */
export function ranksOf(results: ResultTable, { higherIsBetter = true }: RankOptions = {}): number[][] {
  checkTable(results);
  return results.map((row) => {
    const key = row.map((value) => {
      if (value === null || Number.isNaN(value)) return Number.POSITIVE_INFINITY;
      return higherIsBetter ? -value : value;
    });
    return averageRanks(key);
  });
}

/**
 * Mean rank of each detector over all rows, 1 = best.
 *
 * @see Demšar (2006), "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 1–30
 */
export function meanRanks(results: ResultTable, options: RankOptions = {}): number[] {
  const ranks = ranksOf(results, options);
  return (ranks[0] as number[]).map((_, j) => ranks.reduce((sum, row) => sum + (row[j] as number), 0) / ranks.length);
}

/** Ranks from 1 of values in ascending order; equal ones share the mean of their ranks. */
export function averageRanks(values: ArrayLike<number>): number[] {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => compared(values[a] as number, values[b] as number) || a - b,
  );
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Not by their difference, which is NaN for two infinite values. */
function compared(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sizes of the groups of equal values. */
export function tieSizes(values: ArrayLike<number>): number[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts.values()];
}

/** @throws ShapeError unless there is a row and all rows are equally long */
function checkTable(results: ResultTable): void {
  const cols = results[0]?.length ?? 0;
  if (cols === 0) throw new ShapeError("SHAPE_EMPTY", "ranks need at least one data set and one detector; found none");
  results.forEach((row, i) => {
    if (row.length === cols) return;
    throw new ShapeError("SHAPE_MISMATCH", `every row needs ${cols} figures; found ${row.length}`, {
      where: { row: i + 1 },
    });
  });
}

/** @throws ParamError `PARAM_RANGE` unless 0 < alpha < 1 */
export function checkAlpha(alpha: number): void {
  if (alpha > 0 && alpha < 1) return;
  throw new ParamError("PARAM_RANGE", `alpha: expected a probability between 0 and 1; found ${alpha}`);
}
