import {
  type AlarmOptions,
  Alarms,
  type CallOptions,
  type DetectorStream,
  levelShift,
  type Matrix,
  matrix,
  rowRange,
  ShapeError,
  stackRows,
} from "@telltale/core";
import type { Column, MatrixChunk } from "@telltale/data";
import { type Change, changesOf } from "./change.js";

export interface LevelShiftSearch {
  readonly params: NonNullable<Parameters<typeof levelShift>[0]>;
  readonly alarms: AlarmOptions;
  /** Rows at the beginning of each file that are normal. */
  readonly train: number;
  readonly top: number;
  readonly call: CallOptions;
}

/** A file that has been learned from. */
interface Watched {
  readonly stream: DetectorStream;
  readonly alarms: Alarms;
}

/**
 * Learns from the first rows of each file what is normal, and tells the changes in the rows after them, in bounded memory.
 *
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS` for a file that ends before it has so many rows
 */
export async function* changesByLevelShift(
  chunks: AsyncIterable<MatrixChunk>,
  search: LevelShiftSearch,
): AsyncGenerator<Change[], void, undefined> {
  const { call, train, top } = search;
  let waiting: MatrixChunk[] = [];
  let watched: Watched | undefined;
  for await (const chunk of chunks) {
    if (chunk.firstRow === 1) {
      requireEnough(waiting, train);
      waiting = [];
      watched = undefined;
    }
    let from = 0;
    if (watched === undefined) {
      waiting.push(chunk);
      const there = chunk.firstRow + chunk.matrix.rows - 1;
      if (there < train) continue;
      const rows = stackRows(waiting.map((each) => each.matrix));
      watched = await learned(rowRange(rows, 0, train), search);
      waiting = [];
      from = train - chunk.firstRow + 1;
    }
    yield await next(watched, chunk, from, call, top);
  }
  requireEnough(waiting, train);
}

async function learned(x: Matrix, { params, alarms, call }: LevelShiftSearch): Promise<Watched> {
  const model = await levelShift(params).fit(x, call);
  const stream = model.open() as DetectorStream;
  // What comes is compared with the end of the training rows, too.
  await stream.push(x, call);
  return { stream, alarms: new Alarms(alarms) };
}

async function next(
  { stream, alarms }: Watched,
  chunk: MatrixChunk,
  from: number,
  call: CallOptions,
  top: number,
): Promise<Change[]> {
  const x = rowRange(chunk.matrix, from, chunk.matrix.rows);
  const pushes = new Float64Array(x.data.length);
  const scores = await stream.push(x, call, pushes);
  const { time } = chunk;
  return changesOf(
    {
      file: chunk.file,
      firstRow: chunk.firstRow + from,
      scores,
      time: time === undefined ? undefined : ({ ...time, values: time.values.slice(from) } as Column),
      contributions: matrix(pushes, x.rows, x.cols, x.columns),
    },
    alarms,
    top,
  );
}

function requireEnough(waiting: readonly MatrixChunk[], train: number): void {
  const last = waiting.at(-1);
  if (last === undefined) return;
  const rows = last.firstRow + last.matrix.rows - 1;
  throw new ShapeError("SHAPE_TOO_FEW_ROWS", `the first ${train} rows are to learn from; found ${rows}`, {
    where: { file: last.file },
    remedy: "Say with --train how many rows are normal, name a model with --model, or use --method pelt",
  });
}
