import { ParamError } from "@telltale/core";
import { emptyError, formatError } from "../source/file-errors.js";
import type { ColumnSchema, ReadOptions } from "../source/reader.js";
import { requireUnique } from "../table.js";
import { fitsType, isMissingText, isNumberText, TIME_OFFSET, typeOfTexts } from "./cells.js";
import { type CsvRecord, isBlank, RecordSplitter } from "./records.js";

/** How a CSV file is written, and what is in it as far as its start shows. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly decimal: "." | ",";
  readonly header: boolean;
  readonly columns: readonly ColumnSchema[];
  /** Positions of time columns whose values say how far from UTC they are. */
  readonly withOffset: ReadonlySet<number>;
}

const DELIMITERS = [",", ";", "\t", "|"];
const SAMPLE_ROWS = 5_000;

/**
 * Finds out delimiter, decimal mark, header line, names and types from the first bytes of a file.
 *
 * @param head  the first bytes
 * @param whole  whether they are the whole file
 * @throws DataError `DATA_EMPTY`, `DATA_FORMAT`; ColumnError `COLUMN_DUPLICATE`
 */
export function sniffDialect(file: string, head: Uint8Array, whole: boolean, options: ReadOptions): CsvDialect {
  const text = decode(file, head, whole);
  if (text.trim() === "") throw emptyError(file, head.byteLength === 0 ? "an empty file" : "blank lines only");
  if (options.delimiter !== undefined && !/^[^\r\n"]$/.test(options.delimiter)) {
    throw new ParamError(
      "PARAM_TYPE",
      `delimiter: one character is needed; found ${JSON.stringify(options.delimiter)}`,
    );
  }
  const delimiter = options.delimiter ?? sniffDelimiter(text, whole);
  const records = split(text, delimiter, whole, SAMPLE_ROWS + 1);
  const first = records.find((record) => !isBlank(record)) as CsvRecord;
  const rest = records.slice(records.indexOf(first) + 1);
  const header = options.header ?? isHeader(first, rest, delimiter);
  const body = records
    .slice(records.indexOf(first) + (header ? 1 : 0))
    .filter((r) => r.fields.length === 1 || !isBlank(r));
  const cells = (j: number) => body.map((record) => record.fields[j] ?? "");
  const width = columnCount(first, body);
  if (body.length === 0 && whole) throw emptyError(file, "a header line only");
  const decimal = options.decimal ?? sniffDecimal(delimiter, body);
  const names = header ? first.fields.slice(0, width).map(nameOf) : first.fields.slice(0, width).map((_, j) => `x${j}`);
  requireUnique(names, file);
  const columns = names.map((name, j) => ({ name, ...typeOfTexts(cells(j), decimal) }));
  const withOffset = new Set<number>();
  columns.forEach(({ type }, j) => {
    if (type === "timestamp" && cells(j).some((cell) => TIME_OFFSET.test(cell))) withOffset.add(j);
  });
  return { delimiter, decimal, header, columns, withOffset };
}

/**
 * A first line without any number is taken for names; so is one with a text above numbers or times, since names may be numbers too.
 */
function isHeader(first: CsvRecord, rest: readonly CsvRecord[], delimiter: string): boolean {
  const decimal = delimiter === "," ? "." : sniffDecimal(delimiter, rest);
  if (!first.fields.some((cell) => isNumberText(cell, decimal))) return true;
  return first.fields.some((cell, j) => {
    if (isMissingText(cell) || isNumberText(cell, decimal) || fitsType(cell, "timestamp", decimal)) return false;
    const below = typeOfTexts(
      rest.map(({ fields }) => fields[j] ?? ""),
      decimal,
    );
    return !below.untyped && (below.type === "float64" || below.type === "timestamp");
  });
}

function decode(file: string, head: Uint8Array, whole: boolean): string {
  const [a, b] = head;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw formatError({ file }, "text in UTF-8 was expected; found UTF-16", "Save the file as UTF-8");
  }
  if (head.includes(0)) {
    throw formatError(
      { file },
      "a text file was expected; found binary data",
      "Check the file, or say which format it has",
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: !whole });
  } catch {
    // Which line is at fault comes out when the file is read; here only names and types are wanted.
    return new TextDecoder("latin1").decode(head);
  }
}

function split(text: string, delimiter: string, whole: boolean, limit: number): CsvRecord[] {
  const records: CsvRecord[] = [];
  const splitter = new RecordSplitter(delimiter);
  for (const record of splitter.push(text)) {
    if (records.push(record) >= limit) return records;
  }
  // What is cut off in the middle says nothing about its type, unless there is nothing else.
  if (whole || records.length === 0) records.push(...splitter.end());
  return records;
}

/** The delimiter that splits the most lines into the same number of fields, at least two. */
function sniffDelimiter(text: string, whole: boolean): string {
  let best = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const records = split(text, delimiter, whole, 200).filter((record) => !isBlank(record));
    const width = records[0]?.fields.length ?? 1;
    if (width < 2) continue;
    const same = records.filter((record) => record.fields.length === width).length / records.length;
    const score = same + width * 1e-6;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}

/** With another delimiter than the comma, numbers such as 1,5 have a decimal comma, unless some have a point. */
function sniffDecimal(delimiter: string, body: readonly CsvRecord[]): "." | "," {
  if (delimiter === ",") return ".";
  let commas = 0;
  for (const { fields } of body) {
    for (const field of fields) {
      if (/^\s*[+-]?\d*\.\d+(e[+-]?\d+)?\s*$/i.test(field)) return ".";
      if (/^\s*[+-]?\d*,\d+(e[+-]?\d+)?\s*$/i.test(field)) commas++;
    }
  }
  return commas > 0 ? "," : ".";
}

/** A delimiter at the end of every line does not make a column. */
function columnCount(first: CsvRecord, body: readonly CsvRecord[]): number {
  const width = first.fields.length;
  const last = [first, ...body].every(({ fields }) => fields.length <= width && isMissingText(fields[width - 1] ?? ""));
  return width > 1 && last && first.fields[width - 1] === "" ? width - 1 : width;
}

/** A column without a name is called as pandas calls it. */
function nameOf(name: string, position: number): string {
  const trimmed = name.trim();
  return trimmed === "" ? `Unnamed: ${position}` : trimmed;
}
