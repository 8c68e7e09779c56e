import { KernelError, type Kernels, referenceKernels } from "@telltale/core";
import type { RunFlags } from "./options/common-flags.js";
import type { Session } from "./session.js";

type Native = typeof import("@telltale/native");

/**
 * The kernels that `--kernels` asks for. `auto` falls back to networks in WebAssembly and JavaScript, and says so once when
 * that is not what the user chose.
 *
 * @throws {@link KernelError} `KERNEL_UNAVAILABLE` for `native` without the C++ kernels, for `wasm` where WebAssembly cannot
 *   be, and for an environment variable that asks for what this machine does not have
 */
export async function chooseKernels(asked: RunFlags["kernels"], session: Session): Promise<Kernels> {
  if (asked === "js") return referenceKernels;
  if (asked === "wasm") return requireWasm();
  const native = await importNative();
  const status = native?.nativeStatus();
  if (status?.misconfigured !== undefined) throw status.misconfigured;
  const kernels = native?.loadNative();
  if (kernels !== undefined) return kernels;
  const off = native !== undefined && status?.remedy === undefined;
  const remedy = off
    ? "Unset the environment variable TELLTALE_NATIVE, which switches them off"
    : (status?.remedy ?? "Install the package @telltale/native");
  if (asked === "native") {
    throw new KernelError("KERNEL_UNAVAILABLE", "the C++ kernels are not there", {
      remedy: `${remedy}, or take --kernels js`,
    });
  }
  const { kernels: fallback, described } = (await import("@telltale/wasm")).fallbackKernels();
  if (!off) session.warn(`the C++ kernels are not there, so ${described}. ${remedy}`);
  return fallback;
}

async function requireWasm(): Promise<Kernels> {
  const { wasmKernels, wasmStatus } = await import("@telltale/wasm");
  const kernels = wasmKernels();
  if (kernels !== undefined) return kernels;
  throw new KernelError("KERNEL_UNAVAILABLE", `the kernels in WebAssembly are not there: ${wasmStatus().problem}`, {
    remedy: "Take --kernels auto or --kernels js",
  });
}

async function importNative(): Promise<Native | undefined> {
  try {
    return await import("@telltale/native");
  } catch (error) {
    // An optional dependency that was not installed, or not built.
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
