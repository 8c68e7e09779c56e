import { csvText, matrixColumns, timeColumn } from "../text/csv-text.js";
import type { TextOptions } from "../text/text-options.js";
import { PUMP_RIG_COLUMNS, type PumpRig } from "./pump-rig.js";

export interface CsvOptions extends TextOptions {
  /** Character between two cells. Default `;`. */
  readonly delimiter?: string;
}

/**
 * A recorded run as the text of a CSV file: `datetime`, the sensors, then the labels `anomaly`, `changepoint` and `fault`;
 * lines end with CR LF, as the Skoltech Anomaly Benchmark's do. Numbers are written so that reading them gives the same bits.
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
  return [...pumpRigText(rig, options)].join("");
}

/** The same text, a piece at a time. @throws `ParamError` `PARAM_RANGE` as {@link pumpRigCsv} */
export function pumpRigText(rig: PumpRig, options: CsvOptions = {}): Iterable<string> {
  const { delimiter = ";", labels = true, from = 0, to = rig.matrix.rows } = options;
  const columns = [
    timeColumn("datetime", rig.time),
    ...matrixColumns(rig.matrix.data, rig.matrix.cols, PUMP_RIG_COLUMNS),
    ...(labels
      ? [
          { name: "anomaly", cell: (i: number) => rig.anomaly[i] },
          { name: "changepoint", cell: (i: number) => rig.changepoint[i] },
          { name: "fault", cell: (i: number) => rig.fault[i] },
        ]
      : []),
  ];
  return csvText(columns, from, to, { delimiter, lineEnd: "\r\n" });
}
