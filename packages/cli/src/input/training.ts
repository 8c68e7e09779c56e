import { KernelError, type Matrix } from "@telltale/core";
import type { MatrixChunk, Source } from "@telltale/data";
import type { Progress } from "../output/progress.js";
import { expectedRows } from "./expected-rows.js";

export interface TrainingColumns {
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly time?: string;
  readonly label?: string;
  readonly normal?: readonly string[];
}

/** Training rows in memory: one matrix for each file, because each is a series of its own. */
export interface Training {
  readonly files: readonly string[];
  readonly series: readonly Matrix[];
  /** Of all rows, when they were asked for. */
  readonly labels: Uint8Array | undefined;
}

/** Reads all rows; columns of time and labels are left out of the variables. */
export async function readTraining(
  source: Source,
  asked: TrainingColumns,
  withLabels: boolean,
  signal: AbortSignal,
  progress: Progress,
): Promise<Training> {
  const expected = await expectedRows(source.files);
  const chunks: MatrixChunk[] = [];
  let rows = 0;
  // Times are not needed for fitting, nor labels for a detector that does not learn from them: named as columns to drop
  // they are checked to be there, but not converted.
  const beside = [asked.time, ...(withLabels ? [] : [asked.label])].filter((name) => name !== undefined);
  const selection = {
    columns: asked.columns,
    drop: [...(asked.drop ?? []), ...beside],
    label: withLabels ? asked.label : undefined,
    normal: asked.normal,
  };
  for await (const chunk of source.matrices(selection)) {
    signal.throwIfAborted();
    chunks.push(chunk);
    rows += chunk.matrix.rows;
    progress.to(expected === undefined ? undefined : rows / expected, rows);
  }
  return assemble(chunks, rows, source, withLabels);
}

/** Puts the chunks into one array, file after file, and lets each go as soon as it is copied. */
function assemble(chunks: (MatrixChunk | undefined)[], rows: number, source: Source, withLabels: boolean): Training {
  const { cols, columns = [] } = (chunks[0] as MatrixChunk).matrix;
  const data = allocate(rows, cols);
  const labels = withLabels ? new Uint8Array(rows) : undefined;
  const series: Matrix[] = [];
  let from = 0;
  let at = 0;
  chunks.forEach((chunk, i) => {
    const { matrix, file, labels: found } = chunk as MatrixChunk;
    data.set(matrix.data, at * cols);
    if (found !== undefined) labels?.set(found, at);
    at += matrix.rows;
    const next = chunks[i + 1];
    // The same file may be given twice; a first row of 1 begins another series even then.
    if (next === undefined || next.firstRow === 1 || next.file !== file) {
      series.push({ data: data.subarray(from * cols, at * cols), rows: at - from, cols, columns });
      from = at;
    }
    chunks[i] = undefined;
  });
  return { files: source.files.map(({ file }) => file), series, labels };
}

function allocate(rows: number, cols: number): Float64Array {
  try {
    return new Float64Array(rows * cols);
  } catch (cause) {
    const gigabytes = ((rows * cols * 8) / 2 ** 30).toFixed(1);
    throw new KernelError("KERNEL_MEMORY", `${rows} × ${cols} training values need ${gigabytes} GiB of memory`, {
      remedy: "Fit on fewer files; scoring takes any number of rows",
      cause,
    });
  }
}
