import { type Matrix, matrix, ShapeError } from "@telltale/core";
import { type Column, columnOf, openSource } from "@telltale/data";
import { type WaterPumpOptions, waterPump } from "@telltale/datasets";

/** Rows of a minute that make one of the study. */
export const STEP_MINUTES = 5;
const STEP = STEP_MINUTES * 60_000;

/** A breakdown, in rows of the record. */
export interface Breakdown {
  /** First row in which sensors show it, where that is known: in a simulated record. */
  readonly announced: number | undefined;
  /** The row in which the pump is BROKEN. */
  readonly broken: number;
  /** The first one in which it is NORMAL again. */
  readonly recovered: number;
}

/** A pump's record in rows of some minutes, medians of each sensor. */
export interface PumpRecord {
  /** NaN where a sensor was silent. */
  readonly x: Matrix;
  /** Rows [from, to) in which the pump runs without a break: each is a series of its own. */
  readonly runs: readonly (readonly [from: number, to: number])[];
  readonly breakdowns: readonly Breakdown[];
}

/** What is known of each minute. */
interface Minutes {
  readonly x: Matrix;
  /** Milliseconds. */
  readonly time: ArrayLike<number>;
  readonly status: (row: number) => unknown;
}

/** A simulated record, of which the onset of wear is known. */
export function simulatedRecord(options: WaterPumpOptions): PumpRecord {
  const pump = waterPump(options);
  const { record, rowOf } = inSteps({ x: pump.matrix, time: pump.time, status: (i) => pump.status[i] });
  const breakdowns = record.breakdowns.map((each, k) => {
    const failure = pump.failures[k];
    return { ...each, announced: failure === undefined ? undefined : rowOf(failure.announced) };
  });
  return { ...record, breakdowns };
}

/**
 * A record in the layout of the one on Kaggle: timestamp, sensor_00 …, machine_status.
 *
 * @throws what `openSource` throws; {@link ShapeError} `SHAPE_EMPTY` without rows
 */
export async function recordOfFile(file: string): Promise<PumpRecord> {
  const source = await openSource([file]);
  const columns: Column[][] = [];
  let names: string[] = [];
  try {
    for await (const chunk of source.chunks({ rowsPerChunk: 50_000 })) {
      names = chunk.columns.map(({ name }) => name).filter((name) => /^sensor_\d+$/.test(name));
      columns.push(["timestamp", "machine_status", ...names].map((name) => columnOf(chunk, name)));
    }
  } finally {
    await source.close();
  }
  const time = columns.flatMap(([at]) => Array.from(at?.values as ArrayLike<number>));
  const status = columns.flatMap(([, word]) => Array.from(word?.values as ArrayLike<unknown>));
  const data = new Float64Array(time.length * names.length);
  let from = 0;
  for (const [at, , ...sensors] of columns) {
    const rows = at?.values.length ?? 0;
    sensors.forEach(({ type, values }, j) => {
      // A sensor that never spoke has no type of its own.
      for (let i = 0; i < rows; i++)
        data[(from + i) * names.length + j] = type === "float64" ? (values[i] as number) : Number.NaN;
    });
    from += rows;
  }
  return inSteps({ x: matrix(data, time.length, names.length, names), time, status: (i) => status[i] }).record;
}

/** Minutes in steps, on the clock; a step without a minute breaks a run, as a breakdown does. */
function inSteps({ x, time, status }: Minutes): { record: PumpRecord; rowOf: (minute: number) => number } {
  if (x.rows === 0) throw new ShapeError("SHAPE_EMPTY", "a record of a pump needs rows; found none");
  const { cols } = x;
  const steps: { from: number; to: number; clock: number }[] = [];
  for (let i = 0; i < x.rows; i++) {
    const clock = Math.floor((time[i] as number) / STEP);
    const last = steps.at(-1);
    if (last?.clock === clock) last.to = i + 1;
    else steps.push({ from: i, to: i + 1, clock });
  }
  const data = new Float64Array(steps.length * cols);
  const words = steps.map(({ from, to }, row) => {
    for (let j = 0; j < cols; j++) {
      const values: number[] = [];
      for (let i = from; i < to; i++)
        if (!Number.isNaN(x.data[i * cols + j])) values.push(x.data[i * cols + j] as number);
      data[row * cols + j] = values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
    }
    const said = new Set(Array.from({ length: to - from }, (_, k) => status(from + k)));
    return said.has("BROKEN") ? "BROKEN" : said.has("RECOVERING") ? "RECOVERING" : "NORMAL";
  });
  const runs: [number, number][] = [];
  const breakdowns: Breakdown[] = [];
  words.forEach((word, row) => {
    const last = runs.at(-1);
    const follows = row > 0 && steps[row]?.clock === (steps[row - 1]?.clock ?? 0) + 1;
    if (word === "NORMAL" && last !== undefined && last[1] === row && follows) last[1] = row + 1;
    else if (word === "NORMAL") runs.push([row, row + 1]);
    else if (word === "BROKEN" && words[row - 1] !== "BROKEN") {
      const after = words.findIndex((later, i) => i > row && later === "NORMAL");
      breakdowns.push({ announced: undefined, broken: row, recovered: after < 0 ? words.length : after });
    }
  });
  const rowOf = (minute: number) => steps.findIndex(({ from, to }) => from <= minute && minute < to);
  return { record: { x: matrix(data, steps.length, cols, x.columns ?? []), runs, breakdowns }, rowOf };
}
