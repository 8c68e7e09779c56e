import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { FileError } from "@telltale/core";
import { isDirectory, readError } from "./file-errors.js";

/** The path that stands for standard input and standard output. */
export const STANDARD_STREAM = "-";

/**
 * The files that are meant by paths and glob patterns: those of one pattern in natural order (`2.csv` before `10.csv`),
 * the paths themselves in the order given. A path that exists is never taken for a pattern.
 *
 * @throws FileError `FILE_NOT_FOUND`, `FILE_UNREADABLE`
 */
export async function expandPaths(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (path === STANDARD_STREAM || (await isReadableFile(path))) files.push(path);
    else files.push(...(await expandPattern(path)));
  }
  if (files.length === 0) {
    throw new FileError("FILE_NOT_FOUND", "no input file was given", {
      remedy: 'Name a file, or "-" for standard input',
    });
  }
  return files;
}

async function isReadableFile(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) throw isDirectory(path);
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && /[*?[\]{}!()]/.test(path)) return false;
    throw readError(path, error);
  }
}

async function expandPattern(pattern: string): Promise<string[]> {
  const { glob } = await import("tinyglobby");
  const found = await glob(pattern, { onlyFiles: true, expandDirectories: false, absolute: isAbsolute(pattern) });
  if (found.length === 0) {
    throw new FileError("FILE_NOT_FOUND", "no file matches the pattern", {
      where: { file: pattern },
      remedy: "Check the path; it is taken from the current directory",
    });
  }
  const natural = new Intl.Collator("en", { numeric: true });
  const files = found.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
  for (const file of files) await access(file, constants.R_OK).catch((error) => Promise.reject(readError(file, error)));
  return files;
}
