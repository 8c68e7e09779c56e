import type { Matrix } from "../../../matrix.js";

/**
 * Which rows to remember: the extremes of every column, so that no estimate has to reach beyond them, then rows evenly along
 * the order of their lengths, as the vector ordering of MSET has it. Equal rows are remembered once.
 *
 * @see https://www.osti.gov/biblio/481606 Gross, Singer, Wegerich, Herzog, VanAlstine, Bockhorst (1997): application of a model-based fault detection system to nuclear plant signals
 */
export function rememberedRows(x: Matrix, most: number): Int32Array {
  const { data, rows, cols } = x;
  const distinct = distinctRows(x);
  if (distinct.length <= most) return Int32Array.from(distinct);
  const taken = new Set<number>();
  for (let j = 0; j < cols; j++) {
    const value = (row: number) => data[row * cols + j] as number;
    let [low, high] = [distinct[0] as number, distinct[0] as number];
    for (const row of distinct) {
      if (value(row) < value(low)) low = row;
      if (value(row) > value(high)) high = row;
    }
    for (const row of [low, high]) if (taken.size < most) taken.add(row);
  }
  const lengths = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let squares = 0;
    for (let j = 0; j < cols; j++) squares += (data[i * cols + j] as number) ** 2;
    lengths[i] = squares;
  }
  const left = distinct
    .filter((row) => !taken.has(row))
    .sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  const wanted = most - taken.size;
  for (let k = 0; k < wanted; k++) taken.add(left[Math.floor(((k + 0.5) * left.length) / wanted)] as number);
  return Int32Array.from(taken).sort();
}

/** The first of equal rows each, in their order. */
function distinctRows({ data, rows, cols }: Matrix): number[] {
  const seen = new Set<string>();
  const first: number[] = [];
  for (let i = 0; i < rows; i++) {
    const key = data.subarray(i * cols, (i + 1) * cols).join();
    if (seen.has(key)) continue;
    seen.add(key);
    first.push(i);
  }
  return first;
}
