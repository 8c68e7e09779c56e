/**
 * `import "@telltale/native/register"` makes the C++ kernels those of all later calls. Without the addon it says so once,
 * on standard error, and networks run in WebAssembly (`@telltale/wasm`), all else on the reference kernels; with
 * `TELLTALE_NATIVE=off` it says nothing.
 *
 * @throws {@link ParamError} or `KernelError` when an environment variable asks for what cannot be
 * @module
 */
import { stderr } from "node:process";
import { currentKernels, referenceKernels, useKernels } from "@telltale/core";
import { fallbackKernels } from "@telltale/wasm";
import { loadNative, nativeStatus } from "./native.js";

const kernels = loadNative();
const { misconfigured, remedy } = nativeStatus();
if (misconfigured !== undefined) throw misconfigured;
if (kernels !== undefined) useKernels(kernels);
else {
  const { kernels: fallback, described } = fallbackKernels();
  if (currentKernels() === referenceKernels) useKernels(fallback);
  if (remedy !== undefined) {
    stderr.write(`telltale: the C++ kernels are not there, so ${described}. ${remedy}\n`);
  }
}
