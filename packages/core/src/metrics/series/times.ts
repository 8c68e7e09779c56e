import { DataError, ShapeError } from "../../errors.js";
import { seriesEnd } from "./events.js";

/** Time of each row as a number, in any unit: seconds, milliseconds since 1970, hours of operation. */
export type Times = ArrayLike<number>;

/**
 * @throws {@link ShapeError} `SHAPE_MISMATCH` for another number of times than rows · {@link DataError} `DATA_TIME` with the
 *   row for a time that is missing, infinite or before the one of the row above
 */
export function checkTimes(times: Times | undefined, starts: ArrayLike<number>, rows: number): void {
  if (times === undefined) return;
  if (times.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need as many times; found ${times.length}`);
  }
  for (let s = 0; s < starts.length; s++) {
    const end = seriesEnd(starts, s, rows);
    let before = Number.NEGATIVE_INFINITY;
    for (let i = starts[s] as number; i < end; i++) {
      const time = times[i] as number;
      if (!Number.isFinite(time)) throw badTime(`a time is a finite number; found ${time}`, i);
      if (time < before) throw badTime(`times ascend; found ${time} after ${before}`, i);
      before = time;
    }
  }
}

function badTime(problem: string, i: number): DataError {
  return new DataError("DATA_TIME", problem, {
    where: { row: i + 1 },
    remedy: "Sort the rows by time, and say with starts where a new series begins",
  });
}
