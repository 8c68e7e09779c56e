/**
 * `import "@telltale/native/register"` makes the C++ kernels those of all later calls. Without the addon it says so once,
 * on standard error, and the reference kernels go on doing the work; with `TELLTALE_NATIVE=off` it says nothing.
 *
 * @throws {@link ParamError} or `KernelError` when an environment variable asks for what cannot be
 * @module
 */
import { stderr } from "node:process";
import { useKernels } from "@telltale/core";
import { loadNative, nativeStatus } from "./native.js";

const kernels = loadNative();
const { misconfigured, remedy } = nativeStatus();
if (misconfigured !== undefined) throw misconfigured;
if (kernels !== undefined) useKernels(kernels);
else if (remedy !== undefined) {
  stderr.write(
    `telltale: the C++ kernels are not there, so everything runs on the JavaScript path, more slowly. ${remedy}\n`,
  );
}
