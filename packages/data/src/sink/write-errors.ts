import { FileError, TelltaleError } from "@telltale/core";

/** What the operating system reported while writing, as an error that names the file. */
export function writeError(file: string, error: unknown): TelltaleError {
  if (error instanceof TelltaleError) return error;
  const { code, message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  const where = { file };
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new FileError("DISK_FULL", "there is no space left to write the file", {
      where,
      remedy: "Free some space, or write to another disk; what was there before is untouched",
      cause: error,
    });
  }
  const problems: Readonly<Record<string, readonly [string, string]>> = {
    ENOENT: ["the directory to write into does not exist", "Create it first"],
    ENOTDIR: ["a part of the path is a file, not a directory", "Check the path"],
    EISDIR: ["a file was expected; found a directory", "Add the name of a file to the path"],
    EACCES: ["the file or its directory may not be written", "Change the permissions, or write somewhere else"],
    EPERM: ["the file or its directory may not be written", "Change the permissions, or write somewhere else"],
    EROFS: ["the file system is read-only", "Write somewhere else"],
  };
  const [problem, remedy] = problems[code ?? ""] ?? [
    `the file cannot be written: ${message}`,
    "Check the path and the disk",
  ];
  return new FileError("FILE_UNWRITABLE", problem, { where, remedy, cause: error });
}
