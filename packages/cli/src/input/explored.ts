import { ColumnError } from "@telltale/core";
import { columnOf, labelReader, type Source } from "@telltale/data";
import { type Exploration, Explorer } from "@telltale/report";
import type { Progress } from "../output/progress.js";
import { expectedRows } from "./expected-rows.js";
import { timeColumn } from "./time-column.js";

export interface ExploredColumns {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly time?: string;
  readonly drop?: readonly string[];
  readonly split?: number;
}

/** Looks at all rows of a source, in bounded memory. */
export async function explored(
  source: Source,
  asked: ExploredColumns,
  signal: AbortSignal,
  progress: Progress,
): Promise<Exploration> {
  const { label, drop = [], split } = asked;
  const columns = columnsLeft(source, drop);
  const labels = label === undefined ? undefined : labelReader({ normal: asked.normal });
  const explorer = new Explorer({ label, split, time: timeColumn(source, asked) });
  const expected = await expectedRows(source.files);
  let rows = 0;
  for await (const table of source.chunks({ columns })) {
    signal.throwIfAborted();
    const { file = "", firstRow = 1 } = table;
    explorer.add(table, labels?.read(columnOf(table, label as string), { file, row: firstRow }));
    rows += table.rows;
    progress.to(expected === undefined ? undefined : rows / expected, rows);
  }
  labels?.finish(source.files.length === 1 ? source.files[0]?.file : undefined);
  return explorer.result();
}

function columnsLeft(source: Source, drop: readonly string[]): string[] {
  for (const name of drop) {
    if (source.files.some(({ columns }) => columns.some((column) => column.name === name))) continue;
    throw new ColumnError("COLUMN_MISSING", "there is no such column", {
      where: { column: name },
      remedy: `There are ${source.columns.slice(0, 12).join(", ")}${source.columns.length > 12 ? ` and ${source.columns.length - 12} more` : ""}`,
    });
  }
  const left = source.columns.filter((name) => !drop.includes(name));
  if (left.length > 0) return left;
  throw new ColumnError("COLUMN_COUNT", "no column is left to look at", { remedy: "Drop fewer columns" });
}
