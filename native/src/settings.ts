import { availableParallelism } from "node:os";
import { env } from "node:process";
import { ParamError } from "@telltale/core";
import { ISA_NAMES, type IsaName } from "./addon.js";

/** What the environment asks for. */
export interface Settings {
  /** `TELLTALE_NATIVE`: `off` keeps the addon unloaded. */
  readonly off: boolean;
  /** `TELLTALE_ISA`: the instruction set to use instead of the best one. */
  readonly isa: IsaName | undefined;
  /** `TELLTALE_THREADS`: threads of a call that names none; default, those that this process may use. */
  readonly threads: number;
}

/** Most threads that one call may start. */
export const MOST_THREADS = 1024;

/**
 * Reads `TELLTALE_NATIVE`, `TELLTALE_ISA` and `TELLTALE_THREADS`.
 *
 * @throws {@link ParamError} `PARAM_RANGE` for a value that is none of those allowed
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>> = env): Settings {
  const native = variables.TELLTALE_NATIVE ?? "";
  if (!["", "on", "off"].includes(native)) throw wrong("TELLTALE_NATIVE", "on or off", native);
  const isa = variables.TELLTALE_ISA ?? "";
  if (isa !== "" && !isIsaName(isa)) throw wrong("TELLTALE_ISA", ISA_NAMES.join(", "), isa);
  const threads = variables.TELLTALE_THREADS ?? "";
  const count = Number(threads);
  if (threads !== "" && !isThreadCount(count)) {
    throw wrong("TELLTALE_THREADS", `an integer from 1 to ${MOST_THREADS}`, threads);
  }
  return {
    off: native === "off",
    isa: isIsaName(isa) ? isa : undefined,
    threads: threads === "" ? Math.min(MOST_THREADS, availableParallelism()) : count,
  };
}

function isIsaName(name: string): name is IsaName {
  return (ISA_NAMES as readonly string[]).includes(name);
}

export function isThreadCount(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= MOST_THREADS;
}

function wrong(variable: string, expected: string, found: string): ParamError {
  return new ParamError("PARAM_RANGE", `${variable}: expected ${expected}; found "${found}"`, {
    remedy: `Correct or unset the environment variable ${variable}`,
  });
}
