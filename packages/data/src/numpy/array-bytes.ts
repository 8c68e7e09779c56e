import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { formatError, messageOf, readError } from "../source/file-errors.js";
import { type Spool, spool } from "../source/spool.js";
import { NPY_HEADER_BYTES } from "./npy.js";

/** The bytes of one `.npy` array, readable at any place. */
export interface ArrayBytes {
  readonly size: number;
  /** Exactly `length` bytes from `position` on. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** One array of an `.npz` file, or the only one of an `.npy` file (its name is empty). */
export interface StoredArray {
  readonly name: string;
  readonly size: number;
  /** The first bytes, enough for the header. */
  head(): Promise<Uint8Array>;
  open(): Promise<ArrayBytes>;
}

/** An array that is compressed and at most this long is held in memory; a longer one goes through a temporary file. */
const IN_MEMORY_BYTES = 64 << 20;

/** The array of an `.npy` file. */
export async function npyArray(file: string): Promise<StoredArray> {
  const bytes = await fileBytes(file, file);
  await bytes.close();
  return {
    name: "",
    size: bytes.size,
    async head() {
      const opened = await fileBytes(file, file);
      const head = await opened.read(0, Math.min(opened.size, NPY_HEADER_BYTES));
      await opened.close();
      return head;
    },
    open: () => fileBytes(file, file),
  };
}

/**
 * The arrays of an `.npz` file (a ZIP file of `.npy` files).
 *
 * @throws DataError `DATA_FORMAT` when the ZIP directory is damaged or missing
 */
export async function npzArrays(file: string): Promise<StoredArray[]> {
  return withZip(file, async (zip) => {
    const arrays: StoredArray[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith(".npy")) continue;
      arrays.push({
        name: entry.fileName.slice(0, -".npy".length),
        size: entry.uncompressedSize,
        head: () =>
          withZip(file, async (again) => takeBytes(await again.openReadStreamPromise(entry), NPY_HEADER_BYTES)),
        open: () => withZip(file, (again) => entryBytes(file, again, entry)),
      });
    }
    return arrays;
  });
}

async function withZip<T>(file: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(file, { autoClose: false, lazyEntries: true });
    return await use(zip);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw readError(file, error);
    throw formatError(
      { file },
      `the .npz file is damaged or cut short: ${messageOf(error)}`,
      "Check that it was written to its end and copied whole",
      error,
    );
  } finally {
    zip?.close();
  }
}

async function entryBytes(file: string, zip: ZipFile, entry: Entry): Promise<ArrayBytes> {
  const stream = (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
  let sum = 0;
  const check = (bytes: Uint8Array) => {
    sum = crc32(bytes, sum);
  };
  if (entry.uncompressedSize <= IN_MEMORY_BYTES) {
    const parts: Uint8Array[] = [];
    for await (const bytes of stream) {
      check(bytes);
      parts.push(bytes);
    }
    requireSum(entry, sum);
    return memoryBytes(Buffer.concat(parts));
  }
  const copy = await spool(stream, file, check);
  try {
    requireSum(entry, sum);
    return await fileBytes(file, copy.path, copy);
  } catch (error) {
    await copy.dispose();
    throw error;
  }
}

function requireSum(entry: Entry, sum: number): void {
  if (sum >>> 0 !== entry.crc32 >>> 0) throw new Error(`the checksum of ${entry.fileName} is wrong`);
}

async function takeBytes(stream: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let filled = 0;
  for await (const bytes of stream) {
    parts.push(bytes);
    filled += bytes.byteLength;
    if (filled >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

function memoryBytes(bytes: Uint8Array): ArrayBytes {
  return {
    size: bytes.byteLength,
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => {},
  };
}

async function fileBytes(file: string, path: string, copy?: Spool): Promise<ArrayBytes> {
  let handle: FileHandle;
  try {
    handle = await open(path);
  } catch (error) {
    throw readError(file, error);
  }
  return {
    size: (await handle.stat()).size,
    async read(position, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
        if (bytesRead === 0) throw formatError({ file }, "the file became shorter while it was read");
        done += bytesRead;
      }
      return bytes;
    },
    async close() {
      await handle.close();
      await copy?.dispose();
    },
  };
}
