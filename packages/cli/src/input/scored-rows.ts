import { ColumnError, type FittedPipeline, type Kernels, type Matrix } from "@telltale/core";
import type { Column, Source } from "@telltale/data";
import type { Progress } from "../output/progress.js";
import { expectedRows } from "./expected-rows.js";
import { readNotes } from "./model-notes.js";

export interface ScoringOptions {
  readonly kernels: Kernels;
  readonly threads: number | undefined;
  readonly chunkRows: number | undefined;
  readonly time?: string | undefined;
  readonly label?: string | undefined;
  readonly normal?: readonly string[] | undefined;
  /** Whether contributions are wanted, too. */
  readonly explain?: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Consecutive rows of one file with their scores. */
export interface ScoredRows {
  readonly file: string;
  readonly firstRow: number;
  readonly rows: number;
  /** NaN for a row that the model leaves out. */
  readonly scores: Float64Array;
  readonly time: Column | undefined;
  readonly labels: Uint8Array | undefined;
  /** rows × columns of the model. */
  readonly contributions: Matrix | undefined;
}

/**
 * Scores all rows of a source in bounded memory. Each file is a series of its own; a series is scored alike however it is
 * cut into chunks. The next chunk is read while this one is scored.
 */
export async function* scoredRows(
  model: FittedPipeline,
  source: Source,
  options: ScoringOptions,
): AsyncGenerator<ScoredRows, void, undefined> {
  requireModelColumns(model, source);
  const { kernels, signal, progress, time, label } = options;
  const call = { kernels, ...(options.threads === undefined ? {} : { threads: options.threads }) };
  const stream = model.stream(call);
  const expected = await expectedRows(source.files);
  let rows = 0;
  const selection = {
    ...variablesOf(model, source),
    time,
    label,
    normal: options.normal,
    rowsPerChunk: options.chunkRows,
    reuse: true,
  };
  for await (const { matrix, file, firstRow, time: when, labels } of source.matrices(selection)) {
    signal.throwIfAborted();
    if (firstRow === 1) stream.reset(file);
    const found =
      options.explain === true
        ? await stream.explain(matrix, { signal })
        : { scores: await stream.push(matrix, { signal }), contributions: undefined };
    yield { file, firstRow, rows: matrix.rows, time: when, labels, ...found };
    rows += matrix.rows;
    progress.to(expected === undefined ? undefined : rows / expected, rows);
  }
}

/** The model's columns by name; without names, all variables but those that the model was not fitted on either. */
function variablesOf(model: FittedPipeline, source: Source): { columns?: readonly string[]; drop?: readonly string[] } {
  if (model.columns !== undefined) return { columns: model.columns };
  const { time, label, dropped } = readNotes(model);
  return {
    drop: [time, label, ...dropped].filter((name) => name !== undefined && source.columns.includes(name)) as string[],
  };
}

/** @throws {@link ColumnError} `COLUMN_MISSING` naming the first file that lacks columns of the model */
function requireModelColumns(model: FittedPipeline, source: Source): void {
  for (const { file, columns } of source.files) {
    const found = columns.map(({ name }) => name);
    const missing = model.columns?.filter((name) => !found.includes(name)) ?? [];
    if (missing.length === 0) continue;
    throw new ColumnError(
      "COLUMN_MISSING",
      `the model needs columns that the file does not have: ${missing.join(", ")}`,
      {
        where: { file },
        remedy: `The file has: ${found.join(", ")}. Run telltale inspect to see what the model needs`,
      },
    );
  }
}

/** Whether every file has a column. */
export function everywhere(source: Source, name: string): boolean {
  return source.files.every(({ columns }) => columns.some((column) => column.name === name));
}
