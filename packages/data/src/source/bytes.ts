import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { readError } from "./file-errors.js";

/** The first bytes of a file, decompressed when it is a gzip file. */
export interface Head {
  readonly bytes: Uint8Array;
  /** The head is the whole file. */
  readonly whole: boolean;
  readonly gzip: boolean;
}

/** Reads the first `length` bytes (fewer when the file is shorter). */
export async function readHead(file: string, length: number): Promise<Head> {
  try {
    const handle = await open(file);
    try {
      const bytes = Buffer.alloc(length + 1);
      let filled = 0;
      while (filled <= length) {
        const { bytesRead } = await handle.read(bytes, filled, length + 1 - filled, filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (!isGzip(bytes))
        return { bytes: bytes.subarray(0, Math.min(filled, length)), whole: filled <= length, gzip: false };
    } finally {
      await handle.close();
    }
    return await gunzippedHead(file, length);
  } catch (error) {
    throw readError(file, error);
  }
}

/** The bytes of a file from its start, decompressed when it is a gzip file. */
export function byteStream(file: string, gzip: boolean): Readable {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 });
  return gzip ? pipeline(raw, createGunzip({ chunkSize: 1 << 18 }), () => {}) : raw;
}

async function gunzippedHead(file: string, length: number): Promise<Head> {
  const parts: Uint8Array[] = [];
  let filled = 0;
  for await (const part of byteStream(file, true) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    filled += part.byteLength;
    if (filled > length) break;
  }
  const bytes = Buffer.concat(parts);
  return { bytes: bytes.subarray(0, length), whole: filled <= length, gzip: true };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
