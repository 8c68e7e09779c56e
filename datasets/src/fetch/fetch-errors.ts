import { FileError, TelltaleError } from "@telltale/core";

/** A network that fails: the codes under which Node.js reports that no answer came. */
const NO_ANSWER: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ENETUNREACH: "the network cannot be reached",
  EHOSTUNREACH: "the network cannot be reached",
  ETIMEDOUT: "no answer came in time",
  UND_ERR_CONNECT_TIMEOUT: "no answer came in time",
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time",
  UND_ERR_BODY_TIMEOUT: "the bytes stopped coming",
};

/** Whether trying once more may help: the network failed, not the server or the disk. */
export function isPassing(error: unknown): boolean {
  return error instanceof FileError && error.code === "FETCH_OFFLINE";
}

/** What kept a file from being fetched, in words. */
export function fetchError(address: string, error: unknown): TelltaleError {
  if (error instanceof TelltaleError) return error;
  const where = { file: address };
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new FileError("DISK_FULL", "there is no space left to keep the file", {
      where,
      remedy:
        "Free some space, or name another folder with --dir; what has been fetched is kept, and the rest is fetched next time",
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST") {
    return new FileError("FILE_UNWRITABLE", `the file cannot be kept: ${messageOf(error)}`, {
      where,
      remedy: "Name a folder that may be written to, with --dir",
      cause: error,
    });
  }
  const known = code === undefined ? undefined : NO_ANSWER[code];
  return new FileError("FETCH_OFFLINE", `the server cannot be reached: ${known ?? messageOf(error)}`, {
    where,
    remedy:
      "Check the network, and HTTPS_PROXY with NODE_USE_ENV_PROXY=1 if there is a proxy; what has been fetched is kept, and the rest is fetched next time",
    cause: error,
  });
}

/** An answer that is no file. */
export function statusError(address: string, status: number): FileError {
  const gone = status === 404 || status === 410;
  return new FileError(
    "FETCH_STATUS",
    gone ? `the server has no such file (${status})` : `the server answered ${status} instead of the file`,
    {
      where: { file: address },
      remedy: gone
        ? "The publisher may have moved it: see the home page of the data set with telltale datasets info"
        : "Try again later",
    },
  );
}

/** Codes of Node.js hide behind "fetch failed". */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}
