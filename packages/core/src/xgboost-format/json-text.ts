import { corrupt, type XgboostValue } from "./document.js";

/** Numbers that JSON does not have and XGBoost writes: as a whole token, where no text is. */
const TEXT_OR_NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?(?:NaN|nan|Infinity|inf)\b/g;

/**
 * Reads a model in JSON as XGBoost writes it: NaN and Infinity may stand as numbers.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function decodeJson(bytes: Uint8Array): XgboostValue {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw corrupt("it is neither UBJSON nor text in UTF-8");
  }
  try {
    return JSON.parse(text) as XgboostValue;
  } catch {
    // Slower, and rarely needed: such numbers become texts, which are read as numbers where one is expected.
  }
  try {
    return JSON.parse(text.replace(TEXT_OR_NOT_FINITE, (token) => (token[0] === '"' ? token : `"${token}"`)));
  } catch (error) {
    throw corrupt(`it is not JSON (${error instanceof Error ? error.message.slice(0, 120) : "unreadable"})`);
  }
}

/** Writes a document as JSON with float32 numbers in the fewest digits that bring them back. */
export function encodeJson(value: XgboostValue): Uint8Array {
  const parts: string[] = [];
  write(value, parts);
  return new TextEncoder().encode(parts.join(""));
}

function write(value: XgboostValue, parts: string[]): void {
  if (ArrayBuffer.isView(value)) {
    const text = value instanceof Float32Array ? float32Text : String;
    parts.push("[", Array.from(value as ArrayLike<number>, text).join(","), "]");
  } else if (Array.isArray(value)) {
    parts.push("[");
    value.forEach((item: XgboostValue, i) => {
      if (i > 0) parts.push(",");
      write(item, parts);
    });
    parts.push("]");
  } else if (value !== null && typeof value === "object") {
    parts.push("{");
    Object.entries(value).forEach(([key, item], i) => {
      parts.push(i > 0 ? "," : "", JSON.stringify(key), ":");
      write(item, parts);
    });
    parts.push("}");
  } else {
    parts.push(JSON.stringify(value));
  }
}

/** A float32 in decimal, marked as such: nine digits always bring it back, most need fewer. */
export function float32Text(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const text = String(fewestDigits(value));
  // A reader with types would take a number without point and exponent for an integer.
  return /[.e]/.test(text) ? text : `${text}E0`;
}

function fewestDigits(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
