import { type Matrix, matrix } from "@telltale/core";
import type { LabelReader } from "../labels.js";
import {
  type BooleanColumn,
  type Column,
  type ColumnType,
  type Float64Column,
  fillColumn,
  type StringColumn,
  type Table,
  type TimestampColumn,
} from "../table.js";
import { emptyError } from "./file-errors.js";
import type { Batch, BatchColumn, ColumnRequest, FileReader } from "./reader.js";

/** Consecutive rows of one file: the variables as a matrix, times and labels beside them. */
export interface MatrixChunk {
  readonly matrix: Matrix;
  readonly time?: Column;
  /** 0 is normal, 1 is an anomaly. */
  readonly labels?: Uint8Array;
  readonly file: string;
  /** Number in the file of the first row, counting from 1 without the header. */
  readonly firstRow: number;
}

/** The columns that a matrix chunk is made of. */
export interface MatrixRequests {
  readonly variables: readonly ColumnRequest[];
  readonly time: ColumnRequest | undefined;
  readonly label: ColumnRequest | undefined;
}

/** Rows of a file as tables of at most `size` rows. */
export async function* tableChunks(
  reader: FileReader,
  requests: readonly ColumnRequest[],
  size: number,
): AsyncIterableIterator<Table> {
  const { file } = reader;
  let columns = requests.map((request) => new GrowingColumn(request, size));
  yield* cut(reader, requests, size, {
    append(batch, from, to) {
      columns.forEach((column, j) => {
        column.append(batch.columns[j] as BatchColumn, from, to);
      });
    },
    take(rows, firstRow): Table {
      const taken = columns.map((column) => column.take());
      columns = requests.map((request) => new GrowingColumn(request, size));
      return { rows, columns: taken, file, firstRow };
    },
  });
}

/**
 * Rows of a file as matrices of at most `size` rows.
 *
 * @param nextBuffer  gives a buffer for `size` rows of the variables
 */
export async function* matrixChunks(
  reader: FileReader,
  { variables, time, label }: MatrixRequests,
  names: readonly string[],
  size: number,
  labels: LabelReader | undefined,
  nextBuffer: () => Float64Array,
): AsyncIterableIterator<MatrixChunk> {
  const { file } = reader;
  const cols = names.length;
  const requests = [...variables, time, label].filter((request) => request !== undefined);
  let data: Float64Array | undefined;
  let times: GrowingColumn | undefined;
  let marks: GrowingColumn | undefined;
  let at = 0;
  yield* cut(reader, requests, size, {
    append(batch, from, to) {
      if (data === undefined) {
        data = nextBuffer();
        times = time && new GrowingColumn(time, size);
        marks = label && new GrowingColumn(label, size);
      }
      for (let j = 0; j < cols; j++) {
        const column = batch.columns[j] as Pick<Float64Column, "type" | "values">;
        fillColumn(data, at * cols + j, cols, column, from, to);
      }
      times?.append(batch.columns[cols] as BatchColumn, from, to);
      marks?.append(batch.columns.at(-1) as BatchColumn, from, to);
      at += to - from;
    },
    take(rows, firstRow): MatrixChunk {
      const filled = (data as Float64Array).subarray(0, rows * cols);
      const found = marks && labels?.read(marks.take(), { file, row: firstRow });
      const when = times?.take();
      data = undefined;
      at = 0;
      return {
        matrix: matrix(filled, rows, cols, names),
        ...(when === undefined ? {} : { time: when }),
        ...(found === undefined ? {} : { labels: found }),
        file,
        firstRow,
      };
    },
  });
}

interface Collector<T> {
  append(batch: Batch, from: number, to: number): void;
  take(rows: number, firstRow: number): T;
}

/** Cuts the batches of a file into chunks of `size` rows. */
async function* cut<T>(
  reader: FileReader,
  requests: readonly ColumnRequest[],
  size: number,
  collector: Collector<T>,
): AsyncIterableIterator<T> {
  let firstRow = 1;
  let held = 0;
  for await (const batch of reader.batches(requests)) {
    for (let from = 0; from < batch.rows; ) {
      const to = Math.min(batch.rows, from + size - held);
      collector.append(batch, from, to);
      held += to - from;
      from = to;
      if (held === size) {
        yield collector.take(held, firstRow);
        firstRow += held;
        held = 0;
      }
    }
  }
  if (held > 0) yield collector.take(held, firstRow);
  else if (firstRow === 1) throw emptyError(reader.file, "none");
}

/** A column that grows batch by batch, up to a known length. */
class GrowingColumn {
  readonly #name: string;
  readonly #type: ColumnType;
  readonly #numbers: Float64Array | Uint8Array;
  readonly #texts: (string | null)[] = [];
  #length = 0;

  constructor({ name, type }: ColumnRequest, capacity: number) {
    this.#name = name;
    this.#type = type;
    const numbers = type === "string" ? 0 : capacity;
    this.#numbers = type === "boolean" ? new Uint8Array(numbers) : new Float64Array(numbers);
  }

  append(column: BatchColumn, from: number, to: number): void {
    if (column.type === "string") {
      for (let i = from; i < to; i++) this.#texts.push(column.values[i] as string | null);
    } else {
      this.#numbers.set(column.values.subarray(from, to), this.#length);
    }
    this.#length += to - from;
  }

  take(): Column {
    const name = this.#name;
    const numbers = this.#numbers.subarray(0, this.#length);
    switch (this.#type) {
      case "string":
        return { name, type: "string", values: this.#texts } satisfies StringColumn;
      case "boolean":
        return { name, type: "boolean", values: numbers as Uint8Array } satisfies BooleanColumn;
      case "float64":
        return { name, type: "float64", values: numbers as Float64Array } satisfies Float64Column;
      case "timestamp":
        return { name, type: "timestamp", values: numbers as Float64Array } satisfies TimestampColumn;
    }
  }
}
