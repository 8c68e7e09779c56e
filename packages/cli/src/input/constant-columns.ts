import type { Matrix } from "@telltale/core";

/** Columns that have one and the same value in every training row; missing values apart. */
export function constantColumns(series: readonly Matrix[]): { readonly name: string; readonly value: number }[] {
  const first = series[0];
  if (first === undefined) return [];
  const { cols, columns } = first;
  const value = new Float64Array(cols).fill(Number.NaN);
  // Most columns vary within the first rows, so soon hardly any is left to look at.
  let candidates = Array.from({ length: cols }, (_, j) => j);
  let rows = 0;
  for (const { data, rows: length } of series) {
    for (let i = 0; i < length && candidates.length > 0; i++) {
      let varied = false;
      for (const j of candidates) {
        const v = data[i * cols + j] as number;
        if (v !== v || v === value[j]) continue;
        if (Number.isNaN(value[j])) value[j] = v;
        else varied = true;
      }
      if (varied) {
        candidates = candidates.filter((j) => {
          const v = data[i * cols + j] as number;
          return v !== v || v === value[j];
        });
      }
    }
    rows += length;
  }
  if (rows < 2) return [];
  return candidates.map((j) => ({ name: columns?.[j] ?? String(j), value: value[j] as number }));
}
