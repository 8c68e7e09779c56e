import { DataError } from "../errors.js";
import { columnRange } from "../math/column-statistics.js";
import { oneOf } from "../params/params.js";
import { type Batch, placeOf, sameColumns, withValues } from "./batch.js";
import { defineStep, restoredValues, type StepStream } from "./step.js";

/**
 * Infinite values: refuse them, treat them as missing, clip or keep them.
 *
 * - `error`: an infinite value is an error that names its row and column
 * - `missing`: it becomes a missing value; put the step `missing` behind this one
 * - `clip`: to the least and greatest finite training value of the column; training rows too
 * - `keep`: it goes on to the detector, which must declare that it takes it
 *
 * @throws {@link DataError} `DATA_INFINITE` as said, and when a column to clip has no finite training value
 * @example
 * ```ts
 * import { fromRows, infinite } from "@telltale/core";
 * const clip = infinite({ policy: "clip" }).fit(fromRows([[1], [3]]));
 * console.log([...clip.transform(fromRows([[Infinity], [-Infinity], [9]])).data]); // [3, 1, 9]
 * ```
 */
export const infinite = defineStep({
  name: "infinite",
  summary: "Infinite values: refuse them, treat them as missing, clip or keep them.",
  params: {
    policy: oneOf(["error", "missing", "clip", "keep"], {
      default: "error",
      doc: "What is done about infinite values.",
    }),
  },
  identity: ({ policy }) => policy === "error" || policy === "keep",
  missing: ({ policy }) => (policy === "missing" ? "makes" : undefined),
  infinite: ({ policy }) => (policy === "keep" ? "keeps" : "settles"),
  fit(series, { policy }): { low: Float64Array; high: Float64Array } {
    if (policy === "error") for (const batch of series) refuse(batch);
    if (policy !== "clip") return { low: new Float64Array(0), high: new Float64Array(0) };
    const range = columnRange(series);
    const empty = range.low.indexOf(Number.POSITIVE_INFINITY);
    if (empty >= 0) {
      throw new DataError("DATA_INFINITE", "to clip needs at least one finite training value; found none", {
        where: { column: series[0]?.x.columns?.[empty] ?? `${empty}` },
        remedy: "Leave the column out",
      });
    }
    return range;
  },
  output: sameColumns,
  open({ low, high }, { policy }): StepStream {
    if (policy === "keep") return { push: (batch) => batch };
    if (policy === "missing") return { push: (batch) => replaceInfinite(batch, () => Number.NaN) };
    if (policy === "clip") {
      return { push: (batch) => replaceInfinite(batch, (v, j) => (v > 0 ? (high[j] as number) : (low[j] as number))) };
    }
    return {
      push(batch) {
        refuse(batch);
        return batch;
      },
    };
  },
  restore(state, { policy }, cols) {
    const length = policy === "clip" ? cols : 0;
    return {
      low: restoredValues(state, "low", length, "infinite"),
      high: restoredValues(state, "high", length, "infinite"),
    };
  },
});

/** Position of the first infinite value, or −1. */
export function firstInfinite(data: Float64Array): number {
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (v - v !== 0 && v === v) return i;
  }
  return -1;
}

function refuse(batch: Batch): void {
  const at = firstInfinite(batch.x.data);
  if (at < 0) return;
  throw new DataError("DATA_INFINITE", `expected a finite number; found ${batch.x.data[at]}`, {
    where: placeOf(batch, at),
    remedy: "Choose what to do about infinite values: missing, clip or keep",
  });
}

function replaceInfinite(batch: Batch, replacement: (v: number, column: number) => number): Batch {
  const start = firstInfinite(batch.x.data);
  if (start < 0) return batch;
  const { cols, columns } = batch.x;
  const data = batch.x.data.slice();
  for (let i = start; i < data.length; i++) {
    const v = data[i] as number;
    if (v - v !== 0 && v === v) data[i] = replacement(v, i % cols);
  }
  return withValues(batch, data, cols, columns);
}
