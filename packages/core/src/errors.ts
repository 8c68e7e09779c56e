/**
 * Every error that Telltale throws on purpose: a class to catch by, a stable `code` to branch on, and a text that says
 * what was expected, what was found, where, and what to do about it.
 *
 * Codes are part of the public interface: they never change their meaning, and new ones are only added.
 */

/** Where in the user's data an error lies. Rows count from 1 and do not count a header line; lines count from 1 and do. */
export interface ErrorPlace {
  readonly file?: string;
  readonly row?: number;
  readonly line?: number;
  readonly column?: string;
}

export interface ErrorOptions {
  readonly where?: ErrorPlace;
  /** One sentence in the imperative: what the reader can do. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** Base class. Catch this one to catch whatever Telltale reports on purpose. */
export class TelltaleError extends Error {
  /** Stable, machine-readable: `PARAM_RANGE`, `DATA_MISSING`, `MODEL_TRUNCATED` … */
  readonly code: string;
  /** What was expected and found: the message without the place in front and the remedy behind. */
  readonly problem: string;
  readonly where: ErrorPlace;
  readonly remedy: string | undefined;

  constructor(code: string, problem: string, options: ErrorOptions = {}) {
    const where = options.where ?? {};
    super(sentence(where, problem, options.remedy), options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.problem = problem;
    this.where = where;
    this.remedy = options.remedy;
  }
}

/** A parameter, option or flag has an impossible value (`PARAM_RANGE`, `PARAM_TYPE`, `PARAM_UNKNOWN`). */
export class ParamError extends TelltaleError {}

/** Sizes that do not fit together (`SHAPE_MISMATCH`, `SHAPE_EMPTY`, `SHAPE_TOO_FEW_ROWS`). */
export class ShapeError extends TelltaleError {}

/**
 * Values that cannot be used (`DATA_MISSING`, `DATA_INFINITE`, `DATA_NOT_NUMERIC`, `DATA_RAGGED`, `DATA_EMPTY`,
 * `DATA_FORMAT`, `DATA_LABEL`, `DATA_ONE_CLASS`, `DATA_CONSTANT`, `DATA_WEIGHT`, `DATA_TIME`, `JOURNAL_MISMATCH`).
 */
export class DataError extends TelltaleError {}

/** Columns that are absent, doubled or of the wrong kind (`COLUMN_MISSING`, `COLUMN_DUPLICATE`, `COLUMN_COUNT`). */
export class ColumnError extends TelltaleError {}

/** A model file that cannot be trusted (`MODEL_TRUNCATED`, `MODEL_FOREIGN`, `MODEL_NEWER`, `MODEL_CORRUPT`,
 * `MODEL_UNSUPPORTED`). */
export class ModelFileError extends TelltaleError {}

/**
 * A file that cannot be opened, read or written (`FILE_NOT_FOUND`, `FILE_UNREADABLE`, `FILE_UNWRITABLE`, `DISK_FULL`), or not
 * be fetched (`FETCH_OFFLINE`, `FETCH_STATUS`, `FETCH_CHECKSUM`, `FETCH_BY_HAND`).
 */
export class FileError extends TelltaleError {}

/** A training that cannot go on (`TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`). */
export class TrainingError extends TelltaleError {}

/** A compute kernel that failed or is not there (`KERNEL_UNAVAILABLE`, `KERNEL_FAILED`, `KERNEL_MEMORY`). */
export class KernelError extends TelltaleError {}

function sentence(where: ErrorPlace, problem: string, remedy: string | undefined): string {
  const place = [
    where.file,
    where.line === undefined ? undefined : `line ${where.line}`,
    where.row === undefined ? undefined : `row ${where.row}`,
    where.column === undefined ? undefined : `column "${where.column}"`,
  ].filter((part) => part !== undefined);
  const head = place.length > 0 ? `${place.join(", ")}: ` : "";
  return remedy === undefined ? `${head}${problem}` : `${head}${problem}. ${remedy}`;
}
