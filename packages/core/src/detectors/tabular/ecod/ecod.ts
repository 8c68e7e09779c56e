import { chain } from "../../../kernels/kernels.js";
import { defineDetector } from "../../detector.js";
import { fitTails, restoreTails, type TailState, tailScores } from "../../empirical-tails.js";

/**
 * Empirical cumulative distributions: rows with values far out in the tails of their columns are anomalous.
 *
 * *fit*: rows × cols matrix; keeps its values, each column sorted (O(rows · cols) memory, O(rows · cols) time). No parameter,
 * no random number.
 *
 * *score*: one value a row, ≥ 0, in nats: over the columns, the sum of the greatest of −ln P(X ≤ x), −ln P(X ≥ x) and that of
 * the tail to which the column is skewed (of their sum where it is not skewed), with the training rows' frequencies for P.
 * O(cols · log rows) a row. `contributions` are the terms of that sum.
 *
 * *Needs*: finite values; no scaling, because only the order of values matters. Columns are taken as independent.
 *
 * *Edges*: beyond all training values the tail counts as one row in rows + 1. A constant column adds 0 for its value.
 *
 * *Departures*: a row is scored from the training rows alone. PyOD adds the rows to score to the training rows, so its
 * scores of new rows depend on their batch; on the training rows the scores are the same.
 *
 * @see https://doi.org/10.1109/TKDE.2022.3159580 Li, Zhao, Hu, Botta, Ionescu, Chen: ECOD
 * @example
 * ```ts
 * import { ecod, fromRows } from "@telltale/core";
 * const train = fromRows([[1], [2], [3], [4]]);
 * const model = ecod().fitSync(train);
 * console.log([...model.scoreSync(fromRows([[2], [40]]))].map((s) => s.toFixed(3))); // ["0.981", "1.609"]
 * ```
 */
export const ecod = defineDetector({
  name: "ecod",
  aliases: ["empirical-cumulative-distribution"],
  summary: "Empirical tails: rows with values far out in the tails of their columns are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: {},
  fit: (x, _params, run) => fitTails(x, run),
  score: (state, x, _params, run) => chain(tailScores(state, x, "largest", run, false), ({ scores }) => scores),
  contributions: (state, x, _params, run) =>
    chain(tailScores(state, x, "largest", run, true), ({ contributions }) => contributions),
  restore: (state, _params, cols): TailState => restoreTails("ecod", state, cols),
});
