import { DataError } from "../errors.js";
import { columnMoments, columnQuantiles } from "../math/column-statistics.js";
import { oneOf, type ParamValues } from "../params/params.js";
import { type Batch, placeOf, sameColumns, withValues } from "./batch.js";
import { defineStep, restoredValues, type StepStream } from "./step.js";

const params = {
  policy: oneOf(["error", "keep", "mean", "median", "zero", "previous", "drop"], {
    default: "error",
    doc: "What is done about missing values (empty cells, NaN).",
  }),
};
type Policy = ParamValues<typeof params>["policy"];

/**
 * Missing values (NaN): refuse, keep, fill in or drop them.
 *
 * - `error`: a missing value is an error that names its row and column
 * - `keep`: they go on to the detector, which must declare that it takes them
 * - `mean`, `median`: of the finite training values of the column
 * - `zero`: 0
 * - `previous`: the last value seen in the column in the same series; before the first one, the training median
 * - `drop`: a training row with a missing value is left out; when scored, such a row gets NaN and is never flagged.
 *   Steps behind this one do not see it, so a window reaches over it to the rows before.
 *
 * @throws {@link DataError} `DATA_MISSING` as said, and when a column has no value to take a mean or median of
 * @example
 * ```ts
 * import { fromRows, missing } from "@telltale/core";
 * const fill = missing({ policy: "mean" }).fit(fromRows([[1], [3]]));
 * console.log([...fill.transform(fromRows([[Number.NaN], [7]])).data]); // [2, 7]
 * ```
 */
export const missing = defineStep({
  name: "missing",
  summary: "Missing values: refuse, keep, fill in or drop them.",
  params,
  identity: ({ policy }) => policy === "error" || policy === "keep",
  missing: ({ policy }) => (policy === "keep" ? "keeps" : "settles"),
  fit(series, { policy }): { fill: Float64Array } {
    if (policy === "error") for (const batch of series) refuse(batch);
    return { fill: fillValues(series, policy) };
  },
  output: sameColumns,
  open: ({ fill }, { policy }) => STREAMS[policy](fill),
  restore: (state, { policy }, cols) => ({ fill: restoredValues(state, "fill", fills(policy) ? cols : 0, "missing") }),
});

function fills(policy: Policy): boolean {
  return policy === "mean" || policy === "median" || policy === "zero" || policy === "previous";
}

/** One value a column; empty for a policy that fills nothing in. */
function fillValues(series: readonly Batch[], policy: Policy): Float64Array {
  const names = series[0]?.x.columns;
  const cols = series[0]?.x.cols ?? 0;
  if (!fills(policy)) return new Float64Array(0);
  if (policy === "zero") return new Float64Array(cols);
  const { count, mean } = columnMoments(series);
  const empty = count.indexOf(0);
  if (empty >= 0) {
    throw new DataError(
      "DATA_MISSING",
      `a ${policy === "mean" ? "mean" : "median"} needs at least one finite training value; found none`,
      {
        where: { column: names?.[empty] ?? `${empty}` },
        remedy: "Leave the column out, or choose the policy zero or keep",
      },
    );
  }
  return policy === "mean" ? mean : (columnQuantiles(series, [0.5])[0] as Float64Array);
}

const STREAMS: Readonly<Record<Policy, (fill: Float64Array) => StepStream>> = {
  error: () => ({
    push(batch) {
      refuse(batch);
      return batch;
    },
  }),
  keep: () => ({ push: (batch) => batch }),
  mean: fillWith,
  median: fillWith,
  zero: fillWith,
  previous: (fill) => {
    const last = fill.slice();
    return { push: (batch) => fillPrevious(batch, last) };
  },
  drop: () => ({ push: dropRows }),
};

function firstMissing(data: Float64Array): number {
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v !== v) return i;
  }
  return -1;
}

function refuse(batch: Batch): void {
  const at = firstMissing(batch.x.data);
  if (at < 0) return;
  throw new DataError("DATA_MISSING", "expected a number; found a missing value", {
    where: placeOf(batch, at),
    remedy: "Choose what to do about missing values: keep, mean, median, zero, previous or drop",
  });
}

function fillWith(fill: Float64Array): StepStream {
  return {
    push(batch) {
      const start = firstMissing(batch.x.data);
      if (start < 0) return batch;
      const { cols, columns } = batch.x;
      const data = batch.x.data.slice();
      for (let i = start, j = start % cols; i < data.length; i++, j = j + 1 === cols ? 0 : j + 1) {
        const v = data[i] as number;
        if (v !== v) data[i] = fill[j] as number;
      }
      return withValues(batch, data, cols, columns);
    },
  };
}

function fillPrevious(batch: Batch, last: Float64Array): Batch {
  const { cols, columns } = batch.x;
  const data = firstMissing(batch.x.data) < 0 ? batch.x.data : batch.x.data.slice();
  for (let row = 0; row < data.length; row += cols) {
    for (let j = 0; j < cols; j++) {
      const v = data[row + j] as number;
      if (v !== v) data[row + j] = last[j] as number;
      else last[j] = v;
    }
  }
  return data === batch.x.data ? batch : withValues(batch, data, cols, columns);
}

function dropRows(batch: Batch): Batch {
  const { data, rows, cols, columns } = batch.x;
  if (firstMissing(data) < 0) return batch;
  const kept = new Int32Array(rows);
  const values = new Float64Array(data.length);
  let n = 0;
  for (let i = 0; i < rows; i++) {
    let whole = true;
    for (let at = i * cols; at < (i + 1) * cols; at++) {
      const v = data[at] as number;
      values[n * cols + at - i * cols] = v;
      if (v !== v) whole = false;
    }
    if (whole) kept[n++] = batch.kept?.[i] ?? i;
  }
  const x = { data: values.subarray(0, n * cols), rows: n, cols };
  return { ...batch, x: columns === undefined ? x : { ...x, columns }, kept: kept.subarray(0, n) };
}
