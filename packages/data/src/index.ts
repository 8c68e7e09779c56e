export { type LabelMeaning, type LabelOptions, type LabelReader, labelReader } from "./labels.js";
export { type NpzArray, writeNpz } from "./numpy/npz-writer.js";
export * from "./preparation/index.js";
export { type ByteTarget, openAtomicFile, writeFileAtomic } from "./sink/atomic-file.js";
export type { Int32Column, OutputColumn, OutputFormat } from "./sink/encoder.js";
export { OUTPUT_FORMATS, openSink, type Sink, type SinkOptions } from "./sink/sink.js";
export { standardOutput } from "./sink/standard-output.js";
export { timestampFormatter } from "./sink/timestamp-text.js";
export type { MatrixChunk } from "./source/chunks.js";
export { expandPaths, STANDARD_STREAM } from "./source/paths.js";
export type { ColumnSchema, InputFormat, ReadOptions } from "./source/reader.js";
export { type ChunkOptions, type FileSchema, type MatrixOptions, openSource, type Source } from "./source/source.js";
export {
  type BooleanColumn,
  type Column,
  type ColumnSelection,
  type ColumnType,
  columnOf,
  type Float64Column,
  isMissing,
  joinColumns,
  MISSING_BOOLEAN,
  type StringColumn,
  type Table,
  type TimestampColumn,
  table,
  toMatrix,
  variableNames,
} from "./table.js";
