import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { PlantedData } from "./generators.js";

/** Rows turned into text before they are written. */
const ROWS_AT_ONCE = 2_000;

/** Writes a matrix as CSV: a header `sensor_00, sensor_01 …`, then one line a row, fourteen significant digits. */
export function writeCsv(file: string, { x }: PlantedData, rows: number, cols: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const names = Array.from({ length: cols }, (_, j) => `sensor_${String(j).padStart(2, "0")}`);
  const handle = openSync(`${file}.part`, "w");
  try {
    writeSync(handle, `${names.join(",")}\n`);
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      let text = "";
      for (let i = first; i < Math.min(rows, first + ROWS_AT_ONCE); i++) {
        for (let j = 0; j < cols; j++) {
          text += `${(x[i * cols + j] as number).toPrecision(14)}${j + 1 < cols ? "," : "\n"}`;
        }
      }
      writeSync(handle, text);
    }
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.part`, file);
}

/** Writes `times` copies of a CSV file's rows under one header: a longer file of the same content. */
export function repeatCsv(file: string, source: string, times: number): void {
  if (existsSync(file)) return;
  const input = openSync(source, "r");
  const output = openSync(`${file}.part`, "w");
  try {
    const buffer = Buffer.alloc(2 ** 24);
    const headerEnd = readSync(input, buffer, 0, buffer.length, 0) && buffer.indexOf("\n") + 1;
    writeSync(output, buffer, 0, headerEnd);
    for (let copy = 0; copy < times; copy++) {
      for (let at = headerEnd; ; ) {
        const read = readSync(input, buffer, 0, buffer.length, at);
        if (read === 0) break;
        writeSync(output, buffer, 0, read);
        at += read;
      }
    }
  } finally {
    closeSync(input);
    closeSync(output);
  }
  renameSync(`${file}.part`, file);
}

/**
 * The numbers of one column of a small CSV file without quotes.
 *
 * @throws an error naming the file when there is no such column
 */
export function readCsvColumn(file: string, column: string): Float64Array {
  const [header = "", ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  const at = header.trimEnd().split(",").indexOf(column);
  if (at < 0) throw new Error(`${file}: expected a column ${column}; found ${header}`);
  return Float64Array.from(lines, (line) => Number(line.split(",")[at]));
}
