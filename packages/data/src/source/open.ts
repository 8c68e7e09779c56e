import { HEAD_BYTES, openCsv } from "../csv/csv-reader.js";
import type { Engine } from "../duckdb/engine.js";
import { openJson, openParquet } from "../duckdb/query-reader.js";
import { readHead } from "./bytes.js";
import { emptyError } from "./file-errors.js";
import { sniffFormat } from "./format.js";
import type { FileReader, ReadOptions } from "./reader.js";

/**
 * Opens one file, whatever its format.
 *
 * @param shownAs  what it is called in results and error texts, when that is not its path
 */
export async function openFile(
  path: string,
  engine: Engine,
  options: ReadOptions = {},
  shownAs: string = path,
): Promise<FileReader> {
  const head = await readHead(path, HEAD_BYTES);
  if (head.bytes.byteLength === 0) throw emptyError(shownAs, "an empty file");
  const format = options.format ?? sniffFormat(shownAs, head.bytes);
  switch (format) {
    case "csv":
      return openCsv(path, engine, options, head);
    case "parquet":
      return openParquet(path, engine);
    case "json":
    case "ndjson":
      return openJson(path, engine, format);
    case "arrow":
      return (await import("../arrow/arrow-reader.js")).openArrow(path);
    case "npy":
    case "npz":
      return (await import("../numpy/numpy-reader.js")).openNumpy(path, format);
  }
}
