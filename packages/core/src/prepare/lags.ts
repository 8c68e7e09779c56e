import { History } from "../math/history.js";
import { ints } from "../params/params.js";
import { derivedColumns, withValues } from "./batch.js";
import { checkSpan } from "./span.js";
import { defineStep, type StepStream } from "./step.js";

/**
 * Puts earlier rows of the series beside each row: the row itself, then the row `lag` rows before for each lag.
 *
 * Rows before the first one of a series are taken to equal it, so there is one row out for each row in, made of that row
 * and earlier ones only. Columns are named `Pressure`, `Pressure[t-1]`, `Pressure[t-3]` …; cols · (1 + number of lags).
 *
 * @example
 * ```ts
 * import { fromRows, lags } from "@telltale/core";
 * const x = fromRows([[1], [2], [3]], ["Pressure"]);
 * const y = lags({ lags: [1] }).fit(x).transform(x);
 * console.log(y.columns); // ["Pressure", "Pressure[t-1]"]
 * console.log([...y.data]); // [1, 1, 2, 1, 3, 2]
 * ```
 */
export const lags = defineStep({
  name: "lags",
  summary: "Puts earlier rows of the series beside each row.",
  params: {
    lags: ints({ default: [1], min: 1, max: 1_000_000, doc: "How many rows back to look: a list, or n for 1 … n." }),
  },
  identity: () => false,
  fit: () => ({}),
  output(cols, columns, params) {
    checkSpan(longest(params.lags), cols, "lags");
    return derivedColumns(cols, columns, [
      (name) => name,
      ...params.lags.map((lag) => (name: string) => `${name}[t-${lag}]`),
    ]);
  },
  open(_state, params, output): StepStream {
    const span = longest(params.lags);
    const history = new History(span);
    const offsets = [0, ...params.lags];
    return {
      push(batch) {
        const { rows, cols } = batch.x;
        const all = history.extend(batch.x);
        const out = new Float64Array(rows * output.cols);
        for (let k = 0; k < offsets.length; k++) {
          const from = (span - (offsets[k] as number)) * cols;
          for (let i = 0; i < rows; i++) {
            const to = i * output.cols + k * cols;
            for (let j = 0; j < cols; j++) out[to + j] = all[from + i * cols + j] as number;
          }
        }
        return withValues(batch, out, output.cols, output.columns);
      },
    };
  },
  restore: () => ({}),
});

function longest(list: readonly number[]): number {
  return list[list.length - 1] as number;
}
