import { isUtf8 } from "node:buffer";
import { DataError, type TelltaleError } from "@telltale/core";
import { byteStream } from "../source/bytes.js";
import { formatError, quoted } from "../source/file-errors.js";
import type { ColumnRequest } from "../source/reader.js";
import { fitsType } from "./cells.js";
import type { CsvDialect } from "./dialect.js";
import { type CsvRecord, isBlank, RecordSplitter } from "./records.js";

const LF = 10;

/**
 * Reads a CSV file from its start, slowly, until it meets what the fast parser could not take, and says exactly where it is.
 * Nothing when it finds nothing.
 */
export async function diagnoseCsv(
  file: string,
  gzip: boolean,
  dialect: CsvDialect,
  requests: readonly ColumnRequest[],
): Promise<TelltaleError | undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const splitter = new RecordSplitter(dialect.delimiter);
  const check = recordChecker(file, dialect, requests);
  let linesBefore = 0;
  let openLine: Uint8Array = new Uint8Array();
  for await (const bytes of byteStream(file, gzip) as AsyncIterable<Uint8Array>) {
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: true });
    } catch {
      return notUtf8(file, linesBefore, Buffer.concat([openLine, bytes]));
    }
    linesBefore += countLines(bytes);
    const lastEnd = bytes.lastIndexOf(LF);
    openLine = lastEnd === -1 ? Buffer.concat([openLine, bytes]) : bytes.slice(lastEnd + 1);
    for (const record of splitter.push(text)) {
      const problem = check(record);
      if (problem !== undefined) return problem;
    }
  }
  for (const record of splitter.end()) {
    const problem = check(record);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Checks records one after the other, counting rows. */
function recordChecker(file: string, dialect: CsvDialect, requests: readonly ColumnRequest[]) {
  const width = dialect.columns.length;
  let headerSeen = !dialect.header;
  let row = 0;
  let newline = "";
  return (record: CsvRecord): TelltaleError | undefined => {
    const { fields, line } = record;
    if (isBlank(record) && (width > 1 || !headerSeen)) return undefined;
    if (newline !== "" && record.newline !== "" && record.newline !== newline) {
      return formatError(
        { file, line },
        "the lines of a file must all end alike; this one does not end as those before it",
        "Convert the line ends, for example with dos2unix",
      );
    }
    newline ||= record.newline;
    if (headerSeen) row++;
    const where = { file, line, ...(headerSeen ? { row } : {}) };
    headerSeen = true;
    if (record.unterminated) {
      return formatError(where, "a quoted field is never closed", 'Close it, or double each " that is meant as text');
    }
    const empty = fields.length === width + 1 && fields[width] === "";
    if (fields.length !== width && !empty) {
      return new DataError("DATA_RAGGED", `${width} fields were expected; found ${fields.length}`, {
        where,
        remedy: "Repair the line, or put quotes around a field that contains the delimiter",
      });
    }
    return row === 0 ? undefined : wrongCell(where, fields, dialect, requests);
  };
}

function wrongCell(
  where: { file: string; line: number; row?: number },
  fields: readonly string[],
  dialect: CsvDialect,
  requests: readonly ColumnRequest[],
): TelltaleError | undefined {
  const wrong = requests.find(({ index, type }) => !fitsType(fields[index] ?? "", type, dialect.decimal));
  if (wrong === undefined) return undefined;
  const expected = { float64: "a number", boolean: "true or false", timestamp: "a time", string: "text" }[wrong.type];
  return new DataError(
    wrong.type === "float64" ? "DATA_NOT_NUMERIC" : "DATA_FORMAT",
    `${expected} was expected; found ${quoted(fields[wrong.index] ?? "")}`,
    {
      where: { ...where, column: wrong.name },
      remedy: "Correct the value, leave it empty if it is missing, or drop the column",
    },
  );
}

/** The decoder only says that a piece is wrong somewhere, so it is searched line by line. */
function notUtf8(file: string, linesBefore: number, bytes: Uint8Array): TelltaleError {
  let line = linesBefore + 1;
  let from = 0;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
    if (!isUtf8(bytes.subarray(from, end))) break;
    from = end + 1;
    line++;
  }
  return formatError(
    { file, line },
    "text in UTF-8 was expected; found other bytes",
    "Convert the file, for example with iconv -f latin1 -t utf-8",
  );
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}
