import { MISSING_BOOLEAN } from "../table.js";
import type { Encoder, EncoderFactory, OutputColumn } from "./encoder.js";
import { timestampFormatter } from "./timestamp-text.js";

/** Rows whose text is made at once. */
const BLOCK_ROWS = 4_096;

type Cell = (row: number) => string;

/** CSV with that delimiter (RFC 4180, line feeds): a missing value is an empty field, numbers are the shortest that read back the same. */
export function csvEncoder(delimiter: "," | "\t"): EncoderFactory {
  const special = delimiter === "," ? /[",\r\n]/ : /["\t\r\n]/;
  const quote = (text: string) => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return (columns) => {
    const time = timestampFormatter();
    let head = `${columns.map(({ name }) => quote(name)).join(delimiter)}\n`;
    return textEncoder(
      (shown) => {
        const cells = shown.map((column) => csvCell(column, time, quote));
        const [first, ...rest] = cells as [Cell, ...Cell[]];
        return (row) => {
          let line = first(row);
          for (const cell of rest) line += delimiter + cell(row);
          return `${line}\n`;
        };
      },
      {
        begin() {
          const text = head;
          head = "";
          return text;
        },
        end: "",
      },
    );
  };
}

function csvCell(column: OutputColumn, time: (ms: number) => string, quote: (text: string) => string): Cell {
  const { type, values } = column;
  switch (type) {
    case "float64":
      return (row) => (Number.isNaN(values[row]) ? "" : String(values[row]));
    case "int32":
      return (row) => String(values[row]);
    case "timestamp":
      return (row) => time(values[row] as number);
    case "boolean":
      return (row) => (values[row] === MISSING_BOOLEAN ? "" : values[row] === 1 ? "true" : "false");
    case "string":
      return (row) => quote(values[row] ?? "");
  }
}

/** One JSON object a line, or all of them in an array; a missing value, and one that is not finite, is null. */
export function jsonEncoder(layout: "lines" | "array"): EncoderFactory {
  return (columns) => {
    const time = timestampFormatter();
    const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
    let separator = layout === "array" ? "[\n" : "";
    return textEncoder(
      (shown) => {
        const cells = shown.map((column) => jsonCell(column, time));
        return (row) => {
          let line = `${separator}{`;
          separator = layout === "array" ? ",\n" : "\n";
          for (let j = 0; j < cells.length; j++) line += (j > 0 ? "," : "") + keys[j] + (cells[j] as Cell)(row);
          return `${line}}`;
        };
      },
      { begin: () => "", end: () => (layout === "array" ? (separator === "[\n" ? "[]\n" : "\n]\n") : separator) },
    );
  };
}

function jsonCell(column: OutputColumn, time: (ms: number) => string): Cell {
  const { type, values } = column;
  switch (type) {
    case "float64":
      return (row) => (Number.isFinite(values[row]) ? String(values[row]) : "null");
    case "int32":
      return (row) => String(values[row]);
    case "timestamp":
      return (row) => (Number.isNaN(values[row]) ? "null" : `"${time(values[row] as number)}"`);
    case "boolean":
      return (row) => (values[row] === MISSING_BOOLEAN ? "null" : values[row] === 1 ? "true" : "false");
    case "string":
      return (row) => JSON.stringify(values[row] ?? null);
  }
}

function textEncoder(
  lineOf: (columns: readonly OutputColumn[]) => (row: number) => string,
  around: { begin: () => string; end: string | (() => string) },
): Encoder {
  return {
    *encode(columns, rows) {
      const line = lineOf(columns);
      for (let from = 0; from < rows; from += BLOCK_ROWS) {
        let text = around.begin();
        const to = Math.min(rows, from + BLOCK_ROWS);
        for (let row = from; row < to; row++) text += line(row);
        yield Buffer.from(text);
      }
    },
    *finish() {
      const text = around.begin() + (typeof around.end === "string" ? around.end : around.end());
      if (text !== "") yield Buffer.from(text);
    },
  };
}
