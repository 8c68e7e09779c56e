import type { Kernels } from "@telltale/core";
import { bindKernels } from "./kernels.js";
import { engineOf, moduleBytes } from "./module/engine.js";

/** Whether the kernels in WebAssembly are there, and why not. */
export interface WasmStatus {
  readonly available: boolean;
  /** Why they are not, in words; absent when they are there. */
  readonly problem?: string;
}

let kernels: Kernels | undefined;
let problem: string | undefined;

const REFUSED = "this page or engine refuses to compile WebAssembly";

function bound(module: WebAssembly.Module): Kernels {
  kernels ??= bindKernels(engineOf(module));
  return kernels;
}

function failed(error: unknown): undefined {
  problem = `${REFUSED} (${error instanceof Error ? error.message : String(error)})`;
  return undefined;
}

/** The module's bytes, as long as there are neither kernels nor a reason why there cannot be any. */
function bytesOrProblem(): Uint8Array<ArrayBuffer> | undefined {
  const bytes = moduleBytes();
  if (typeof bytes !== "string") return bytes;
  problem = bytes;
  return undefined;
}

/**
 * The kernels of networks in WebAssembly, all others being those of plain TypeScript; `undefined` where they cannot be:
 * {@link wasmStatus} says why. Compiles at once, a matter of milliseconds. Old browsers refuse that on a page's main thread, where
 * {@link loadWasmKernels} is the way.
 *
 * Recurrent layers and dense ones beside them give the same bits as plain TypeScript does.
 *
 * @example
 * ```ts
 * import { useKernels } from "@telltale/core";
 * import { wasmKernels } from "@telltale/wasm";
 * const kernels = wasmKernels();
 * if (kernels !== undefined) useKernels(kernels);
 * console.log(kernels?.name); // wasm:simd
 * ```
 */
export function wasmKernels(): Kernels | undefined {
  if (kernels !== undefined) return kernels;
  const bytes = bytesOrProblem();
  if (bytes === undefined) return undefined;
  try {
    return bound(new WebAssembly.Module(bytes));
  } catch (error) {
    return failed(error);
  }
}

/**
 * {@link wasmKernels}, compiled off the main thread: works on every page whose engine has WebAssembly with 128-bit SIMD.
 *
 * @example
 * ```ts
 * import { useKernels, referenceKernels } from "@telltale/core";
 * import { loadWasmKernels } from "@telltale/wasm";
 * useKernels((await loadWasmKernels()) ?? referenceKernels);
 * ```
 */
export async function loadWasmKernels(): Promise<Kernels | undefined> {
  if (kernels !== undefined) return kernels;
  const bytes = bytesOrProblem();
  if (bytes === undefined) return undefined;
  try {
    return bound(await WebAssembly.compile(bytes));
  } catch (error) {
    return failed(error);
  }
}

/** What came of the last attempt to load the kernels; tries, where there was none. Never throws. */
export function wasmStatus(): WasmStatus {
  if (kernels === undefined && problem === undefined) wasmKernels();
  return kernels === undefined ? { available: false, problem: problem as string } : { available: true };
}
