import { randomBytes } from "node:crypto";
import { type FileHandle, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { holdTemporary, releaseTemporary } from "../temporary-files.js";
import { writeError } from "./write-errors.js";

/** Where bytes go. */
export interface ByteTarget {
  /** Resolves when the bytes are taken; the array may then be used again. */
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written whole and visible. */
  commit(): Promise<void>;
  /** Leaves everything as it was before. */
  abort(): Promise<void>;
  /** The reader at the other end has gone, so that nothing more need be written. */
  readonly readerGone: boolean;
}

/**
 * Opens a file that appears whole or not at all: it is written under a temporary name beside the target, brought to disk, and renamed. On
 * an error, on `abort`, on SIGINT, SIGTERM or SIGHUP, and when the process ends, the temporary file is removed and the target is as it was.
 * What is no ordinary file (`/dev/null`, a named pipe) is written directly.
 *
 * @throws FileError `FILE_UNWRITABLE`, `DISK_FULL`
 */
export async function openAtomicFile(path: string): Promise<ByteTarget> {
  try {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (found?.isDirectory()) throw Object.assign(new Error("is a directory"), { code: "EISDIR" });
    if (found !== undefined && !found.isFile()) return directTarget(path, await open(path, "w"));
    // A link stays a link: what it points to is replaced.
    const target = found === undefined ? path : await realpath(path);
    if (found !== undefined) await (await open(target, "r+")).close();
    const temporary = join(
      dirname(target),
      `.${basename(target)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`,
    );
    const handle = await open(temporary, "wx", found === undefined ? 0o666 : found.mode & 0o777);
    holdTemporary(temporary);
    return renamedTarget(path, target, temporary, handle);
  } catch (error) {
    throw writeError(path, error);
  }
}

/**
 * Writes a file that appears whole or not at all, see {@link openAtomicFile}.
 *
 * @throws FileError `FILE_UNWRITABLE`, `DISK_FULL`; the file that was there before is then untouched
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const file = await openAtomicFile(path);
  try {
    await file.write(bytes);
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

function renamedTarget(path: string, target: string, temporary: string, handle: FileHandle): ByteTarget {
  let open = true;
  return {
    readerGone: false,
    write: (bytes) => writeAll(path, handle, bytes),
    async commit() {
      try {
        await handle.sync();
        open = false;
        await handle.close();
        await rename(temporary, target);
        releaseTemporary(temporary);
      } catch (error) {
        throw writeError(path, error);
      }
      await syncFolder(dirname(target));
    },
    async abort() {
      if (open) await handle.close().catch(() => {});
      open = false;
      await unlink(temporary).catch(() => {});
      releaseTemporary(temporary);
    },
  };
}

function directTarget(path: string, handle: FileHandle): ByteTarget {
  let open = true;
  const close = async () => {
    if (open) await handle.close();
    open = false;
  };
  return { readerGone: false, write: (bytes) => writeAll(path, handle, bytes), commit: close, abort: close };
}

async function writeAll(path: string, handle: FileHandle, bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.byteLength; ) {
      done += (await handle.write(bytes, done, bytes.byteLength - done)).bytesWritten;
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

/** So that the new name outlasts a power failure; not every file system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
