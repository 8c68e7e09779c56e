import type { CallOptions } from "@telltale/core";

/** What every benchmark can be told. */
export interface SuiteOptions extends CallOptions {
  /** Detectors to run, as texts (`lof`, `knn:k=20`); `all` stands for every registered one. Default: the suite's choice. */
  readonly detectors?: readonly string[];
  /** Seed of every random number. Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Makes decisions in other threads, for a suite that says so; see {@link Suite.worker}. */
  readonly elsewhere?: Elsewhere;
  /** Called now and then with the share of the work that is done, 0 … 1, and what is being done. */
  readonly progress?: (done: number, doing: string) => void;
}

/** Where decisions are made about parts, several at a time. */
export interface Elsewhere {
  /**
   * @param entry  place of the row in the table
   * @param part  place of the part in the suite's order
   * @returns what {@link Suite.worker} gives there
   */
  decide(entry: number, part: number): Promise<unknown>;
}

/**
 * What a row of a result is. `method`: a published method with the settings of its publication; `detector`: a registered
 * detector in the way that the suite runs any; `control`: what knows nothing, or next to nothing, and still gets a score.
 */
export type RowKind = "method" | "detector" | "control";

/** Measures by key; null where a measure has no value. */
export type Measures = Readonly<Record<string, number | null>>;

/** One detector, method or control on the whole benchmark. */
export interface SuiteRow {
  /** Unique in the result. */
  readonly name: string;
  readonly kind: RowKind;
  /** How it was run, in words. */
  readonly settings: string;
  readonly measures: Measures;
  /** The same for each file or data set, in the suite's order. */
  readonly parts: readonly { readonly name: string; readonly measures: Measures }[];
  /** Published figures for the same row, and where they stand. */
  readonly published?: { readonly source: string; readonly measures: Measures };
  /** Parts that failed; each suite says what they count as. */
  readonly failures: readonly SuiteFailure[];
  /** The only figures that differ from run to run. */
  readonly seconds: { readonly fit: number; readonly score: number };
}

export interface SuiteFailure {
  readonly part: string;
  /** Code of the error, or `UNEXPECTED`. */
  readonly code: string;
  readonly message: string;
}

/** How a measure is shown and read. */
export interface SuiteMeasure {
  readonly key: string;
  readonly title: string;
  readonly doc: string;
  readonly better: "higher" | "lower" | "neither";
  /** Digits after the point. */
  readonly digits: number;
  /** Found with the labels of the rows that it is measured on: no result that anybody would get in use. */
  readonly oracle?: true;
  /** A chart of its own in a report. */
  readonly drawn?: true;
  /** Not in the table for people, only in the result. */
  readonly hidden?: true;
}

/** What a suite finds; {@link runSuite} adds where it comes from. */
export interface SuiteOutcome {
  /** Files that were read, by their paths in the folder, for the record; an empty path where that is itself the file. */
  readonly files: readonly string[];
  /** The first one that is drawn decides the order of a table for people. */
  readonly measures: readonly SuiteMeasure[];
  readonly rows: readonly SuiteRow[];
  /** Numbers and words that the result depends on. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
  /** What has to be known to read the figures. */
  readonly notes: readonly string[];
}

/** A benchmark of the field, by its own protocol. */
export interface Suite<O = unknown> {
  /** As on the command line. */
  readonly name: string;
  readonly title: string;
  /**
   * Runs it on the files of a folder, or on the one file that it is made of.
   *
   * @throws FileError `FILE_NOT_FOUND` naming what is missing · DataError, ColumnError for files that
   *   are not the benchmark's · ParamError `PARAM_UNKNOWN` for a detector that is not there. A detector that fails is
   *   no error but a row with `failures`.
   */
  run(folder: string, options: SuiteOptions & O): Promise<SuiteOutcome>;
  /**
   * Reads the same files in another thread and decides there, for {@link SuiteOptions.elsewhere}; absent where one thread is
   * enough. What it gives can be sent from thread to thread.
   */
  worker?(folder: string, options: SuiteOptions & O): Promise<Elsewhere>;
}
