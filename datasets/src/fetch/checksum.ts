import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** SHA-256 of a file, in hexadecimal digits. */
export async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash.digest("hex");
}

/** Name of the file in a data set's folder that holds the checksums of its first fetch. */
const RECORD = "checksums.json";

/** The checksums that were recorded when files without a published one were first fetched. */
export class RecordedChecksums {
  readonly #folder: string;
  readonly #sums: Map<string, string>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, sums: Map<string, string>) {
    this.#folder = folder;
    this.#sums = sums;
  }

  /** Reads them; none when there is no record, or one that cannot be understood. */
  static async read(folder: string): Promise<RecordedChecksums> {
    const sums = new Map<string, string>();
    try {
      const found: unknown = JSON.parse(await readFile(join(folder, RECORD), "utf8"));
      for (const [path, sum] of Object.entries(found ?? {})) {
        if (typeof sum === "string" && /^[0-9a-f]{64}$/.test(sum)) sums.set(path, sum);
      }
    } catch {
      // The first fetch into this folder.
    }
    return new RecordedChecksums(folder, sums);
  }

  get(path: string): string | undefined {
    return this.#sums.get(path);
  }

  /** Keeps a checksum. Writes one after the other, each whole. */
  keep(path: string, sum: string): Promise<void> {
    this.#sums.set(path, sum);
    this.#writing = this.#writing.then(async () => {
      const target = join(this.#folder, RECORD);
      await writeFile(`${target}.tmp`, `${JSON.stringify(Object.fromEntries([...this.#sums].sort()), null, 2)}\n`);
      await rename(`${target}.tmp`, target);
    });
    return this.#writing;
  }
}
