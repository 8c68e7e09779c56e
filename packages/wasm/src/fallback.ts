import { type Kernels, referenceKernels } from "@telltale/core";
import { wasmKernels, wasmStatus } from "./wasm.js";

/** What runs where the C++ kernels are not. */
export interface Fallback {
  readonly kernels: Kernels;
  /** What runs on what, as the end of a sentence. */
  readonly described: string;
}

/**
 * The kernels for a machine without the C++ ones: networks in WebAssembly where it can be, all else in plain TypeScript.
 *
 * @example
 * ```ts
 * import { fallbackKernels } from "@telltale/wasm";
 * console.log(fallbackKernels().described); // neural networks run in WebAssembly and all else in JavaScript, more slowly
 * ```
 */
export function fallbackKernels(): Fallback {
  const kernels = wasmKernels();
  return kernels === undefined
    ? {
        kernels: referenceKernels,
        described: `everything runs in JavaScript, more slowly (no WebAssembly: ${wasmStatus().problem})`,
      }
    : { kernels, described: "neural networks run in WebAssembly and all else in JavaScript, more slowly" };
}
