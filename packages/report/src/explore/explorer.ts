import { ColumnError, type Labels, ShapeError } from "@telltale/core";
import { ColumnProfile } from "./column-profile.js";
import { Course } from "./course.js";
import { Duplicates } from "./duplicate-rows.js";
import type { Exploration } from "./exploration.js";
import { findingsOf } from "./findings.js";
import { LabelProfile } from "./label-profile.js";
import { RowSample } from "./row-sample.js";
import { type ExploredColumn, type ExploredTable, labelsOf, numbersOf } from "./table.js";
import { TimeProfile } from "./time-profile.js";

export interface ExploreOptions {
  /** Name of the column with the times. Default: the only column of points in time, where there is one. */
  readonly time?: string | undefined;
  /** Name of the column with the labels: 0 and 1, truth values, or texts whose meaning is given beside the table. */
  readonly label?: string | undefined;
  /**
   * Where validation begins: a share of the rows below 1, or a number of rows; the parts before and behind are then
   * compared.
   */
  readonly split?: number | undefined;
  /** Seed of the rows that are drawn where there are too many. Default: 0. */
  readonly seed?: number | undefined;
}

/** Values of the rows that are drawn, of the rows at the beginning, and of anomalies. */
const SAMPLED_VALUES = 4_000_000;
const MOST_SAMPLED = 20_000;
const MOST_HEAD = 20_000;
const MOST_ANOMALIES = 5000;

/**
 * Looks at rows as they come, in bounded memory: counts, missing values, moments, the course of every column and the times
 * are exact over all rows; distributions, correlations and pictures of points are of rows drawn evenly, which
 * {@link Exploration.findings} says.
 *
 * @example
 * ```ts
 * import { Explorer } from "@telltale/report";
 * const explorer = new Explorer();
 * for (const values of [[1, 2, 3], [4, 5, 6]]) {
 *   explorer.add({ rows: 3, columns: [{ name: "flow", type: "float64", values: Float64Array.from(values) }] });
 * }
 * console.log(explorer.result().findings.columns[0]?.mean); // 3.5
 * ```
 */
export class Explorer {
  readonly #options: ExploreOptions;
  #parts: Parts | undefined;
  #rows = 0;
  readonly #files = new Set<string>();
  /** Rows, over all, with which a file begins. */
  readonly #starts: number[] = [];

  constructor(options: ExploreOptions = {}) {
    this.#options = options;
  }

