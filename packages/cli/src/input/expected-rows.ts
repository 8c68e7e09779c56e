import { open } from "node:fs/promises";
import type { FileSchema } from "@telltale/data";

const SAMPLE_BYTES = 1 << 17;

/**
 * About how many rows there are, for a progress bar: told by the format, or for text estimated from the length of the first
 * lines. `undefined` when nothing is known.
 */
export async function expectedRows(files: readonly FileSchema[]): Promise<number | undefined> {
  let total = 0;
  for (const file of files) {
    const rows = file.rows ?? (await linesOf(file));
    if (rows === undefined) return undefined;
    total += rows;
  }
  return total > 0 ? total : undefined;
}

async function linesOf({ file, format, bytes }: FileSchema): Promise<number | undefined> {
  if (format !== "csv" && format !== "ndjson") return undefined;
  // Standard input has another name than the copy that is read; then no estimate is made.
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    let lines = 0;
    for (let i = 0; i < bytesRead; i++) if (buffer[i] === 10) lines += 1;
    return lines === 0 ? undefined : Math.round((bytes * lines) / bytesRead);
  } finally {
    await handle.close();
  }
}
