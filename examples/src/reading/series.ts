import { type Matrix, matrix } from "@telltale/core";
import { openSource } from "@telltale/data";

/** One file of sensors in memory. */
export interface Series {
  readonly file: string;
  readonly x: Matrix;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  readonly labels: Uint8Array;
}

/** Reads files: each is a series of its own, with its times and labels. */
export async function readSeries(
  paths: readonly string[],
  columns: { readonly time: string; readonly label?: string; readonly drop?: readonly string[] },
): Promise<Series[]> {
  const source = await openSource(paths);
  const series: Series[] = [];
  // So many rows at a time that every file comes in one piece.
  for await (const { matrix: x, time, labels, file } of source.matrices({ ...columns, rowsPerChunk: 1_000_000 })) {
    series.push({
      file,
      x,
      times: time?.type === "timestamp" ? time.values : Float64Array.from({ length: x.rows }, (_, i) => i),
      labels: labels ?? new Uint8Array(x.rows),
    });
  }
  await source.close();
  return series;
}

/** Labels, or flags, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Scores, one after the other. */
export function joinedScores(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

/** The rows that a mark is set on. */
export function rowsWhere({ data, cols, columns }: Matrix, marked: (row: number) => boolean): Matrix {
  const rows = Array.from({ length: data.length / cols }, (_, i) => i).filter(marked);
  const values = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    values.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return matrix(values, rows.length, cols, columns);
}
