import { ColumnError, type FittedPipeline, type Kernels, type Matrix, rowRange, stackRows } from "@telltale/core";
import type { Column, MatrixChunk, Source } from "@telltale/data";
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
  /** What was scored; holds until the next rows are asked for. */
  readonly matrix: Matrix;
  /** NaN for a row that the model leaves out. */
  readonly scores: Float64Array;
  readonly time: Column | undefined;
  readonly labels: Uint8Array | undefined;
  /** rows × columns of the model. */
  readonly contributions: Matrix | undefined;
}

/**
 * Scores all rows of a source. Each file is a series of its own, scored alike however it is cut into chunks. In bounded
 * memory, and the next chunk is read while this one is scored; but a model that must see a series whole gets one file
 * after the other into memory.
 */
export async function* scoredRows(
  model: FittedPipeline,
  source: Source,
  options: ScoringOptions,
): AsyncGenerator<ScoredRows, void, undefined> {
  requireModelColumns(model, source);
  const { signal, progress, time, label } = options;
  const expected = await expectedRows(source.files);
  let rows = 0;
  const { streams } = model;
  const chunks = source.matrices({
    ...variablesOf(model, source),
    time,
    label,
    normal: options.normal,
    rowsPerChunk: options.chunkRows,
    reuse: streams,
  });
  for await (const scored of streams ? streamed(model, chunks, options) : whole(model, chunks, options)) {
    signal.throwIfAborted();
    yield scored;
    rows += scored.rows;
    progress.to(expected === undefined ? undefined : rows / expected, rows);
  }
}

function callOptions({ kernels, threads }: ScoringOptions) {
  return { kernels, ...(threads === undefined ? {} : { threads }) };
}

async function* streamed(
  model: FittedPipeline,
  chunks: AsyncIterable<MatrixChunk>,
  options: ScoringOptions,
): AsyncGenerator<ScoredRows, void, undefined> {
  const { signal } = options;
  const stream = model.stream(callOptions(options));
  for await (const { matrix, file, firstRow, time: when, labels } of chunks) {
    signal.throwIfAborted();
    if (firstRow === 1) stream.reset(file);
    const found =
      options.explain === true
        ? await stream.explain(matrix, { signal })
        : { scores: await stream.push(matrix, { signal }), contributions: undefined };
    yield { file, firstRow, rows: matrix.rows, matrix, time: when, labels, ...found };
  }
}

async function* whole(
  model: FittedPipeline,
  chunks: AsyncIterable<MatrixChunk>,
  options: ScoringOptions,
): AsyncGenerator<ScoredRows, void, undefined> {
  let series: MatrixChunk[] = [];
  for await (const chunk of chunks) {
    options.signal.throwIfAborted();
    // A first row of 1 begins another series even when the same file is given twice.
    if (chunk.firstRow === 1 && series.length > 0) {
      yield* scoredSeries(model, series, options);
      series = [];
    }
    series.push(chunk);
  }
  if (series.length > 0) yield* scoredSeries(model, series, options);
}

/** The chunks of one series with the scores that their rows have in it. */
async function* scoredSeries(
  model: FittedPipeline,
  chunks: readonly MatrixChunk[],
  options: ScoringOptions,
): AsyncGenerator<ScoredRows, void, undefined> {
  const { signal } = options;
  const call = { ...callOptions(options), signal, sources: [(chunks[0] as MatrixChunk).file] };
  const x = stackRows(chunks.map(({ matrix }) => matrix));
  const scores = await model.score(x, call);
  const contributions = options.explain === true ? await model.contributions(x, call) : undefined;
  let from = 0;
  for (const { matrix, file, firstRow, time, labels } of chunks) {
    const { rows } = matrix;
    yield {
      file,
      firstRow,
      rows,
      matrix,
      time,
      labels,
      scores: scores.subarray(from, from + rows),
      contributions: contributions === undefined ? undefined : rowRange(contributions, from, from + rows),
    };
    from += rows;
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
