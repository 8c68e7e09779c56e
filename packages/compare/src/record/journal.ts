import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { DataError, FileError } from "@telltale/core";
import { stableJson } from "./stable-json.js";

/** Marks a file as a journal. */
const FORMAT = "telltale-journal-1";

/**
 * Finished work in a file, a line each, so that work that was stopped goes on where it was. Its first line says what the
 * work is: another question never takes the answers of an old one.
 */
export class Journal<T> {
  readonly #handle: FileHandle;
  readonly #done: Map<string, T>;

  private constructor(handle: FileHandle, done: Map<string, T>) {
    this.#handle = handle;
    this.#done = done;
  }

  /**
   * Opens a journal, or begins one where there is no file. A last line that was cut short by a stop is dropped.
   *
   * @param path  the file
   * @param question  plain data that the work follows from: settings, hashes of the data, seeds, versions
   * @throws DataError `DATA_FORMAT` for a file that is no journal, `JOURNAL_MISMATCH` for one of another question ·
   *   FileError `FILE_UNREADABLE`, `FILE_UNWRITABLE`
   */
  static async open<T>(path: string, question: unknown): Promise<Journal<T>> {
    const fingerprint = createHash("sha256").update(stableJson(question)).digest("hex");
    const handle = await opened(path);
    try {
      const text = await handle.readFile("utf8");
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      const lines = whole === "" ? [] : whole.slice(0, -1).split("\n");
      if (lines.length === 0) {
        if (text !== "" && !`{"journal":"${FORMAT}"`.startsWith(text.slice(0, FORMAT.length))) throw foreign(path);
        await handle.truncate(0);
        await handle.write(`${JSON.stringify({ journal: FORMAT, question: fingerprint })}\n`, 0);
        await handle.sync();
        return new Journal(await appending(handle, path), new Map());
      }
      const done = readLines<T>(lines, fingerprint, path);
      await handle.truncate(Buffer.byteLength(whole));
      return new Journal(await appending(handle, path), done);
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }

  /** What was finished, by its key. */
  get done(): ReadonlyMap<string, T> {
    return this.#done;
  }

  /** Writes one finished piece of work to the end of the file, at once. */
  async add(key: string, value: T): Promise<void> {
    await this.#handle.write(`${JSON.stringify({ key, value })}\n`);
    // As it would be read again, so that a run that was resumed cannot differ from one that was not.
    this.#done.set(key, JSON.parse(JSON.stringify(value)) as T);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function readLines<T>(lines: readonly string[], fingerprint: string, path: string): Map<string, T> {
  const parsed = lines.map((line, i): unknown => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw foreign(path, i + 1, cause);
    }
  });
  const head = parsed[0];
  if (!isObject(head) || head.journal !== FORMAT) throw foreign(path, 1);
  if (head.question !== fingerprint) {
    throw new DataError("JOURNAL_MISMATCH", "the journal belongs to other data, detectors, settings or versions", {
      where: { file: path },
      remedy: "Ask the same question again, or name another journal to begin anew",
    });
  }
  const done = new Map<string, T>();
  parsed.slice(1).forEach((entry, i) => {
    if (!isObject(entry) || typeof entry.key !== "string" || !("value" in entry)) throw foreign(path, i + 2);
    done.set(entry.key, entry.value as T);
  });
  return done;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return open(path, "wx+");
    });
  } catch (cause) {
    throw new FileError("FILE_UNWRITABLE", `the journal cannot be opened: ${(cause as Error).message}`, {
      where: { file: path },
      remedy: "Choose a place that can be written to",
      cause,
    });
  }
}

/** The same file, open for writing at its end only. */
async function appending(handle: FileHandle, path: string): Promise<FileHandle> {
  const end = await open(path, "a");
  await handle.close();
  return end;
}

function foreign(path: string, line?: number, cause?: unknown): DataError {
  return new DataError("DATA_FORMAT", "this is no journal of a comparison", {
    where: { file: path, ...(line === undefined ? {} : { line }) },
    remedy: "Name another file; it is made when it is not there",
    cause,
  });
}
