import { readFile } from "node:fs/promises";
import { type Checkpoints, FileError } from "@telltale/core";
import { writeFileAtomic } from "@telltale/data";
import type { Session } from "../session.js";

/**
 * A file that a training keeps its progress in: what is there is gone on from.
 *
 * @throws {@link FileError} `FILE_UNREADABLE`
 */
export async function checkpointsIn(file: string, session: Session): Promise<Checkpoints> {
  const save = (bytes: Uint8Array) => writeFileAtomic(file, bytes);
  let resume: Uint8Array;
  try {
    resume = await readFile(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { save };
    throw new FileError("FILE_UNREADABLE", "the checkpoint cannot be read", { where: { file }, cause });
  }
  session.say(`going on from the checkpoint ${file}`);
  return { resume, save };
}
