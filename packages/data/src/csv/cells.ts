import type { ColumnSchema } from "../source/reader.js";
import type { ColumnType } from "../table.js";

/** What stands for a missing value in a CSV file, next to an empty field. */
export const MISSING_TEXTS = ["", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None"] as const;

const MISSING = new Set<string>(MISSING_TEXTS);
const NUMBER = /^\s*[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
const NUMBER_COMMA = /^\s*[+-]?(\d[\d_]*,?\d*|,\d+)(e[+-]?\d+)?\s*$/i;
const NOT_FINITE = /^\s*[+-]?(nan|inf|infinity)\s*$/i;
const BOOLEAN = /^(true|false|t|f|yes|no|y|n)$/i;
const TIME = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z| UTC|[+-]\d{2}(:?\d{2})?)?)?$/;

/** Whether a time text says how far from UTC it is. */
export const TIME_OFFSET = /(Z| UTC|\d[+-]\d{2}(:?\d{2})?)$/;

export function isMissingText(text: string): boolean {
  return MISSING.has(text);
}

export function isNumberText(text: string, decimal: "." | ","): boolean {
  return (decimal === "," ? NUMBER_COMMA : NUMBER).test(text) || NOT_FINITE.test(text);
}

/** Whether a text can be read as a value of that type. */
export function fitsType(text: string, type: ColumnType, decimal: "." | ","): boolean {
  if (type === "string" || isMissingText(text)) return true;
  if (type === "float64") return isNumberText(text, decimal);
  if (type === "boolean") return BOOLEAN.test(text) || text === "0" || text === "1";
  return TIME.test(text);
}

/** The narrowest type that all texts of a column fit; a column without a value is one of numbers, `untyped`. */
export function typeOfTexts(texts: Iterable<string>, decimal: "." | ","): Omit<ColumnSchema, "name"> {
  const possible = new Set<ColumnType>(["float64", "boolean", "timestamp"]);
  let seen = false;
  for (const text of texts) {
    if (isMissingText(text)) continue;
    seen = true;
    for (const type of possible) {
      const fits = type === "boolean" ? BOOLEAN.test(text) : fitsType(text, type, decimal);
      if (!fits) possible.delete(type);
    }
    if (possible.size === 0) return { type: "string" };
  }
  if (!seen) return { type: "float64", untyped: true };
  const [type = "string"] = possible;
  return { type };
}
