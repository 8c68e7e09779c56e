import { chain } from "../../../kernels/kernels.js";
import { defineDetector } from "../../detector.js";
import { fitTails, restoreTails, type TailState, tailScores } from "../../empirical-tails.js";

/**
 * Copula-based outlier detection: rows in a corner of the empirical copula are anomalous.
 *
 * *fit*: rows × cols matrix; keeps its values, each column sorted (O(rows · cols) memory, O(rows · cols) time). No parameter,
 * no random number.
 *
 * *score*: one value a row, ≥ 0, in nats: over the columns, the sum of the greater of two: the mean of −ln P(X ≤ x) and
 * −ln P(X ≥ x), and that of the tail to which the column is skewed (their sum where it is not skewed), with the training
 * rows' frequencies for P. O(cols · log rows) a row. `contributions` are the terms of that sum.
 *
 * *Needs*: finite values; no scaling, because only the order of values matters.
 *
 * *Edges*: beyond all training values the tail counts as one row in rows + 1. A constant column adds 0 for its value.
 *
 * *Departures*: a row is scored from the training rows alone. PyOD adds the rows to score to the training rows, so its
 * scores of new rows depend on their batch; on the training rows the scores are the same. As PyOD and the authors' code do,
 * the greater is taken in each column, where the paper takes it of the sums.
 *
 * @see https://doi.org/10.1109/ICDM50108.2020.00135 Li, Zhao, Botta, Ionescu, Hu: COPOD
 * @example
 * ```ts
 * import { copod, fromRows } from "@telltale/core";
 * const train = fromRows([[1], [2], [3], [10]]);
 * const model = copod().fitSync(train);
 * console.log([...model.scoreSync(fromRows([[2], [40]]))].map((s) => s.toFixed(3))); // ["0.490", "1.609"]
 * ```
 */
export const copod = defineDetector({
  name: "copod",
  aliases: ["copula"],
  summary: "Empirical copula: rows in a corner of the joint tails are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: {},
  fit: (x, _params, run) => fitTails(x, run),
  score: (state, x, _params, run) => chain(tailScores(state, x, "mean", run, false), ({ scores }) => scores),
  contributions: (state, x, _params, run) =>
    chain(tailScores(state, x, "mean", run, true), ({ contributions }) => contributions),
  restore: (state, _params, cols): TailState => restoreTails("copod", state, cols),
});
