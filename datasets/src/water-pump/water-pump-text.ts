import { csvText, matrixColumns, timeColumn } from "../text/csv-text.js";
import type { TextOptions } from "../text/text-options.js";
import { WATER_PUMP_COLUMNS, type WaterPump } from "./water-pump.js";

/**
 * A recorded run as the text of a CSV file, a piece at a time: a row number under an empty header cell, `timestamp`,
 * `sensor_00` … `sensor_51`, and `machine_status`, with commas. A missing reading is an empty cell. 55 columns with the labels.
 *
 * @example
 * ```ts
 * import { waterPump, waterPumpText } from "@telltale/datasets";
 * const [header] = waterPumpText(waterPump({ seed: 1, rows: 700, failures: 1 }));
 * console.log(header?.slice(0, 21)); // ,timestamp,sensor_00,
 * ```
 */
export function waterPumpText(pump: WaterPump, options: TextOptions = {}): Iterable<string> {
  const { labels = true, from = 0, to = pump.matrix.rows } = options;
  const columns = [
    { name: "", cell: (i: number) => i },
    timeColumn("timestamp", pump.time),
    ...matrixColumns(pump.matrix.data, pump.matrix.cols, WATER_PUMP_COLUMNS),
    ...(labels ? [{ name: "machine_status", cell: (i: number) => pump.status[i] }] : []),
  ];
  return csvText(columns, from, to, { delimiter: ",", lineEnd: "\n" });
}