  /**
   * The next rows.
   *
   * @param labels  their labels, 0 or 1, instead of those in the column of that name
   * @throws ColumnError `COLUMN_MISSING`, `COLUMN_COUNT` for other columns than before · DataError `DATA_LABEL`
   *   · ShapeError `SHAPE_MISMATCH` for another number of labels
   */
  add(table: ExploredTable, labels?: Labels): void {
    this.#parts ??= partsOf(table, this.#options);
    const parts = this.#parts;
    requireColumns(parts, table);
    const begins = this.#rows === 0 || (table.firstRow ?? 2) === 1;
    if (begins) this.#starts.push(this.#rows);
    if (table.file !== undefined) this.#files.add(table.file);
    const marks = labels ?? this.#labelsIn(table, parts);
    if (marks !== undefined && marks.length !== table.rows) {
      throw new ShapeError("SHAPE_MISMATCH", `${table.rows} rows need as many labels; found ${marks.length}`);
    }
    if (marks !== undefined) parts.labels ??= new LabelProfile(this.#options.label ?? "label");

    const numbers = table.columns.map(numbersOf);
    parts.profiles.forEach((profile, j) => {
      profile.add(table.columns[j] as ExploredColumn, numbers[j]);
    });
    parts.duplicates.add(table.columns, table.rows);
    parts.time?.add(numbers[parts.timeColumn] as Float64Array, table.file, begins);
    parts.labels?.add(marks as Labels, begins);
    const missing = table.columns.map((column, j) => missingOf(column, numbers[j], parts.profiles[j] as ColumnProfile));
    parts.missing.add(missing, table.rows);
    const series = parts.variables.map((j) => numbers[j] as Float64Array);
    const clock = parts.timeColumn < 0 ? undefined : numbers[parts.timeColumn];
    parts.course.add([...series, marks === undefined ? undefined : Float64Array.from(marks), clock], table.rows);
    for (let i = 0; i < table.rows; i++) {
      const label = marks?.[i] ?? 0;
      const row = this.#rows + i;
      parts.sample.offer(series, i, row, label);
      if (label === 1) parts.anomalies.offer(series, i, row, 1);
      // The beginning of the first file, one row after the other.
      if (this.#starts.length === 1 && row < parts.headRows) parts.head.offer(series, i, row, label);
    }
    this.#rows += table.rows;
  }

  /**
   * What was found so far.
   *
   * @throws ShapeError `SHAPE_EMPTY` before the first row
   */
  result(): Exploration {
    const parts = this.#parts;
    if (parts === undefined || this.#rows === 0) {
      throw new ShapeError("SHAPE_EMPTY", "at least one row is needed to look at; found none");
    }
    const names = parts.variables.map((j) => (parts.profiles[j] as ColumnProfile).name);
    const seen = {
      rows: this.#rows,
      files: Math.max(1, this.#starts.length),
      starts: this.#starts,
      names,
      profiles: parts.profiles,
      variables: parts.variables,
      duplicates: parts.duplicates,
      time: parts.time?.findings(),
      labels: parts.labels?.findings(),
      course: parts.course,
      missing: parts.missing,
      sample: parts.sample.result(names),
      anomalies: parts.anomalies.result(names),
      head: parts.head.result(names),
      split: this.#options.split,
    };
    return findingsOf(seen);
  }

  #labelsIn(table: ExploredTable, { labelColumn }: Parts): Labels | undefined {
    return labelColumn < 0 ? undefined : labelsOf(table.columns[labelColumn] as ExploredColumn, table);
  }
}

/**
 * Looks at a table: types, missing values, distributions, correlations, times, classes, and what may be wrong, in words.
 *
 * @param table  rows with typed columns, such as a `Table` of `@telltale/data`
 * @throws as {@link Explorer}
 * @example
 * ```ts
 * import { explorationReport, explore, toHtml } from "@telltale/report";
 * const seen = explore({
 *   rows: 4,
 *   columns: [
 *     { name: "flow", type: "float64", values: Float64Array.of(1, 2, 4, 3) },
 *     { name: "sensor_15", type: "float64", values: new Float64Array(4).fill(Number.NaN) },
 *   ],
 * });
 * console.log(seen.findings.warnings[0]?.text); // sensor_15 is empty
 * const page = toHtml(explorationReport(seen, { title: "Pump 7" }));
 * ```
 */
export function explore(table: ExploredTable, options: ExploreOptions = {}, labels?: Labels): Exploration {
  const explorer = new Explorer(options);
  explorer.add(table, labels);
  return explorer.result();
}

interface Parts {
  readonly names: readonly string[];
  readonly profiles: readonly ColumnProfile[];
  /** Columns of numbers and truth values that are neither time nor label. */
  readonly variables: readonly number[];
  readonly timeColumn: number;
  readonly labelColumn: number;
  readonly duplicates: Duplicates;
  readonly time: TimeProfile | undefined;
  labels: LabelProfile | undefined;
  /** The variables, then the labels, then the times. */
  readonly course: Course;
  /** 1 where a value is missing, of every column. */
  readonly missing: Course;
  readonly sample: RowSample;
  readonly anomalies: RowSample;
  readonly head: RowSample;
  readonly headRows: number;
}

function partsOf(table: ExploredTable, { time, label, seed = 0 }: ExploreOptions): Parts {
  const names = table.columns.map(({ name }) => name);
  const place = (name: string | undefined) => {
    const at = name === undefined ? -1 : names.indexOf(name);
    if (name !== undefined && at < 0) {
      throw new ColumnError("COLUMN_MISSING", "there is no such column", {
        where: { ...(table.file === undefined ? {} : { file: table.file }), column: name },
        remedy: `There are ${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`,
      });
    }
    return at;
  };
  const stamps = table.columns.filter(({ type }) => type === "timestamp");
  const timeColumn = place(time ?? (stamps.length === 1 ? stamps[0]?.name : undefined));
  const labelColumn = place(label);
  if (timeColumn >= 0 && table.columns[timeColumn]?.type === "string") {
    throw new ColumnError("COLUMN_MISSING", "a column of times was expected; found text", {
      where: { column: names[timeColumn] as string },
      remedy: "Name another column as the time",
    });
  }
  const variables = table.columns.flatMap(({ type }, j) =>
    type === "string" || type === "timestamp" || j === timeColumn || j === labelColumn ? [] : [j],
  );
  const width = Math.max(1, variables.length);
  const rowsIn = (most: number) => Math.max(500, Math.min(most, Math.floor(SAMPLED_VALUES / width)));
  const { type: timeType } = table.columns[timeColumn] ?? { type: undefined };
  return {
    names,
    profiles: table.columns.map((column) => new ColumnProfile(column)),
    variables,
    timeColumn,
    labelColumn,
    duplicates: new Duplicates(),
    time: timeColumn < 0 ? undefined : new TimeProfile(names[timeColumn] as string, timeType === "timestamp"),
    labels: undefined,
    course: new Course(variables.length + 2),
    missing: new Course(names.length),
    sample: new RowSample(variables.length, rowsIn(MOST_SAMPLED), seed, 0),
    anomalies: new RowSample(variables.length, Math.min(MOST_ANOMALIES, rowsIn(MOST_SAMPLED)), seed, 1),
    head: new RowSample(variables.length, rowsIn(MOST_HEAD), seed, 2),
    headRows: rowsIn(MOST_HEAD),
  };
}

function requireColumns({ names }: Parts, { columns, file }: ExploredTable): void {
  const same = columns.length === names.length && columns.every(({ name }, j) => name === names[j]);
  if (same) return;
  throw new ColumnError("COLUMN_COUNT", `rows with the columns ${names.slice(0, 8).join(", ")} … were expected`, {
    ...(file === undefined ? {} : { where: { file } }),
    remedy: "Look at files with other columns one by one",
  });
}

/** 1 where a value is missing; nothing where none has been so far, which the profile has counted already. */
function missingOf(
  column: ExploredColumn,
  numbers: Float64Array | undefined,
  profile: ColumnProfile,
): Float64Array | undefined {
  if (profile.missing === 0) return undefined;
  if (numbers !== undefined) return numbers.map((v) => (Number.isNaN(v) ? 1 : 0));
  return Float64Array.from(column.values as readonly (string | null)[], (text) => (text === null ? 1 : 0));
}
