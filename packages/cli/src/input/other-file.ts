import { realpath } from "node:fs/promises";
import { expandPaths, STANDARD_STREAM } from "@telltale/data";
import { UsageError } from "../failure.js";

/**
 * Refuses to write over a file that is read: the data would be gone for good.
 *
 * @param flag  that names the output, for the error
 * @throws {@link UsageError} `USAGE`
 */
export async function requireOtherFile(flag: string, out: string, inputs: readonly string[]): Promise<void> {
  if (out === STANDARD_STREAM) return;
  const target = await realpath(out).catch(() => undefined);
  // A device such as /dev/null or a file that is not there yet is no input.
  if (target === undefined) return;
  for (const input of await expandPaths(inputs)) {
    if (input === STANDARD_STREAM || (await realpath(input).catch(() => undefined)) !== target) continue;
    throw new UsageError("USAGE", `${flag} ${out} is one of the files that are read`, {
      remedy: "Name another file to write",
    });
  }
}
