/**
 * `import "@telltale/wasm/register"` makes the kernels in WebAssembly those of all later calls, where nothing but plain TypeScript is
 * in use: C++ kernels that were registered stay. Where they cannot be it says so once, on the console, and plain TypeScript goes on
 * doing the work.
 *
 * @module
 */
import { currentKernels, referenceKernels, useKernels } from "@telltale/core";
import { wasmKernels, wasmStatus } from "./wasm.js";

if (currentKernels() === referenceKernels) {
  const kernels = wasmKernels();
  if (kernels !== undefined) useKernels(kernels);
  else {
    console.warn(
      `telltale: neural networks run on plain TypeScript, many times more slowly, because ${wasmStatus().problem}. ` +
        "`useKernels(await loadWasmKernels())` works where only compiling at once is refused.",
    );
  }
}
