import { ModelFileError } from "../errors.js";
import { asObject, type Json, parseJson } from "./json.js";

/** The arrays that a model is made of. */
export type ModelArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface Safetensors {
  /** One-dimensional arrays by name. */
  readonly arrays: ReadonlyMap<string, ModelArray>;
  /** The file's `__metadata__`: text by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

const DTYPES = {
  F64: { bytes: 8, type: Float64Array },
  F32: { bytes: 4, type: Float32Array },
  I32: { bytes: 4, type: Int32Array },
  U32: { bytes: 4, type: Uint32Array },
  U8: { bytes: 1, type: Uint8Array },
} as const;
type Dtype = keyof typeof DTYPES;

/** Above any model's header; the format itself allows 100 MB. */
const MAX_HEADER = 16 * 2 ** 20;
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const METADATA = "__metadata__";

/**
 * Writes arrays and texts as a safetensors file: eight bytes of header length (unsigned, little-endian), a JSON header,
 * raw little-endian arrays. The same content gives the same bytes; wider types come first, so every array is aligned.
 *
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors({ arrays, metadata }: Safetensors): Uint8Array {
  const order = [...arrays].sort(([a, x], [b, y]) => y.BYTES_PER_ELEMENT - x.BYTES_PER_ELEMENT || (a < b ? -1 : 1));
  const header: Record<string, unknown> = Object.create(null);
  header[METADATA] = Object.fromEntries([...metadata].sort(([a], [b]) => (a < b ? -1 : 1)));
  let end = 0;
  for (const [name, array] of order) {
    const begin = end;
    end += array.byteLength;
    header[name] = { dtype: dtypeOf(array), shape: [array.length], data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  if (headerLength > MAX_HEADER) {
    throw new ModelFileError(
      "MODEL_CORRUPT",
      `names and texts of ${headerLength} bytes; a model file takes ${MAX_HEADER}`,
      {
        remedy: "Shorten the column names and notes",
      },
    );
  }
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, 8);
  bytes.fill(0x20, 8 + json.length, 8 + headerLength); // the format pads with spaces
  let at = 8 + headerLength;
  for (const [, array] of order) {
    const raw = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.set(LITTLE_ENDIAN ? raw : swapped(raw, array.BYTES_PER_ELEMENT), at);
    at += array.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file, trusting nothing in it: sizes and offsets are checked against the length of the file before
 * anything is allocated, and the arrays are copies, so that later changes to `bytes` cannot reach a model.
 *
 * @param bytes  the whole file; may lie anywhere in a larger buffer
 * @throws {@link ModelFileError} `MODEL_TRUNCATED`, `MODEL_FOREIGN`, `MODEL_CORRUPT`
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const headerLength = readHeaderLength(bytes);
  const start = 8 + headerLength;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, start));
  } catch {
    throw corrupt("its header is not UTF-8 text");
  }
  const header = asObject(parseJson(text, "the header"), "the header");
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries(
    header[METADATA] === undefined ? {} : asObject(header[METADATA], METADATA),
  )) {
    if (typeof value !== "string") throw corrupt(`${METADATA} has a value that is not text`);
    metadata.set(key, value);
  }
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => readEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, bytes.length - start);
  const arrays = new Map<string, ModelArray>();
  for (const { name, dtype, begin, end } of entries) {
    // Copied, so that it is aligned and nobody else's; the slice of a Buffer would be a view.
    arrays.set(name, readArray(new Uint8Array(bytes.subarray(start + begin, start + end)), dtype));
  }
  return { arrays, metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly begin: number;
  readonly end: number;
}

function readHeaderLength(bytes: Uint8Array): number {
  if (!(bytes instanceof Uint8Array)) {
    throw new ModelFileError("MODEL_FOREIGN", "a model is loaded from a Uint8Array", {
      remedy: "Read the file as bytes first",
    });
  }
  if (bytes.length < 10) {
    throw new ModelFileError("MODEL_TRUNCATED", `a model file has a header; found ${bytes.length} bytes in all`, {
      remedy: "Copy or fetch the file again",
    });
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  // A safetensors header is an object: anything else after the length is another kind of file.
  if (bytes[8] !== 0x7b || length > BigInt(MAX_HEADER) || length < 2n) {
    throw new ModelFileError("MODEL_FOREIGN", "this is not a model file: it does not begin with a safetensors header", {
      remedy: "Give a file that was written by save()",
    });
  }
  if (Number(length) > bytes.length - 8) throw truncated(`a header of ${length} bytes`, bytes.length - 8);
  return Number(length);
}

function readEntry(name: string, value: Json): Entry {
  const entry = asObject(value, `the entry of array ${shown(name)}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype)) {
    throw corrupt(`array ${shown(name)} has a type that models do not use; expected ${Object.keys(DTYPES).join(", ")}`);
  }
  const counts = naturals(shape);
  const range = naturals(offsets);
  if (counts === undefined || counts.length > 8) throw corrupt(`array ${shown(name)} has no proper shape`);
  const [begin, end] = range ?? [];
  if (range?.length !== 2 || begin === undefined || end === undefined || end < begin) {
    throw corrupt(`array ${shown(name)} has no proper data_offsets`);
  }
  // A product beyond 2^53 rounds, but stays far above any difference of two offsets that the file can hold.
  const size = counts.reduce((product, count) => product * count, DTYPES[dtype as Dtype].bytes);
  if (size !== end - begin)
    throw corrupt(`array ${shown(name)} says ${size} bytes by its shape and ${end - begin} by its offsets`);
  return { name, dtype: dtype as Dtype, begin, end };
}

function naturals(value: Json | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((each) => Number.isSafeInteger(each) && each >= 0) ? (value as readonly number[]) : undefined;
}

/** The arrays must cover the data without gap or overlap, so that nothing is hidden and nothing is read twice. */
function checkCover(entries: readonly Entry[], available: number): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) throw corrupt(`array ${shown(entry.name)} leaves a gap or overlaps another`);
    end = entry.end;
  }
  if (end > available) throw truncated(`${end} bytes of arrays`, available);
  if (end < available) throw corrupt(`${available - end} bytes behind the last array belong to none`);
}

function readArray(copy: Uint8Array<ArrayBuffer>, dtype: Dtype): ModelArray {
  const { type, bytes } = DTYPES[dtype];
  return new type((LITTLE_ENDIAN ? copy : swapped(copy, bytes)).buffer);
}

/** The same elements with their bytes in the other order. */
function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i - (i % width) + width - 1 - (i % width)] = bytes[i] as number;
  return out;
}

function dtypeOf(array: ModelArray): Dtype {
  for (const [name, { type }] of Object.entries(DTYPES)) {
    if (array instanceof type) return name as Dtype;
  }
  throw new TypeError("a model holds Float64, Float32, Int32, Uint32 and Uint8 arrays only");
}

function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

function truncated(expected: string, found: number): ModelFileError {
  return new ModelFileError("MODEL_TRUNCATED", `the model file is cut short: expected ${expected}; found ${found}`, {
    remedy: "Copy or fetch the file again",
  });
}

function corrupt(what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `the model file is damaged: ${what}`, {
    remedy: "Save the model again, or fetch the file again",
  });
}
