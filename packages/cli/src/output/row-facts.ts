import type { Column } from "@telltale/data";

/** A column that pushed a score up, with its share of all upward pushes. */
export interface Cause {
  readonly column: string;
  readonly share: number;
}

/**
 * The columns that pushed up most, at most `most` of them, the largest first; none where nothing is known.
 *
 * @param names  of the columns; their numbers where there are none
 */
export function causesOf(pushes: Float64Array | undefined, names: readonly string[], most: number): readonly Cause[] {
  if (pushes === undefined) return [];
  const total = pushes.reduce((sum, push) => sum + Math.max(0, push), 0);
  return [...pushes.keys()]
    .filter((j) => (pushes[j] as number) > 0)
    .sort((a, b) => (pushes[b] as number) - (pushes[a] as number) || a - b)
    .slice(0, most)
    .map((j) => ({ column: names[j] ?? String(j), share: (pushes[j] as number) / total }));
}

/**
 * The time of a row as text; null where there is none.
 *
 * @param format  of milliseconds since 1970
 */
export function timeText(time: Column | undefined, row: number, format: (time: number) => string): string | null {
  const value = time?.values[row];
  if (value === undefined || value === null || (typeof value === "number" && Number.isNaN(value))) return null;
  return time?.type === "timestamp" ? format(value as number) : String(value);
}
