import { basename } from "node:path";
import type { LabelledSet } from "@telltale/compare";
import { DataError, type Matrix } from "@telltale/core";
import {
  type Column,
  type LabelMeaning,
  type MatrixChunk,
  openSource,
  type ReadOptions,
  type Source,
} from "@telltale/data";
import { UsageError } from "../failure.js";
import type { Progress } from "../output/progress.js";
import { expectedRows } from "./expected-rows.js";
import { timeColumn } from "./time-column.js";

export interface ComparedColumns {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly time?: string;
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  /** A column, or the word `file`. */
  readonly group?: string;
  /** False takes the rows as in no order, whatever times there are. */
  readonly inOrder: boolean;
}

/** Labelled rows of one or more files, and how they were understood. */
export interface ComparedSet extends LabelledSet {
  readonly files: readonly string[];
  readonly meaning: LabelMeaning;
  readonly time: string | undefined;
  /** Values that are missing. */
  readonly missing: number;
}

/** The word that stands for the file of a row. */
const FILE = "file";

/**
 * Reads all rows of some files as one set.
 *
 * @param name  of the set
 * @throws {@link UsageError} `USAGE` without a label · {@link DataError} `DATA_TIME` for times that do not ascend · what reading throws
 */
export async function readComparedSet(
  name: string,
  paths: readonly string[],
  options: ReadOptions,
  asked: ComparedColumns,
  signal: AbortSignal,
  progress: Progress,
): Promise<ComparedSet> {
  const source = await openSource(paths, options);
  try {
    const label = requireLabel(source, asked.label);
    const time = timeColumn(source, asked);
    const group = asked.group === undefined || asked.group === FILE ? undefined : asked.group;
    const beside = [...(asked.inOrder || time === undefined ? [] : [time]), ...(group === undefined ? [] : [group])];
    const expected = await expectedRows(source.files);
    const chunks: MatrixChunk[] = [];
    let rows = 0;
    for await (const chunk of source.matrices({
      columns: asked.columns,
      drop: [...(asked.drop ?? []), ...beside],
      label,
      normal: asked.normal,
      time: asked.inOrder ? time : undefined,
    })) {
      signal.throwIfAborted();
      chunks.push(chunk);
      rows += chunk.matrix.rows;
      progress.to(expected === undefined ? undefined : rows / expected, rows);
    }
    const first = (chunks[0] as MatrixChunk).matrix;
    const x = stacked(chunks, rows, first);
    if (asked.inOrder && time !== undefined) requireAscending(chunks);
    const groups =
      group !== undefined ? await groupsOf(source, group) : asked.group === FILE ? filesOf(chunks) : undefined;
    return {
      name,
      x,
      labels: labelsOf(chunks, rows),
      ...(asked.inOrder && time !== undefined ? { starts: startsOf(chunks) } : {}),
      ...(groups === undefined ? {} : { groups }),
      files: source.files.map(({ file }) => file),
      meaning: source.labelMeaning(),
      time,
      missing: x.data.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0),
    };
  } finally {
    await source.close();
  }
}

function requireLabel(source: Source, label: string | undefined): string {
  if (label !== undefined) return label;
  throw new UsageError("USAGE", "a comparison needs labels, and which column has them is not known", {
    remedy: `Say it with --label; the columns are: ${source.columns.join(", ")}`,
  });
}

function stacked(chunks: readonly MatrixChunk[], rows: number, { cols, columns = [] }: Matrix): Matrix {
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const { matrix } of chunks) {
    data.set(matrix.data, at * cols);
    at += matrix.rows;
  }
  return { data, rows, cols, columns };
}

function labelsOf(chunks: readonly MatrixChunk[], rows: number): Uint8Array {
  const labels = new Uint8Array(rows);
  let at = 0;
  for (const { labels: found, matrix } of chunks) {
    labels.set(found as Uint8Array, at);
    at += matrix.rows;
  }
  return labels;
}

/** First row of each file among all rows. */
function startsOf(chunks: readonly MatrixChunk[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const { firstRow, matrix } of chunks) {
    if (firstRow === 1) starts.push(at);
    at += matrix.rows;
  }
  return starts;
}

/** The file of each row; a file that was given twice is two. */
function filesOf(chunks: readonly MatrixChunk[]): string[] {
  const names = chunks.filter(({ firstRow }) => firstRow === 1).map(({ file }) => file);
  const short = names.map((name) => basename(name));
  const own = new Set(short).size === short.length ? short : names;
  let file = -1;
  return chunks.flatMap(({ firstRow, matrix }) => {
    if (firstRow === 1) file += 1;
    const name = own[file] as string;
    return new Array<string>(matrix.rows).fill(own.indexOf(name) === file ? name : `${name} (${file + 1})`);
  });
}

async function groupsOf(source: Source, group: string): Promise<string[]> {
  const groups: string[] = [];
  for await (const { columns } of source.chunks({ columns: [group] })) {
    for (const value of (columns[0] as Column).values) groups.push(value === null ? "" : String(value));
  }
  return groups;
}

/** Within a file; those of different files may overlap. */
function requireAscending(chunks: readonly MatrixChunk[]): void {
  let last = Number.NEGATIVE_INFINITY;
  for (const { file, firstRow, time } of chunks) {
    if (firstRow === 1) last = Number.NEGATIVE_INFINITY;
    if (time === undefined || time.type === "string") continue;
    for (const [i, value] of (time.values as Float64Array).entries()) {
      if (value < last) {
        throw new DataError("DATA_TIME", "the time is earlier than that of the row before", {
          where: { file, row: firstRow + i, column: time.name },
          remedy: "Sort the rows by time, or take rows in no order with --split stratified",
        });
      }
      if (!Number.isNaN(value)) last = value;
    }
  }
}
