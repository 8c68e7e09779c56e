import { stat } from "node:fs/promises";
import { DataError, FileError } from "@telltale/core";
import { columnOf, openSource, type Table, table as tableOf, toMatrix } from "@telltale/data";

/** Refuses what is not a folder. @throws FileError `FILE_NOT_FOUND` */
export async function requireFolder(folder: string, remedy: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return;
  throw new FileError("FILE_NOT_FOUND", `${folder} is not a folder`, { where: { file: folder }, remedy });
}

/**
 * Refuses a folder in which files are missing, and says which.
 *
 * @param names  files by their paths, relative to the folder as they are shown
 * @throws FileError `FILE_NOT_FOUND`
 */
export async function requireFiles(
  folder: string,
  names: readonly string[],
  pathOf: (name: string) => string,
  remedy: string,
): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    if ((await stat(pathOf(name)).catch(() => undefined)) === undefined) missing.push(name);
  }
  if (missing.length === 0) return;
  const shown = missing.length > 8 ? [...missing.slice(0, 8), `and ${missing.length - 8} more`] : missing;
  throw new FileError(
    "FILE_NOT_FOUND",
    `${names.length} files are expected in ${folder}; ${missing.length} ${missing.length === 1 ? "is" : "are"} not there: ${shown.join(", ")}`,
    { where: { file: folder }, remedy },
  );
}

/** Files as one table each, in the order of the paths. @throws as `openSource` */
export async function readTables(paths: readonly string[]): Promise<Table[]> {
  const source = await openSource(paths);
  try {
    const chunks = new Map<string, Table[]>();
    for await (const chunk of source.chunks()) {
      const file = chunk.file as string;
      chunks.set(file, [...(chunks.get(file) ?? []), chunk]);
    }
    return paths.map((path) => {
      const own = chunks.get(path) ?? [];
      return own.length === 1 ? (own[0] as Table) : joinedTable(own, path);
    });
  } finally {
    await source.close();
  }
}

function joinedTable(chunks: readonly Table[], file: string): Table {
  const [first] = chunks;
  if (first === undefined) {
    throw new DataError("DATA_EMPTY", "a file with rows is expected; found none", { where: { file } });
  }
  const columns = first.columns.map(({ name, type }) => {
    const parts = chunks.map((chunk) => columnOf(chunk, name).values);
    if (type === "string") return { name, type, values: parts.flatMap((part) => [...(part as (string | null)[])]) };
    const rows = parts.reduce((sum, { length }) => sum + length, 0);
    const values = type === "boolean" ? new Uint8Array(rows) : new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      values.set(part as Float64Array, at);
      at += part.length;
    }
    return { name, type, values };
  });
  return tableOf(columns as Table["columns"], { file });
}

/** Numbers of a column. @throws ColumnError `COLUMN_MISSING` · DataError `DATA_NOT_NUMERIC` */
function numbersOf(table: Table, name: string, file: string): Float64Array {
  columnOf(table, name);
  return toMatrix({ ...table, file }, { columns: [name] }).data;
}

/** Labels of a column, 0 or 1. @throws DataError `DATA_LABEL` */
export function labelsOf(table: Table, name: string, file: string): Uint8Array {
  const values = numbersOf(table, name, file);
  const wrong = values.findIndex((value) => value !== 0 && value !== 1);
  if (wrong >= 0) {
    throw new DataError("DATA_LABEL", `a label is 0 or 1; found ${values[wrong]}`, {
      where: { file, row: wrong + 1, column: name },
      remedy: "Take the file as it was published",
    });
  }
  return Uint8Array.from(values);
}

/** Times of a column in seconds. @throws DataError `DATA_TIME` */
export function timesOf(table: Table, name: string, file: string): Float64Array {
  const column = columnOf(table, name);
  if (column.type !== "timestamp") {
    throw new DataError("DATA_TIME", `times are expected; found ${column.type}`, {
      where: { file, column: name },
      remedy: "Take the file as it was published, with times such as 2020-03-09 10:14:33",
    });
  }
  return column.values.map((value) => value / 1000);
}
