import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import { currentKernels, FileError, VERSION } from "@telltale/core";

/** A file of data that a result was made from. */
export interface DataFile {
  /** Its name, without the folder: a result does not depend on where the file lay. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a result was measured. Times mean little without it; the other figures do not depend on it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
}

/** From what, with what, where and when a result was made. */
export interface Provenance {
  /** The command, or a sentence that says what was run. */
  readonly command?: string;
  readonly data: readonly DataFile[];
  readonly seeds: readonly number[];
  readonly versions: {
    readonly telltale: string;
    readonly node: string;
    readonly v8: string;
    /** Kernels that the detectors ran on, such as `native:avx2` or `reference`. */
    readonly kernels: string;
  };
  readonly machine: Machine;
  /** When it was made, ISO 8601. */
  readonly date: string;
}

export interface ProvenanceOptions {
  readonly command?: string;
  readonly data?: readonly DataFile[];
  readonly seeds?: readonly number[];
  /** Default: the name of the kernels that are set now. */
  readonly kernels?: string;
}

/**
 * From what, with what, where and when a result is made, to be stored in it.
 *
 * @example
 * ```ts
 * import { provenance } from "@telltale/compare";
 * console.log(provenance({ seeds: [1, 2, 3] }).versions.telltale.split(".").length); // 3
 * ```
 */
export function provenance({ command, data = [], seeds = [], kernels }: ProvenanceOptions = {}): Provenance {
  return {
    ...(command === undefined ? {} : { command }),
    data,
    seeds,
    versions: {
      telltale: VERSION,
      node: process.versions.node,
      v8: process.versions.v8,
      kernels: kernels ?? currentKernels().name,
    },
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()} ${arch()}`,
    },
    date: new Date().toISOString(),
  };
}

/**
 * Name, size and SHA-256 of a file of data, read piece by piece.
 *
 * @throws FileError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function dataFileOf(path: string): Promise<DataFile> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
    return { file: basename(path), bytes: (await stat(path)).size, sha256: hash.digest("hex") };
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FileError(
      missing ? "FILE_NOT_FOUND" : "FILE_UNREADABLE",
      missing ? "there is no such file" : `the file cannot be read: ${(cause as Error).message}`,
      { where: { file: path }, remedy: "Check the name and the permissions", cause },
    );
  }
}
