import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdTemporary, releaseTemporary } from "../temporary-files.js";
import { readError } from "./file-errors.js";

/** A temporary file, there until it is disposed of or the process ends. */
export interface Spool {
  readonly path: string;
  dispose(): Promise<void>;
}

/**
 * Copies a stream into a temporary file (in TMPDIR), so that it can be read twice and at any place, in bounded memory.
 *
 * @param name  what the stream is called in error texts
 * @param inspect  sees every piece
 * @throws FileError `DISK_FULL`, `FILE_UNREADABLE`
 */
export async function spool(
  input: AsyncIterable<Uint8Array>,
  name: string,
  inspect: (bytes: Uint8Array) => void = () => {},
): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "telltale-"));
  holdTemporary(folder);
  const path = join(folder, "data");
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      for await (const bytes of input) {
        inspect(bytes);
        for (let done = 0; done < bytes.byteLength; ) done += (await handle.write(bytes, done)).bytesWritten;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    await remove(folder);
    throw readError(name, error);
  }
  return { path, dispose: () => remove(folder) };
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  releaseTemporary(folder);
}
