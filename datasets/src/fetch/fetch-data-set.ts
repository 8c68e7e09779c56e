import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError, ParamError } from "@telltale/core";
import type { DataFile, DataSet } from "../manifest/data-set.js";
import { cacheFolder } from "./cache-folder.js";
import { checksumOf, RecordedChecksums } from "./checksum.js";
import { type DownloadOptions, download } from "./download.js";

/** Files that are fetched at the same time. */
const AT_ONCE = 4;

export interface FetchOptions extends Omit<DownloadOptions, "progress"> {
  /** Folder that the data set's own folder is made in. Default: {@link cacheFolder}. */
  readonly dir?: string | undefined;
  /** Address of a mirror that holds the files under `<name>/<path>`, in place of the published addresses. */
  readonly mirror?: string | undefined;
  /** Only these files, by their paths. Default: all. */
  readonly only?: ((path: string) => boolean) | undefined;
  /** Called with the files that are there, how many there are in all, and the bytes fetched so far. */
  readonly progress?: ((files: number, of: number, bytes: number) => void) | undefined;
}

/** What became of one file. */
export interface FetchedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** `present`: it was there and is right; `fetched`; `resumed`: a part of it was there. */
  readonly state: "present" | "fetched" | "resumed";
  /** What the checksum was compared with: the published one, the one recorded at the first fetch, or nothing yet. */
  readonly checked: "published" | "recorded" | "first";
}

/** A data set on this machine. */
export interface FetchedDataSet {
  /** Its folder. */
  readonly folder: string;
  readonly files: readonly FetchedFile[];
}

/**
 * Brings the files of a data set to this machine, unless they are there: each is verified by its checksum, a broken download
 * is taken up where it stopped, and a file appears only when it is whole. A file without a published checksum is compared with
 * the one recorded when it was first fetched.
 *
 * @throws `FileError` `FETCH_BY_HAND` for a data set that needs an account, `FETCH_OFFLINE`, `FETCH_STATUS`, `FETCH_CHECKSUM`,
 *   `DISK_FULL`, `FILE_UNWRITABLE`
 * @example
 * ```ts no-run
 * import { dataSet } from "@telltale/datasets";
 * import { fetchDataSet } from "@telltale/datasets/fetch";
 * const { folder } = await fetchDataSet(dataSet("skab"));
 * console.log(folder); // /home/ada/.cache/telltale/datasets/skab
 * ```
 */
export async function fetchDataSet(set: DataSet, options: FetchOptions = {}): Promise<FetchedDataSet> {
  const { dir = cacheFolder(), only = () => true, mirror, progress } = options;
  if (set.byHand !== undefined) {
    throw new FileError("FETCH_BY_HAND", `${set.title} cannot be fetched by a program`, {
      remedy: set.byHand.join(". "),
    });
  }
  const files = set.files.filter(({ path }) => only(path));
  const folder = join(dir, set.name);
  const recorded = await RecordedChecksums.read(folder);
  const done: FetchedFile[] = new Array(files.length);
  const coming = new Map<string, number>();
  let there = 0;
  const tell = () =>
    progress?.(
      there,
      files.length,
      [...coming.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);

  let next = 0;
  const worker = async () => {
    for (let i = next++; i < files.length; i = next++) {
      const file = files[i] as DataFile;
      const address = mirror === undefined ? file.address : mirrored(mirror, set.name, file.path);
      done[i] = await bring({ ...file, address }, folder, recorded, {
        ...options,
        signal,
        progress: (bytes) => {
          coming.set(file.path, bytes);
          tell();
        },
      });
      there++;
      tell();
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, files.length) }, () =>
    worker().catch((error: unknown) => {
      // The other downloads keep their parts and end.
      stop.abort(error);
      throw error;
    }),
  );
  const failed = (await Promise.allSettled(workers)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw options.signal?.aborted ? options.signal.reason : stop.signal.reason;
  return { folder, files: done };
}

/** @throws `ParamError` `PARAM_RANGE` for a mirror that is no address */
function mirrored(mirror: string, name: string, path: string): string {
  if (!/^https?:/.test(mirror) || !URL.canParse(mirror)) {
    throw new ParamError("PARAM_RANGE", `mirror: expected an address that begins with http; found "${mirror}"`);
  }
  return new URL(`${name}/${path}`, `${mirror.replace(/\/+$/, "")}/`).href;
}

async function bring(
  { path, address, sha256 }: DataFile,
  folder: string,
  recorded: RecordedChecksums,
  options: DownloadOptions,
): Promise<FetchedFile> {
  const target = join(folder, path);
  const expected = sha256 ?? recorded.get(path);
  const checked = sha256 !== null ? "published" : expected === undefined ? "first" : "recorded";
  const size = (await stat(target).catch(() => undefined))?.size;
  if (size !== undefined) {
    const found = await checksumOf(target);
    if (expected !== undefined && found !== expected) {
      throw new FileError("FETCH_CHECKSUM", "another file is there already: its checksum is not the expected one", {
        where: { file: target },
        remedy: "Remove it, or name another folder with --dir",
      });
    }
    if (sha256 === null) await recorded.keep(path, found);
    return { path, bytes: size, sha256: found, state: "present", checked };
  }
  const got = await download(address, target, expected, options);
  if (sha256 === null) await recorded.keep(path, got.sha256);
  return { path, bytes: got.bytes, sha256: got.sha256, state: got.resumed > 0 ? "resumed" : "fetched", checked };
}
