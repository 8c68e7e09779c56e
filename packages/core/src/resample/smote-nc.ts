import { ColumnError, KernelError, ParamError } from "../errors.js";
import { chain } from "../kernels/kernels.js";
import { medianOf } from "../math/selection.js";
import type { Matrix } from "../matrix.js";
import type { ParamValues } from "../params/params.js";
import { allocate, checkMembers, gatherMembers } from "./minority.js";
import { neighboursAmong } from "./neighbours.js";
import { commonParams, everyRow, makeResampler, NONE, type Resampler } from "./resampler.js";

const spec = {
  name: "smote-nc",
  summary: "SMOTE-NC: SMOTE for tables that have columns of categories, too.",
  params: commonParams,
};

/** Bytes that the columns of 0 and 1 for the categories may take. */
const MEMORY_LIMIT = 4 * 2 ** 30;

export type SmoteNcParams = Partial<ParamValues<typeof spec.params>> & {
  /** Columns whose numbers are names of categories: positions from 0, or column names. */
  readonly categorical: readonly (number | string)[];
};

/**
 * SMOTE-NC: SMOTE for tables with columns of categories (as numbers) beside the continuous ones. Continuous columns are
 * interpolated; a category is the most frequent one among the k neighbours, and of equally frequent ones the nearest row's.
 *
 * *resample*: as {@link smote}. In the distance, a different category counts as much as a difference of one median standard
 * deviation: the median, over the continuous columns, of their standard deviation within the smaller class. Memory: one more
 * column for each category of that class, for the search.
 *
 * *Needs*: at least one continuous and one categorical column; continuous ones scaled, as {@link smote}.
 *
 * *Departure*: imbalanced-learn draws among equally frequent categories.
 *
 * @throws {@link ParamError} when all or no columns are categorical, {@link ColumnError} for one that is not there; and as
 *   {@link smote}
 * @see https://doi.org/10.1613/jair.953 Chawla, Bowyer, Hall, Kegelmeyer: SMOTE, section 6.1
 * @example
 * ```ts
 * import { fromRows, smoteNc } from "@telltale/core";
 * const x = fromRows([[0, 1], [1, 1], [2, 2], [3, 1], [7, 4], [8, 4], [9, 5]], ["Load", "Mode"]);
 * const y = [0, 0, 0, 0, 1, 1, 1];
 * const { x: balanced } = smoteNc({ categorical: ["Mode"], k: 2, seed: 3 }).resampleSync(x, y);
 * console.log(balanced.data[15]); // 4
 * ```
 */
export const smoteNc = Object.assign(
  ({ categorical, ...params }: SmoteNcParams): Resampler =>
    makeResampler(spec, params, (rows, { k }, run) => {
      const columns = splitColumns(rows.x, categorical);
      checkMembers(k, rows);
      const { members: numbers } = rows;
      const { cols } = rows.x;
      const { values, near } = gatherMembers(rows);
      const encoded = encode(values, near, numbers.length, cols, columns);
      return chain(neighboursAmong(run, { ...encoded, numbers }, k), (neighbours) => {
        const votes = vote(values, cols, columns.categorical, neighbours, k);
        return {
          ...{ x: values, sources: numbers.length, bases: everyRow(numbers.length), neighbours, k, numbers },
          ...NONE,
          finish: (synthetic, origins) => writeVotes(synthetic, origins, cols, columns.categorical, votes),
        };
      });
    }),
  { spec },
);

interface Columns {
  readonly continuous: readonly number[];
  readonly categorical: readonly number[];
}

