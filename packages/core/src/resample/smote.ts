import { chain } from "../kernels/kernels.js";
import type { ParamValues } from "../params/params.js";
import { checkMembers, gatherMembers } from "./minority.js";
import { neighboursAmong } from "./neighbours.js";
import { commonParams, everyRow, makeResampler, NONE, type Resampler } from "./resampler.js";

const spec = {
  name: "smote",
  summary: "SMOTE: synthetic rows between rows of the smaller class and their nearest neighbours in it.",
  params: commonParams,
};

/**
 * SMOTE: balances two classes with synthetic rows of the smaller one, each on the segment between a row and one of its k
 * nearest neighbours of the same class.
 *
 * *resample*: a rows × cols matrix of finite values and a 0 or 1 for each row; gives all rows back, then exactly as many
 * synthetic ones as the ratio takes, with the label of the smaller class. Base, neighbour and step are uniform; synthetic
 * row i depends on the seed and i, not on threads. Time is that of the neighbour search within the smaller class.
 *
 * *Needs*: columns on one scale, since neighbours are by Euclidean distance, or `scale`: then neighbours are by the distance
 * of standardized columns, by mean and deviation of all rows, and the synthetic rows are in the given units still. Resample training rows only, never those that a
 * result is measured on.
 *
 * *Edges*: duplicates are neighbours of each other and give further duplicates; constant columns stay constant. Classes
 * that have the ratio already are given back as they are.
 *
 * *Departures*: bases are drawn with replacement, as imbalanced-learn does, where the paper takes each row equally often.
 * A duplicate of a row counts as its neighbour even if it has a lower index; imbalanced-learn may take the row itself.
 *
 * @throws {@link ParamError} when k reaches the number of rows of the class, or the ratio is exceeded already;
 *   {@link DataError} for one class only, missing and infinite values
 * @see https://doi.org/10.1613/jair.953 Chawla, Bowyer, Hall, Kegelmeyer: SMOTE
 * @example
 * ```ts
 * import { fromRows, smote } from "@telltale/core";
 * const x = fromRows([[0, 0], [1, 0], [0, 1], [1, 1], [9, 9], [9, 7], [7, 9]]);
 * const { x: balanced, y } = smote({ k: 2, seed: 7 }).resampleSync(x, [0, 0, 0, 0, 1, 1, 1]);
 * console.log([...y]); // [0, 0, 0, 0, 1, 1, 1, 1]
 * console.log(balanced.data[14] >= 7 && balanced.data[14] <= 9); // true
 * ```
 */
export const smote = Object.assign(
  (params: Partial<ParamValues<typeof spec.params>> = {}): Resampler =>
    makeResampler(spec, params, (rows, { k }, run) => {
      checkMembers(k, rows);
      const { members: numbers } = rows;
      const { cols } = rows.x;
      const { values, near } = gatherMembers(rows);
      const bases = everyRow(numbers.length);
      return chain(neighboursAmong(run, { values: near, cols, numbers }, k), (neighbours) => ({
        ...{ x: values, sources: numbers.length, bases, neighbours, k, numbers },
        ...NONE,
      }));
    }),
  { spec },
);
