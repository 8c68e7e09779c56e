/** Lines up to this long hold an array or an object of plain values whole. */
const WIDTH = 110;

/**
 * JSON of plain data that is the same text for the same value, and reads well in a diff: two blanks of indentation, short
 * arrays and objects on one line, keys in their own order. Typed arrays are written as arrays; what JSON has no number for
 * (NaN, ±Infinity) as null; `undefined` is left out of objects.
 *
 * @returns the text, with a newline at its end
 * @example
 * ```ts
 * import { stableJson } from "@telltale/compare";
 * console.log(stableJson({ rocAuc: 0.5, scores: Float64Array.of(1, NaN) }).trim()); // { "rocAuc": 0.5, "scores": [1, null] }
 * ```
 */
export function stableJson(value: unknown): string {
  return `${written(value, 0)}\n`;
}

function written(value: unknown, depth: number): string {
  const plain = plainOf(value);
  if (plain === null || typeof plain !== "object") return JSON.stringify(plain);
  const isArray = Array.isArray(plain);
  const [open, close, pad] = isArray ? ["[", "]", ""] : ["{", "}", " "];
  const parts = isArray
    ? plain.map((each) => written(each, depth + 1))
    : Object.entries(plain)
        .filter(([, each]) => each !== undefined)
        .map(([key, each]) => `${JSON.stringify(key)}: ${written(each, depth + 1)}`);
  if (parts.length === 0) return open + close;
  const line = `${open}${pad}${parts.join(", ")}${pad}${close}`;
  if (2 * depth + line.length <= WIDTH && !line.includes("\n")) return line;
  const inner = "  ".repeat(depth + 1);
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${"  ".repeat(depth)}${close}`;
}

/** What JSON can hold of a value. */
function plainOf(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === undefined) return null;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<number>);
  if (typeof value === "object" && value !== null && "toJSON" in value && typeof value.toJSON === "function") {
    return value.toJSON();
  }
  return value;
}
