import { formatError } from "../source/file-errors.js";

/** What the header of a `.npy` array says, checked. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly fortranOrder: boolean;
  readonly dtype: NpyType;
  /** Position of the first value. */
  readonly offset: number;
}

export interface NpyType {
  /** b: boolean, i: signed, u: unsigned, f: float, S: bytes, U: UTF-32 text. */
  readonly kind: "b" | "i" | "u" | "f" | "S" | "U";
  /** Bytes of one value. */
  readonly size: number;
  readonly littleEndian: boolean;
}

/** Enough for the header of any array of the kinds read here. */
export const NPY_HEADER_BYTES = 1 << 16;

const SIZES: Readonly<Record<string, readonly number[]>> = { b: [1], i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8] };

/**
 * Reads the header of a NumPy array file, format 1.0 to 3.0. Nothing in it is executed, and the shape is checked against the size
 * of the file before anything is allocated.
 *
 * @param head  the first bytes, at most {@link NPY_HEADER_BYTES} needed
 * @param size  bytes of the whole array file
 * @throws DataError `DATA_FORMAT`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpyHeader(file: string, head: Uint8Array, size: number): NpyHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const mark = Buffer.from(head.subarray(0, 6)).toString("latin1");
  if (head.byteLength < 10 || mark !== "\x93NUMPY") throw formatError({ file }, "this is not a NumPy array file");
  const major = view.getUint8(6);
  if (major < 1 || major > 3) {
    throw formatError({ file }, `a NumPy array of format 1, 2 or 3 was expected; found ${major}`);
  }
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : head.byteLength < 12 ? Number.NaN : view.getUint32(8, true);
  const offset = start + length;
  if (!(offset <= size && offset <= head.byteLength)) {
    throw formatError({ file }, "the NumPy array is cut short within its header", "Write the file again");
  }
  const text = Buffer.from(head.subarray(start, offset)).toString(major === 3 ? "utf8" : "latin1");
  const dtype = readType(file, text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const dimensions = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (order === undefined || dimensions === undefined || !/^\s*(\d+L?\s*(,\s*\d+L?\s*)*,?\s*)?$/.test(dimensions)) {
    throw formatError({ file }, "the header of the NumPy array has no shape or no order that can be understood");
  }
  const shape = [...dimensions.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const count = shape.reduce((product, n) => product * n, 1);
  if (count * dtype.size > size - offset) {
    throw formatError(
      { file },
      `an array of shape (${shape.join(", ")}) needs ${count * dtype.size} bytes; found ${size - offset}`,
      "The file is cut short or its header is wrong; write it again",
    );
  }
  return { shape, fortranOrder: order === "True", dtype, offset };
}

function readType(file: string, text: string): NpyType {
  const found = /'descr'\s*:\s*'([<>|=])([a-zA-Z])(\d*)'/.exec(text);
  if (found === null) {
    throw formatError(
      { file },
      "an array of plain numbers was expected; found a structured one",
      "Save one array for each field, in an .npz file",
    );
  }
  const [, order, kind = "", digits = ""] = found;
  if (kind === "O") {
    throw formatError(
      { file },
      "an array of numbers was expected; found pickled Python objects, which are never loaded",
      "Save it as numbers, for example with X.astype(float)",
    );
  }
  const count = Number(digits);
  if ((kind === "U" || kind === "S") && count > 0) {
    return { kind, size: kind === "U" ? 4 * count : count, littleEndian: order !== ">" };
  }
  if (!SIZES[kind]?.includes(count)) {
    throw formatError(
      { file },
      `an array of numbers, booleans or texts was expected; found type ${kind}${digits}`,
      "Save it as numbers, for example with X.astype(float)",
    );
  }
  return { kind: kind as NpyType["kind"], size: count, littleEndian: order !== ">" };
}

/**
 * Reads `count` numbers, `stride` values apart, from bytes that begin with the first one.
 *
 * @param out  where they go, from `at` on
 */
export function decodeNumbers(
  bytes: Uint8Array,
  dtype: NpyType,
  first: number,
  stride: number,
  count: number,
  out: Float64Array,
  at: number,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size, littleEndian } = dtype;
  const step = size * stride;
  const read = numberReader(view, dtype);
  if (dtype.kind === "f" && size === 8) {
    for (let i = 0, p = first * size; i < count; i++, p += step) out[at + i] = view.getFloat64(p, littleEndian);
  } else {
    for (let i = 0, p = first * size; i < count; i++, p += step) out[at + i] = read(p);
  }
}

function numberReader(view: DataView, { kind, size, littleEndian: le }: NpyType): (position: number) => number {
  if (kind === "f") {
    if (size === 8) return (p) => view.getFloat64(p, le);
    return size === 4 ? (p) => view.getFloat32(p, le) : (p) => float16(view.getUint16(p, le));
  }
  const signed = kind === "i";
  if (size === 8) return (p) => Number(signed ? view.getBigInt64(p, le) : view.getBigUint64(p, le));
  if (size === 4) return (p) => (signed ? view.getInt32(p, le) : view.getUint32(p, le));
  if (size === 2) return (p) => (signed ? view.getInt16(p, le) : view.getUint16(p, le));
  return (p) => (signed ? view.getInt8(p) : view.getUint8(p));
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Reads one text, without the zeros that fill it up. */
export function decodeText(bytes: Uint8Array, { kind, size, littleEndian }: NpyType, index: number): string {
  if (kind === "S") {
    const field = Buffer.from(bytes.buffer, bytes.byteOffset + index * size, size);
    return field.toString("utf8").replace(/\0+$/, "");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * size, size);
  let text = "";
  for (let p = 0; p < size; p += 4) {
    const code = view.getUint32(p, littleEndian);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "�";
  }
  return text.replace(/\0+$/, "");
}
