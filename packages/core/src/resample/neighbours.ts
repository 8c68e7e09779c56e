import { DataError } from "../errors.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { indexRows, queryNeighbours, trainingNeighbours } from "../kernels/nearest/neighbour-search.js";

/** Rows of a table, by their numbers in it, and their values side by side. */
export interface Rows {
  readonly values: Float64Array;
  readonly cols: number;
  /** The number in the table of each of them, for error texts. */
  readonly numbers: Int32Array;
}

/** For each of the rows its k nearest others, as places among them; nearest first, ties by the lower place. */
export function neighboursAmong(run: Run, rows: Rows, k: number): MaybePromise<Int32Array> {
  return placed(rows.numbers, () =>
    chain(indexRows(run.within(0, 0.1), rows.values, rows.numbers.length, rows.cols), (index) =>
      chain(trainingNeighbours(run.within(0.1, 1), index, { k, metric: "euclidean" }), ({ indices }) => indices),
    ),
  );
}

/**
 * The k nearest rows of each query among rows that it is one of, itself left out.
 *
 * @param own  the place of each query among the rows
 * @returns queries × k places among the rows
 */
export function neighboursOf(
  run: Run,
  queries: Rows,
  own: Int32Array,
  among: Rows,
  k: number,
): MaybePromise<Int32Array> {
  return placed(queries.numbers, () =>
    chain(indexRows(run.within(0, 0.1), among.values, among.numbers.length, among.cols), (index) => {
      const options = { k: k + 1, metric: "euclidean" } as const;
      const found = queryNeighbours(run.within(0.1, 1), index, queries.values, own.length, options);
      return chain(found, ({ indices }) => withoutSelf(indices, own, k));
    }),
  );
}

/** Of k + 1 neighbours all but the row itself; the last one where duplicates of the row came before it. */
function withoutSelf(indices: Int32Array, own: Int32Array, k: number): Int32Array {
  const others = new Int32Array(own.length * k);
  for (let i = 0; i < own.length; i++) {
    const from = i * (k + 1);
    let at = i * k;
    for (let j = from; j <= from + k && at < (i + 1) * k; j++) {
      const place = indices[j] as number;
      if (place !== own[i]) others[at++] = place;
    }
  }
  return others;
}

/** Says of a row whose distances overflow what its number in the user's table is. */
function placed<T>(numbers: Int32Array, search: () => MaybePromise<T>): MaybePromise<T> {
  const renumber = (error: unknown): never => {
    const row = error instanceof DataError && error.code === "DATA_INFINITE" ? error.where.row : undefined;
    if (row === undefined) throw error;
    throw new DataError("DATA_INFINITE", "the distance to its neighbours is beyond the largest number", {
      where: { row: (numbers[row - 1] as number) + 1 },
      remedy: "Scale the columns first",
      cause: error,
    });
  };
  try {
    const found = search();
    return found instanceof Promise ? found.catch(renumber) : found;
  } catch (error) {
    return renumber(error);
  }
}
