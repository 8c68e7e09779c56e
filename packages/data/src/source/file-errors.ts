import { DataError, type ErrorPlace, FileError, TelltaleError } from "@telltale/core";

/** What the operating system reported while reading, as an error that names the file. */
export function readError(file: string, error: unknown): TelltaleError {
  if (error instanceof TelltaleError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const where = { file };
  switch (code) {
    case "ENOENT":
      return new FileError("FILE_NOT_FOUND", "there is no such file", {
        where,
        remedy: "Check the path; it is taken from the current directory",
        cause: error,
      });
    case "EISDIR":
      return isDirectory(file, error);
    case "EACCES":
    case "EPERM":
      return new FileError("FILE_UNREADABLE", "the file may not be read", {
        where,
        remedy: "Change its permissions, or run as a user who may read it",
        cause: error,
      });
    case "ENOSPC":
    case "EDQUOT":
      return new FileError("DISK_FULL", "there is no space left to keep a copy of the input", {
        where,
        remedy: "Free some space, or point TMPDIR to a disk that has some",
        cause: error,
      });
    default:
      return new FileError("FILE_UNREADABLE", `the file cannot be read: ${messageOf(error)}`, { where, cause: error });
  }
}

export function isDirectory(file: string, cause?: unknown): FileError {
  return new FileError("FILE_UNREADABLE", "a file was expected; found a directory", {
    where: { file },
    remedy: `Name the files in it, for example "${file.replace(/\/+$/, "")}/*.csv"`,
    cause,
  });
}

/** A file that is not what its name or its first bytes say. */
export function formatError(where: ErrorPlace, problem: string, remedy?: string, cause?: unknown): DataError {
  return new DataError("DATA_FORMAT", problem, { where, ...(remedy === undefined ? {} : { remedy }), cause });
}

/** A file of which so little as is read at once does not fit into the memory allowed. */
export function memoryError(file: string, cause: unknown): FileError {
  return new FileError("FILE_UNREADABLE", "the rows are too wide to be read in the memory that is allowed for it", {
    where: { file },
    remedy: "Select fewer columns, or read with one thread",
    cause,
  });
}

/** A file without rows. */
export function emptyError(file: string, found: string): DataError {
  return new DataError("DATA_EMPTY", `at least one row of data was expected; found ${found}`, {
    where: { file },
    remedy: "Check that the file was written to its end",
  });
}

/** A text in a place where something else must stand; long ones are cut. */
export function quoted(text: string): string {
  const short = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return JSON.stringify(short);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
