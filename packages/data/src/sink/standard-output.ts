import type { ByteTarget } from "./atomic-file.js";
import { writeError } from "./write-errors.js";

/** Standard output. When its reader goes away (`| head`), what is written after that is dropped quietly. */
export function standardOutput(stream: NodeJS.WritableStream = process.stdout): ByteTarget {
  let gone = false;
  // Without a listener, a broken pipe would end the process with a stack trace.
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") gone = true;
  };
  stream.on("error", onError);
  return {
    get readerGone() {
      return gone;
    },
    write(bytes) {
      if (gone) return Promise.resolve();
      return new Promise((resolve, reject) => {
        stream.write(bytes, (error) => {
          const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
          if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") gone = true;
          if (error && !gone) reject(writeError("standard output", error));
          else resolve();
        });
      });
    },
    async commit() {
      stream.removeListener("error", onError);
      if (gone) stream.on("error", () => {});
    },
    async abort() {
      stream.removeListener("error", onError);
    },
  };
}
