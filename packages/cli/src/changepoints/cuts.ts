import { type Matrix, type PeltOptions, pelt, stackRows } from "@telltale/core";
import { type MatrixChunk, timestampFormatter } from "@telltale/data";
import { causesOf, timeText } from "../output/row-facts.js";
import type { Change } from "./change.js";

/** Cuts each file, which is held in memory, where that costs least. */
export async function* changesByCuts(
  chunks: AsyncIterable<MatrixChunk>,
  options: PeltOptions,
  top: number,
): AsyncGenerator<Change[], void, undefined> {
  let file: MatrixChunk[] = [];
  for await (const chunk of chunks) {
    if (chunk.firstRow === 1 && file.length > 0) {
      yield cut(file, options, top);
      file = [];
    }
    file.push(chunk);
  }
  if (file.length > 0) yield cut(file, options, top);
}

function cut(chunks: readonly MatrixChunk[], options: PeltOptions, top: number): Change[] {
  const format = timestampFormatter();
  const x = stackRows(chunks.map(({ matrix }) => matrix));
  const cuts = pelt(x, options);
  return Array.from(cuts, (row, k) => {
    const chunk = chunks.findLast(({ firstRow }) => firstRow <= row + 1) as MatrixChunk;
    const pushes = jumps(x, cuts[k - 1] ?? 0, row, cuts[k + 1] ?? x.rows);
    return {
      file: chunk.file,
      row: row + 1,
      time: timeText(chunk.time, row + 1 - chunk.firstRow, format),
      score: null,
      causes: causesOf(pushes, x.columns ?? [], top),
    };
  });
}

/** Of each column, the squared jump between the means of two stretches, in the variance of the rows within them. */
function jumps({ data, cols }: Matrix, from: number, middle: number, to: number): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => {
    const [before, after] = [moments(data, cols, j, from, middle), moments(data, cols, j, middle, to)];
    const within = before.scatter + after.scatter;
    const jump = (after.mean - before.mean) ** 2;
    return jump === 0 ? 0 : Math.min(1e300, (jump * (to - from)) / Math.max(within, 1e-12 * jump));
  });
}

function moments(data: Float64Array, cols: number, j: number, from: number, to: number) {
  let sum = 0;
  for (let i = from; i < to; i++) sum += data[i * cols + j] as number;
  const mean = sum / (to - from);
  let scatter = 0;
  for (let i = from; i < to; i++) scatter += ((data[i * cols + j] as number) - mean) ** 2;
  return { mean, scatter };
}
