import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileError } from "@telltale/core";
import { fetchError, isPassing, statusError } from "./fetch-errors.js";

/** Times that a download is taken up again after the network failed. */
const RETRIES = 3;

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the file that are there so far, and its size when the server says it. */
  readonly progress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Milliseconds before the first retry; the next one waits twice as long. Default 500. */
  readonly patience?: number | undefined;
  /** Milliseconds without a byte after which the connection counts as broken. Default 60,000. */
  readonly silence?: number | undefined;
}

/** What was fetched. */
export interface Downloaded {
  readonly bytes: number;
  readonly sha256: string;
  /** Bytes that were there from an earlier, broken run. */
  readonly resumed: number;
}

/**
 * Fetches one file. What has come so far is kept beside the target (`.part`), so that a broken download goes on where it
 * stopped, in this run or the next; the target appears only when it is whole and its checksum is right.
 *
 * @param sha256  the checksum that the file must have; undefined when it is not known
 * @throws `FileError` `FETCH_OFFLINE`, `FETCH_STATUS`, `FETCH_CHECKSUM`, `DISK_FULL`, `FILE_UNWRITABLE`
 */
export async function download(
  address: string,
  target: string,
  sha256: string | undefined,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  const part = `${target}.part`;
  let resumed: number | undefined;
  try {
    await mkdir(dirname(target), { recursive: true });
    for (let attempt = 0; ; attempt++) {
      options.signal?.throwIfAborted();
      try {
        const got = await transfer(address, part, options);
        resumed ??= got.resumed;
        if (sha256 !== undefined && got.sha256 !== sha256) {
          await forget(part);
          // A part of another version may have been taken up: once more, from the beginning.
          if (got.resumed > 0) continue;
          throw new FileError("FETCH_CHECKSUM", `the checksum is ${got.sha256}; ${sha256} was expected`, {
            where: { file: address },
            remedy: "The file was changed on its way or by its publisher; nothing was kept. Try again, or report it",
          });
        }
        await rename(part, target);
        await forget(part);
        return { ...got, resumed };
      } catch (error) {
        options.signal?.throwIfAborted();
        const told = fetchError(address, error);
        if (!isPassing(told) || attempt >= RETRIES) throw told;
        resumed ??= await sizeOf(part);
        await sleep((options.patience ?? 500) * 2 ** attempt, undefined, { signal: options.signal });
      }
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw fetchError(address, error);
  }
}

/** One connection: what is missing of the part, or all of it when the server does not know how to go on. */
async function transfer(address: string, part: string, options: DownloadOptions): Promise<Downloaded> {
  const had = await sizeOf(part);
  const version = had > 0 ? await readFile(`${part}.version`, "utf8").catch(() => "") : "";
  // Without a mark of the version, bytes of two versions could be joined: start again.
  const from = version === "" ? 0 : had;
  const silence = new AbortController();
  const signals = [silence.signal, ...(options.signal === undefined ? [] : [options.signal])];
  let timer = setTimeout(() => silence.abort(timeout()), options.silence ?? 60_000);
  try {
    const answer = await fetch(address, {
      redirect: "follow",
      signal: AbortSignal.any(signals),
      // Bytes as they are: a compressed answer could not be taken up in the middle.
      headers: {
        "accept-encoding": "identity",
        ...(from > 0 ? { range: `bytes=${from}-`, "if-range": version } : {}),
      },
    });
    if (answer.status === 416) {
      await answer.body?.cancel();
      await forget(part);
      throw Object.assign(new Error("the part that was kept does not fit"), { code: "ECONNRESET" });
    }
    if (answer.status !== 200 && answer.status !== 206) {
      await answer.body?.cancel();
      throw statusError(address, answer.status);
    }
    const start = answer.status === 206 ? startOf(answer, from) : 0;
    const mark = versionOf(answer);
    if (start === 0) {
      await rm(part, { force: true });
      if (mark === "") await rm(`${part}.version`, { force: true });
      else await writeFile(`${part}.version`, mark);
    }
    const length = answer.headers.get("content-length");
    const encoded = answer.headers.get("content-encoding") !== null;
    const total = length === null || encoded ? undefined : start + Number(length);
    const hash = start > 0 ? await hashOf(part) : createHash("sha256");
    const file = await open(part, start > 0 ? "r+" : "w");
    let done = start;
    try {
      options.progress?.(done, total);
      for await (const bytes of answer.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(timeout()), options.silence ?? 60_000);
        await writeAll(file, bytes, done);
        hash.update(bytes);
        done += bytes.byteLength;
        options.progress?.(done, total);
      }
      if (total !== undefined && done !== total) {
        throw Object.assign(new Error(`${done} of ${total} bytes came`), { code: "ECONNRESET" });
      }
      await file.sync();
    } finally {
      await file.close();
    }
    return { bytes: done, sha256: hash.digest("hex"), resumed: start };
  } catch (error) {
    // The reason is told, not "the operation was aborted".
    if (silence.signal.aborted && !(options.signal?.aborted ?? false)) throw silence.signal.reason;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Where the bytes of a partial answer begin. */
function startOf(answer: Response, asked: number): number {
  const found = /^bytes (\d+)-/.exec(answer.headers.get("content-range") ?? "");
  if (found !== null && Number(found[1]) === asked) return asked;
  throw Object.assign(new Error("the server sent another part than the one asked for"), { code: "ECONNRESET" });
}

/** What tells one version of the file from another: only a strong mark will do for joining parts. */
function versionOf(answer: Response): string {
  const tag = answer.headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return answer.headers.get("last-modified") ?? "";
}

async function hashOf(path: string): Promise<Hash> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function forget(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.version`, { force: true });
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    done += (await file.write(bytes, done, bytes.byteLength - done, at + done)).bytesWritten;
  }
}

function timeout(): Error {
  return Object.assign(new Error("the bytes stopped coming"), { code: "ETIMEDOUT" });
}
