import { chain } from "../../../kernels/kernels.js";
import { number } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";

/**
 * The same score for every row: a control. A detector or a measure that does no better than this has seen nothing.
 *
 * *fit*: learns nothing. *score*: `value` for every row. No row is anomalous, or with a threshold below `value` every one is:
 * what a measure makes of that is what it gives away for nothing.
 *
 * @see https://arxiv.org/abs/2109.05257 Kim et al.: Towards a rigorous evaluation of time-series anomaly detection
 * @example
 * ```ts
 * import { constant, fromRows } from "@telltale/core";
 * console.log([...constant().fitSync(fromRows([[1]])).scoreSync(fromRows([[5], [6]]))]); // [0, 0]
 * ```
 */
export const constant = defineDetector({
  name: "constant",
  summary: "The same score for every row: a control to compare others with.",
  input: "tabular",
  traits: { control: true, missing: true, infinite: true },
  leastRows: 1,
  params: { value: number({ default: 0, doc: "The score." }) },
  fit: (_x, _params, run) =>
    chain(
      run.parts(1, 1, () => undefined),
      () => ({}),
    ),
  score(_state, x, { value }, run) {
    const scores = new Float64Array(x.rows);
    return chain(
      run.parts(x.rows, x.rows, (from, to) => void scores.fill(value, from, to)),
      () => scores,
    );
  },
  restore: () => ({}),
});
