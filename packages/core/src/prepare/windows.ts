import { History } from "../math/history.js";
import { int, oneOf, type ParamValues } from "../params/params.js";
import { derivedColumns, withValues } from "./batch.js";
import { checkSpan } from "./span.js";
import { defineStep, type StepStream } from "./step.js";
import { WINDOW_STATISTICS, WindowStatistics } from "./window-statistics.js";

const params = {
  size: int({ default: 10, min: 1, max: 100_000, doc: "Rows in the window that ends at each row." }),
  stride: int({ default: 1, min: 1, max: 100_000, doc: "Distance between two rows of the window; 1 takes every row." }),
  summary: oneOf(["flatten", "statistics"], {
    default: "flatten",
    doc: "All values of the window side by side, or mean, std, min, max and slope of each column.",
  }),
};

/**
 * Puts in place of each row of a series the window that ends there: rows t, t − stride, …, t − (size − 1) · stride.
 *
 * Rows before the first one of a series are taken to equal it, so there is one row out for each row in, made of that row
 * and earlier ones only.
 *
 * - `flatten`: all values, oldest row first: cols · size columns, `Pressure[t-1]`, `Pressure[t]`
 * - `statistics`: over the window's values v₁ … vₙ of each column, oldest first: cols · 5 columns,
 *   `mean(Pressure)` = Σ vᵢ / n, `std(Pressure)` = √(Σ (vᵢ − mean)² / n), `min(Pressure)`, `max(Pressure)`,
 *   `slope(Pressure)` = (vₙ − v₁) / ((n − 1) · stride), change a row, 0 for n = 1. A window with a missing value has
 *   missing statistics; impute first.
 *
 * Memory rows × columns out; time O(columns out) a row, for statistics O(cols · log size).
 *
 * @throws {@link KernelError} `KERNEL_MEMORY` when the rows to remember do not fit
 * @example
 * ```ts
 * import { fromRows, windows } from "@telltale/core";
 * const x = fromRows([[1], [2], [4]], ["Pressure"]);
 * const y = windows({ size: 2 }).fit(x).transform(x);
 * console.log(y.columns); // ["Pressure[t-1]", "Pressure[t]"]
 * console.log([...y.data]); // [1, 1, 1, 2, 2, 4]
 * ```
 */
export const windows = defineStep({
  name: "windows",
  summary: "Puts the window of the series that ends there in place of each row.",
  params,
  identity: () => false,
  fit: () => ({}),
  output(cols, columns, given) {
    const { size, stride, summary } = given;
    // A summary works on up to thrice the span, eight results a value.
    checkSpan(spanOf(given) + 1, cols * (summary === "flatten" ? 1 : 24), "windows");
    if (summary === "statistics") {
      return derivedColumns(
        cols,
        columns,
        WINDOW_STATISTICS.map((word) => (name: string) => `${word}(${name})`),
      );
    }
    checkSpan(size, cols, "windows");
    const back = Array.from({ length: size }, (_, k) => (size - 1 - k) * stride);
    return derivedColumns(
      cols,
      columns,
      back.map((lag) => (name: string) => (lag === 0 ? `${name}[t]` : `${name}[t-${lag}]`)),
    );
  },
  open(_state, given, output): StepStream {
    const { size, stride, summary } = given;
    const history = new History(spanOf(given));
    let statistics: WindowStatistics | undefined;
    return {
      push(batch) {
        const { rows, cols } = batch.x;
        const all = history.extend(batch.x);
        const out = new Float64Array(rows * output.cols);
        if (summary === "statistics") {
          statistics ??= new WindowStatistics(cols, size, stride);
          statistics.summarise(all, rows, out);
        } else {
          flatten(all, rows, cols, size, stride, out);
        }
        return withValues(batch, out, output.cols, output.columns);
      },
    };
  },
  restore: () => ({}),
});

/** Rows before a row that its window reaches back to. */
function spanOf({ size, stride }: Pick<ParamValues<typeof params>, "size" | "stride">): number {
  return (size - 1) * stride;
}

function flatten(all: Float64Array, rows: number, cols: number, size: number, stride: number, out: Float64Array): void {
  const width = size * cols;
  for (let i = 0; i < rows; i++) {
    let to = i * width;
    for (let k = 0; k < size; k++) {
      const from = (i + k * stride) * cols;
      for (let j = 0; j < cols; j++) out[to++] = all[from + j] as number;
    }
  }
}
