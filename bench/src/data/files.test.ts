import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { dataFile, readDataFile } from "./binary-files.js";
import { readCsvColumn, repeatCsv, writeCsv } from "./csv-file.js";
import { plantedData } from "./generators.js";

const folder = mkdtempSync(join(tmpdir(), "telltale-bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a data file holds the generated rows, and is made once", () => {
  const made = dataFile("gaussian", 50, 3, folder);
  const read = readDataFile(made);
  expect(read.x.length).toBe(150);
  expect(read.labels.every((label) => label === 0 || label === 1)).toBe(true);
  const changed = statSync(made.file).mtimeMs;
  expect(readDataFile(dataFile("gaussian", 50, 3, folder))).toEqual(read);
  expect(statSync(made.file).mtimeMs).toBe(changed);
  expect(() => readDataFile({ ...made, cols: 4 })).toThrow("not 50 × 4");
});

test("CSV: header, fourteen digits, and as often as asked", () => {
  const data = plantedData("gaussian", 7, 2, 1);
  const [short, long] = [join(folder, "short.csv"), join(folder, "long.csv")];
  writeCsv(short, data, 7, 2);
  repeatCsv(long, short, 3);
  const column = readCsvColumn(short, "sensor_01");
  expect(Array.from(column)).toEqual(Array.from({ length: 7 }, (_, i) => Number(data.x[i * 2 + 1]?.toPrecision(14))));
  expect(Array.from(readCsvColumn(long, "sensor_01"))).toEqual([...column, ...column, ...column]);
  expect(readFileSync(long, "utf8").match(/sensor_00/g)).toHaveLength(1);
  expect(() => readCsvColumn(short, "score")).toThrow("expected a column score; found sensor_00,sensor_01");
});
