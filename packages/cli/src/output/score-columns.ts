import type { OutputColumn } from "@telltale/data";
import type { ScoredRows } from "../input/scored-rows.js";

/**
 * The columns of the output, in this order: `file` when there are several, `time` where it is known, `score`, `anomaly` when
 * there is a threshold, `changepoint` when it is asked for, and for each explanation asked for `cause1`, `cause1_share` …
 */
export function scoreColumns(
  rows: Omit<ScoredRows, "matrix">,
  flags: Uint8Array | undefined,
  asked: { readonly file: boolean; readonly explain: number | undefined; readonly changes?: Uint8Array | undefined },
): OutputColumn[] {
  const columns: OutputColumn[] = [];
  if (asked.file) columns.push({ name: "file", type: "string", values: new Array(rows.rows).fill(rows.file) });
  if (rows.time !== undefined) columns.push({ ...rows.time, name: "time" });
  columns.push({ name: "score", type: "float64", values: rows.scores });
  if (flags !== undefined) columns.push({ name: "anomaly", type: "int32", values: flags });
  if (asked.changes !== undefined) columns.push({ name: "changepoint", type: "int32", values: asked.changes });
  if (asked.explain !== undefined) columns.push(...causeColumns(rows, asked.explain));
  return columns;
}

/**
 * The columns that pushed each score up the most. A share is a column's part of all upward pushes of its row, 0 … 1; where
 * fewer columns pushed up than were asked for, the cells are empty.
 */
function causeColumns(
  { contributions, rows }: Pick<ScoredRows, "contributions" | "rows">,
  most: number,
): OutputColumn[] {
  if (contributions === undefined) return [];
  const { data, cols, columns } = contributions;
  const asked = Math.min(most, cols);
  const names = Array.from({ length: asked }, () => new Array<string | null>(rows).fill(null));
  const shares = Array.from({ length: asked }, () => new Float64Array(rows).fill(Number.NaN));
  const best = new Int32Array(asked);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    let upward = 0;
    let held = 0;
    for (let j = 0; j < cols; j++) {
      const value = row[j] as number;
      if (!(value > 0)) continue;
      upward += value;
      // Insertion into the short list of the greatest; the earlier column wins a tie.
      let place = held;
      while (place > 0 && value > (row[best[place - 1] as number] as number)) place -= 1;
      if (place >= asked) continue;
      for (let k = Math.min(held, asked - 1); k > place; k--) best[k] = best[k - 1] as number;
      best[place] = j;
      held = Math.min(held + 1, asked);
    }
    for (let k = 0; k < held; k++) {
      const j = best[k] as number;
      (names[k] as (string | null)[])[i] = columns?.[j] ?? String(j);
      (shares[k] as Float64Array)[i] = (row[j] as number) / upward;
    }
  }
  return names.flatMap((values, k): OutputColumn[] => [
    { name: `cause${k + 1}`, type: "string", values },
    { name: `cause${k + 1}_share`, type: "float64", values: shares[k] as Float64Array },
  ]);
}