function splitColumns(x: Matrix, named: readonly (number | string)[]): Columns {
  const chosen = new Set(
    named.map((column) => {
      const position = typeof column === "number" ? column : (x.columns?.indexOf(column) ?? -1);
      if (Number.isInteger(position) && position >= 0 && position < x.cols) return position;
      throw new ColumnError("COLUMN_MISSING", "there is no such column to be categorical", {
        where: { column: String(column) },
        remedy: x.columns === undefined ? `Positions go from 0 to ${x.cols - 1}` : `There are ${x.columns.join(", ")}`,
      });
    }),
  );
  const continuous = [...everyRow(x.cols)].filter((j) => !chosen.has(j));
  if (chosen.size > 0 && continuous.length > 0) return { continuous, categorical: [...chosen].sort((a, b) => a - b) };
  throw new ParamError(
    "PARAM_RANGE",
    `categorical: smote-nc needs columns of both kinds; found ${continuous.length} continuous and ${chosen.size} categorical`,
    { remedy: chosen.size === 0 ? "Use smote, or name the categorical columns" : "Name fewer categorical columns" },
  );
}

/**
 * Rows to measure distances between: the continuous columns (of `near`), and for each category a column that is m / √2 in its rows and 0 elsewhere, m being the median
 * standard deviation: rows of two categories then differ by m² in their squared distance.
 */
function encode(
  values: Float64Array,
  near: Float64Array,
  rows: number,
  cols: number,
  { continuous, categorical }: Columns,
) {
  const codes = categorical.map((j) => {
    const places = new Map<number, number>();
    for (let at = j; at < values.length; at += cols) {
      const category = values[at] as number;
      if (!places.has(category)) places.set(category, places.size);
    }
    return places;
  });
  const width = codes.reduce((sum, places) => sum + places.size, continuous.length);
  if (rows * width * 8 > MEMORY_LIMIT) {
    throw new KernelError(
      "KERNEL_MEMORY",
      `${width - continuous.length} categories in ${rows} rows need ${Math.ceil((rows * width) / 2 ** 17)} MiB`,
      { remedy: "Merge rare categories, or leave out a column that has a value of its own in almost every row" },
    );
  }
  const spread = medianOf(Float64Array.from(continuous, (j) => deviation(near, j, cols)));
  const mark = spread / Math.SQRT2;
  const encoded = allocate(rows, width);
  for (let i = 0; i < rows; i++) {
    const [from, to] = [i * cols, i * width];
    continuous.forEach((j, at) => {
      encoded[to + at] = near[from + j] as number;
    });
    let block = to + continuous.length;
    categorical.forEach((j, c) => {
      const places = codes[c] as Map<number, number>;
      encoded[block + (places.get(values[from + j] as number) as number)] = mark;
      block += places.size;
    });
  }
  return { values: encoded, cols: width };
}

/** Standard deviation of a column, divided by the number of rows; two passes, so that a large offset costs no digits. */
function deviation(values: Float64Array, column: number, cols: number): number {
  const rows = values.length / cols;
  let mean = 0;
  for (let at = column; at < values.length; at += cols) mean += (values[at] as number) / rows;
  let squares = 0;
  for (let at = column; at < values.length; at += cols) squares += ((values[at] as number) - mean) ** 2;
  return Math.sqrt(squares / rows);
}

/** For each base and categorical column the most frequent category of its neighbours; the first of several. */
function vote(
  values: Float64Array,
  cols: number,
  categorical: readonly number[],
  neighbours: Int32Array,
  k: number,
): Float64Array {
  const bases = neighbours.length / k;
  const votes = new Float64Array(bases * categorical.length);
  const counts = new Map<number, number>();
  for (let i = 0; i < bases; i++) {
    categorical.forEach((j, c) => {
      counts.clear();
      for (let n = i * k; n < (i + 1) * k; n++) {
        const category = values[(neighbours[n] as number) * cols + j] as number;
        counts.set(category, (counts.get(category) ?? 0) + 1);
      }
      let most = 0;
      for (const [category, count] of counts) {
        if (count <= most) continue;
        most = count;
        votes[i * categorical.length + c] = category;
      }
    });
  }
  return votes;
}

function writeVotes(
  synthetic: Float64Array,
  origins: Int32Array,
  cols: number,
  categorical: readonly number[],
  votes: Float64Array,
): void {
  for (let i = 0; i < origins.length; i++) {
    const from = (origins[i] as number) * categorical.length;
    for (let c = 0; c < categorical.length; c++) {
      synthetic[i * cols + (categorical[c] as number)] = votes[from + c] as number;
    }
  }
}
