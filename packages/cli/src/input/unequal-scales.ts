import type { Matrix } from "@telltale/core";

/** Rows that are looked at. */
const SAMPLE = 10_000;
/** Ratio of spreads from which one column decides and another hardly counts. */
const UNEQUAL = 30;

export interface Spread {
  readonly name: string;
  /** Standard deviation. */
  readonly value: number;
}

/** The columns that spread most and least, when they are so far apart that distances see only the one; constant ones apart. */
export function unequalScales(
  series: readonly Matrix[],
): { readonly most: Spread; readonly least: Spread } | undefined {
  const { cols = 0, columns } = series[0] ?? {};
  const rows = series.reduce((total, { rows: n }) => total + n, 0);
  const step = Math.max(1, Math.floor(rows / SAMPLE));
  const spreads: Spread[] = [];
  for (let j = 0; j < cols; j++) {
    const value = spreadOf(series, j, step);
    if (value > 0) spreads.push({ name: columns?.[j] ?? String(j), value });
  }
  spreads.sort((a, b) => b.value - a.value);
  const [most, least] = [spreads[0], spreads[spreads.length - 1]];
  if (most === undefined || least === undefined || most.value < UNEQUAL * least.value) return undefined;
  return { most, least };
}

function spreadOf(series: readonly Matrix[], j: number, step: number): number {
  let [count, mean, squares] = [0, 0, 0];
  for (const { data, cols, rows } of series) {
    for (let i = 0; i < rows; i += step) {
      const v = data[i * cols + j] as number;
      if (v - v !== 0) continue;
      count += 1;
      const away = v - mean;
      mean += away / count;
      squares += away * (v - mean);
    }
  }
  return count > 0 ? Math.sqrt(squares / count) : 0;
}
