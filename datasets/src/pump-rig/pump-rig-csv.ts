import { ParamError } from "@telltale/core";
import type { PumpRig } from "./pump-rig.js";

export interface CsvOptions {
  /** Character between two cells. Default `;`. */
  readonly delimiter?: string;
  /** Whether the columns `anomaly`, `changepoint` and `fault` are written. Default true. */
  readonly labels?: boolean;
  /** First row to write and the one after the last. Default: all. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * A recorded run as the text of a CSV file: `datetime`, the sensors, then the labels; lines end with CR LF, as the Skoltech
 * Anomaly Benchmark's do. Numbers are written so that reading them gives the same bits.
 *
 * @throws `ParamError` `PARAM_RANGE` for a delimiter that is not one character, or one that numbers and times contain
 * @example
 * ```ts
 * import { pumpRig, pumpRigCsv } from "@telltale/datasets";
 * const text = pumpRigCsv(pumpRig({ seed: 7, rows: 300 }));
 * console.log(text.split("\r\n").length); // 302
 * ```
 */
export function pumpRigCsv(rig: PumpRig, options: CsvOptions = {}): string {
  const { delimiter = ";", labels = true, from = 0, to = rig.matrix.rows } = options;
  if (delimiter.length !== 1 || /[\w\s.:+"-]/.test(delimiter.replace("\t", ";"))) {
    throw new ParamError(
      "PARAM_RANGE",
      `delimiter: expected one of ; , | or a tab; found ${JSON.stringify(delimiter)}`,
    );
  }
  const { data, cols, columns = [] } = rig.matrix;
  const names = ["datetime", ...columns, ...(labels ? ["anomaly", "changepoint", "fault"] : [])];
  const lines = [names.join(delimiter)];
  for (let i = from; i < to; i++) {
    const cells: (string | number | undefined)[] = [dateTime(rig.time[i] as number)];
    for (let j = 0; j < cols; j++) cells.push(data[i * cols + j]);
    if (labels) cells.push(rig.anomaly[i], rig.changepoint[i], rig.fault[i]);
    lines.push(cells.join(delimiter));
  }
  lines.push("");
  return lines.join("\r\n");
}

/** `2020-03-01 00:00:00`, in UTC. */
function dateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}
