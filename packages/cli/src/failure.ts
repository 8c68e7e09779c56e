import { ParamError, TelltaleError } from "@telltale/core";
import { CommanderError } from "commander";
import { printable } from "./output/printable.js";
import type { Session } from "./session.js";

/** How a run ended. */
export const ExitCode = { ok: 0, failed: 1, usage: 2 } as const;

/** A command line that cannot be meant: a flag, an argument or a value that is not possible. */
export class UsageError extends TelltaleError {}

/** Reports what went wrong and gives the exit code. */
export function reportFailure(error: unknown, session: Session): number {
  if (error instanceof CommanderError) {
    // Help and version are thrown too; commander has printed them.
    if (error.exitCode === 0) return ExitCode.ok;
    const message = error.message.replace(/^error: /, "");
    if (error.code !== "commander.help") show({ code: "USAGE", message, where: {} }, error, session);
    return ExitCode.usage;
  }
  if (error instanceof TelltaleError) {
    // An error of the command line itself names its flags already.
    const hint = error.message.includes(" --") ? undefined : FLAG_HINTS[error.code];
    const message = hint === undefined ? error.message : `${error.message} (${hint})`;
    show({ code: error.code, message, where: error.where }, error, session);
    return error instanceof ParamError || error instanceof UsageError ? ExitCode.usage : ExitCode.failed;
  }
  const message = error instanceof Error ? error.message : String(error);
  show({ code: "UNEXPECTED", message: `unexpected error: ${message}`, where: {} }, error, session);
  if (!session.json && !wantsStack()) session.stderr.write("Set TELLTALE_DEBUG=1 to see where it happened.\n");
  return ExitCode.failed;
}

/** Errors of the library know of no command line: the flags that settle them. */
const FLAG_HINTS: Readonly<Record<string, string>> = {
  DATA_MISSING: "telltale fit … --missing <policy>",
  DATA_INFINITE: "telltale fit … --infinite <policy>",
  DATA_LABEL: "--label <column> --normal <names>",
};

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly where: object;
}

function show(failure: Failure, error: unknown, session: Session): void {
  if (session.json) session.stderr.write(`${JSON.stringify({ error: failure })}\n`);
  else session.stderr.write(`telltale: ${printable(failure.message)}\n`);
  if (!wantsStack() || !(error instanceof Error)) return;
  session.stderr.write(`${error.stack}\n`);
  if (error.cause instanceof Error) session.stderr.write(`caused by ${error.cause.stack}\n`);
}

function wantsStack(): boolean {
  return (process.env.TELLTALE_DEBUG ?? "") !== "";
}
