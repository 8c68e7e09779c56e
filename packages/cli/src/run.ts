import { ExitCode, reportFailure } from "./failure.js";
import { program } from "./program.js";
import { Session, type SessionOptions } from "./session.js";

export { ExitCode };

/**
 * Runs one command.
 *
 * @param args  what follows the program's name
 * @returns the exit code: 0, 1 failed, 2 a command line that cannot be meant
 */
export async function run(args: readonly string[], options: SessionOptions = {}): Promise<number> {
  const session = new Session(options);
  // Known before the command line is understood, because errors in it are reported too.
  session.json = args.includes("--json");
  session.quiet = args.includes("--quiet") || args.includes("-q");
  try {
    await program(session).parseAsync(args as string[], { from: "user" });
    return ExitCode.ok;
  } catch (error) {
    if (session.signal.aborted) throw error;
    return reportFailure(error, session);
  }
}

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How long an interrupted command may take to clean up. */
const GRACE_MS = 10_000;

/** Runs the command of this process: signals end it cleanly, and a reader that has gone is no error. */
export async function main(args: readonly string[]): Promise<void> {
  const controller = new AbortController();
  let interrupted: number | undefined;
  for (const [name, code] of Object.entries(SIGNAL_CODES)) {
    process.on(name, () => {
      // Temporary files are removed when the process exits, so a second signal may end it at once.
      if (interrupted !== undefined) process.exit(code);
      interrupted = code;
      controller.abort();
      // A command that waits for its input would not notice.
      process.stdin.destroy();
      setTimeout(() => process.exit(code), GRACE_MS).unref();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  try {
    process.exitCode = await run(args, { signal: controller.signal });
  } catch (error) {
    if (interrupted === undefined) throw error;
  }
  // A command that was interrupted has nothing more to do, whatever is still pending.
  if (interrupted !== undefined) process.exit(interrupted);
}
