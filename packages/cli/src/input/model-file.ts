import { open, stat } from "node:fs/promises";
import { FileError, type FittedPipeline, load, ModelFileError, TelltaleError } from "@telltale/core";

/** A model file may be so large; what is larger is something else. */
const MOST_BYTES = 2 ** 31 - 1;

/** A model as it was found. */
export interface ModelFile {
  readonly model: FittedPipeline;
  readonly bytes: number;
}

/**
 * Reads a model.
 *
 * @throws {@link FileError} `FILE_NOT_FOUND`, `FILE_UNREADABLE` · {@link ModelFileError}, all naming the file
 */
export async function readModel(file: string): Promise<ModelFile> {
  return readWith(file, load);
}

/** Reads a model of another program with that program's reader; throws as {@link readModel} does. */
export async function readWith(file: string, reader: (bytes: Uint8Array) => FittedPipeline): Promise<ModelFile> {
  const bytes = await readBytes(file);
  try {
    return { model: reader(bytes), bytes: bytes.byteLength };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    throw new ModelFileError(error.code, error.message, { where: { file }, cause: error });
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  const where = { file };
  try {
    const found = await stat(file);
    if (found.isDirectory())
      throw new FileError("FILE_UNREADABLE", "a model file was expected; found a directory", { where });
    if (found.size > MOST_BYTES) {
      throw new ModelFileError("MODEL_FOREIGN", `a model file has at most 2 GiB; found ${found.size} bytes`, {
        where,
        remedy: "Name the file that telltale fit wrote",
      });
    }
    const handle = await open(file, "r");
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof TelltaleError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new FileError("FILE_NOT_FOUND", "there is no such model file", {
        where,
        remedy: "Check the path, or make a model with telltale fit",
        cause: error,
      });
    }
    throw new FileError("FILE_UNREADABLE", `the model file cannot be read: ${(error as Error).message}`, {
      where,
      cause: error,
    });
  }
}
