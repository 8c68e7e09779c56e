import { KernelError, type Kernels, ParamError, type TelltaleError } from "@telltale/core";
import type { Addon, IsaName } from "./addon.js";
import { bindKernels } from "./kernels/kernels.js";
import { type LoadAttempt, type LoadResult, loadAddon } from "./loader.js";
import { isThreadCount, MOST_THREADS, readSettings, type Settings } from "./settings.js";

/** Whether the C++ kernels are there, which ones, and what to do when they are not. */
export interface NativeStatus {
  readonly available: boolean;
  /** The instruction set in use. */
  readonly isa?: IsaName;
  /** All that this machine runs, best first; empty without the addon. */
  readonly isas: readonly IsaName[];
  /** Threads of a call that names none. */
  readonly threads: number;
  /** The files that were tried; none when `TELLTALE_NATIVE` is `off`. */
  readonly attempts: readonly LoadAttempt[];
  /** What to do to get the kernels; absent when they are there or switched off. */
  readonly remedy?: string;
  /** An environment variable with an impossible value: the one reason for which asking for native kernels throws. */
  readonly misconfigured?: TelltaleError;
}

export interface NativeOptions {
  /** Default: `TELLTALE_ISA`, else the best that this machine runs. */
  readonly isa?: IsaName;
  /** Threads of a call that names none. Default: `TELLTALE_THREADS`, else those that this process may use. */
  readonly threads?: number;
}

interface Native {
  readonly kernels: Kernels | undefined;
  readonly addon: Addon | undefined;
  readonly status: NativeStatus;
}

let native: Native | undefined;

/**
 * Loads the addon, once, and says what came of it. Never throws.
 */
export function nativeStatus(): NativeStatus {
  return load().status;
}

/** The C++ kernels on the best instruction set of this machine, or `undefined` without the addon: {@link nativeStatus} says why. */
export function loadNative(): Kernels | undefined {
  return load().kernels;
}

/**
 * The C++ kernels bound to one instruction set and number of threads: for comparing several in one process.
 *
 * @throws `KernelError` `KERNEL_UNAVAILABLE` without the addon, or on a machine without that instruction set;
 * {@link ParamError} `PARAM_RANGE` for an impossible number of threads or a wrong environment variable
 * @example
 * ```ts
 * import { isolationForest, matrix } from "@telltale/core";
 * import { kernelsFor, nativeStatus } from "@telltale/native";
 * const train = matrix(Float64Array.of(0, 1, 2, 3, 50), 5, 1);
 * for (const isa of nativeStatus().isas) {
 *   const kernels = kernelsFor({ isa, threads: 1 });
 *   console.log(kernels.name, isolationForest().fitSync(train, { kernels }).scoreSync(train, { kernels }));
 * }
 * ```
 */
export function kernelsFor(options: NativeOptions = {}): Kernels {
  const { addon, status } = load();
  if (status.misconfigured !== undefined && (options.isa === undefined || options.threads === undefined)) {
    throw status.misconfigured;
  }
  if (addon === undefined) {
    throw new KernelError("KERNEL_UNAVAILABLE", "the C++ kernels are not there", {
      remedy: status.remedy ?? "Unset the environment variable TELLTALE_NATIVE, which switches them off",
    });
  }
  const threads = options.threads ?? status.threads;
  if (!isThreadCount(threads)) {
    throw new ParamError("PARAM_RANGE", `threads: expected an integer from 1 to ${MOST_THREADS}; found ${threads}`);
  }
  return bindKernels(addon, findIsa(addon, options.isa ?? status.isa), threads);
}

function load(): Native {
  native ??= resolve(loadAddon);
  return native;
}

/** Settings and addon put together; exported for tests, which pass their own. */
export function resolve(loading: () => LoadResult, variables?: Readonly<Record<string, string | undefined>>): Native {
  let settings: Settings;
  try {
    settings = readSettings(variables);
  } catch (error) {
    return misconfigured(error as TelltaleError, { addon: undefined, attempts: [] }, 1);
  }
  const { threads } = settings;
  if (settings.off) {
    return { kernels: undefined, addon: undefined, status: { available: false, isas: [], threads, attempts: [] } };
  }
  const loaded = loading();
  const { addon, attempts, remedy } = loaded;
  if (addon === undefined) {
    const status = { available: false, isas: [], threads, attempts, ...(remedy === undefined ? {} : { remedy }) };
    return { kernels: undefined, addon, status };
  }
  try {
    const isa = findIsa(addon, settings.isa);
    const status = { available: true, isa: isa.name, isas: namesOf(addon), threads, attempts };
    return { kernels: bindKernels(addon, isa, threads), addon, status };
  } catch (error) {
    return misconfigured(error as TelltaleError, loaded, threads);
  }
}

function misconfigured(error: TelltaleError, { addon, attempts }: LoadResult, threads: number): Native {
  const isas = addon === undefined ? [] : namesOf(addon);
  const status = { available: false, isas, threads, attempts, remedy: error.message, misconfigured: error };
  return { kernels: undefined, addon, status };
}

function findIsa(addon: Addon, name: IsaName | undefined): Addon["isas"][number] {
  const found = name === undefined ? addon.isas[0] : addon.isas.find((isa) => isa.name === name);
  if (found !== undefined) return found;
  throw new KernelError("KERNEL_UNAVAILABLE", `this machine does not run the instruction set ${name}`, {
    remedy: `It runs ${namesOf(addon).join(", ")}: set TELLTALE_ISA to one of these, or unset it`,
  });
}

function namesOf(addon: Addon): IsaName[] {
  return addon.isas.map((isa) => isa.name);
}
