import { crc32 } from "node:zlib";
import { ParamError } from "@telltale/core";
import { openAtomicFile } from "../sink/atomic-file.js";

/** An array to be written: numbers with a shape, or texts. */
export type NpzArray =
  | { readonly name: string; readonly shape: readonly number[]; readonly values: Float64Array | Uint8Array }
  | { readonly name: string; readonly texts: readonly string[] };

/** A ZIP file without extensions holds at most so many bytes. */
const LARGEST = 0xffff_fffe;

/**
 * Writes arrays as a NumPy `.npz` file, uncompressed: `numpy.load(file)["X"]`. Row-major; float64, uint8, and texts as UTF-32.
 *
 * @throws ParamError `PARAM_RANGE` beyond 4 GiB; FileError `FILE_UNWRITABLE`, `DISK_FULL`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export async function writeNpz(path: string, arrays: readonly NpzArray[]): Promise<void> {
  const entries = arrays.map(({ name, ...array }) => ({ name: Buffer.from(`${name}.npy`), parts: partsOf(array) }));
  const total = entries.reduce((sum, { name, parts }) => sum + sizeOf(parts) + 2 * name.length + 76, 22);
  if (total > LARGEST) {
    throw new ParamError("PARAM_RANGE", `an .npz file holds at most 4 GiB; ${total} bytes are to be written`, {
      where: { file: path },
      remedy: "Write Parquet or Arrow",
    });
  }
  const file = await openAtomicFile(path);
  try {
    const directory: Buffer[] = [];
    let at = 0;
    for (const { name, parts } of entries) {
      const size = sizeOf(parts);
      const sum = parts.reduce((before, part) => crc32(part, before), 0);
      const about = Buffer.alloc(26);
      // Version 2.0, no flags, stored; 1980-01-01, so that the same data give the same bytes; checksum; both sizes; name.
      about.writeUInt16LE(20, 0);
      about.writeUInt16LE(0x21, 8);
      about.writeUInt32LE(sum, 10);
      about.writeUInt32LE(size, 14);
      about.writeUInt32LE(size, 18);
      about.writeUInt16LE(name.length, 22);
      for (const part of [Buffer.from("PK\x03\x04", "latin1"), about, name, ...parts]) await file.write(part);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(at, 10);
      directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, tail, name);
      at += 30 + name.length + size;
    }
    const index = Buffer.concat(directory);
    const end = Buffer.alloc(18);
    end.writeUInt16LE(entries.length, 4);
    end.writeUInt16LE(entries.length, 6);
    end.writeUInt32LE(index.length, 8);
    end.writeUInt32LE(at, 12);
    for (const part of [index, Buffer.from("PK\x05\x06", "latin1"), end]) await file.write(part);
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

type Contents = { shape: readonly number[]; values: Float64Array | Uint8Array } | { texts: readonly string[] };

function partsOf(array: Contents): Uint8Array[] {
  if (!("texts" in array)) {
    const { values, shape } = array;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return [header(values instanceof Float64Array ? "<f8" : "|u1", shape), bytes];
  }
  const signs = array.texts.map((text) => [...text]);
  const width = Math.max(1, ...signs.map((text) => text.length));
  const codes = new Uint32Array(array.texts.length * width);
  signs.forEach((text, i) => {
    text.forEach((sign, k) => {
      codes[i * width + k] = sign.codePointAt(0) as number;
    });
  });
  return [header(`<U${width}`, [array.texts.length]), new Uint8Array(codes.buffer)];
}

function header(type: string, shape: readonly number[]): Uint8Array {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The values begin at a multiple of 64 bytes.
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${padded}`, "latin1");
  head.writeUInt16LE(padded.length, 8);
  return head;
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}
