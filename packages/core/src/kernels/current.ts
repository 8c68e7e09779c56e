import type { Kernels } from "./kernels.js";
import { referenceKernels } from "./reference/reference.js";

let current: Kernels = referenceKernels;

/** The kernels that a call runs on when it does not name any. */
export function currentKernels(): Kernels {
  return current;
}

/** Makes these the kernels of all later calls, and returns the ones before. `@telltale/native/register` does this. */
export function useKernels(kernels: Kernels): Kernels {
  const before = current;
  current = kernels;
  return before;
}

/**
 * Runs `body` with these kernels, then puts the ones before back. A call of a detector chooses its kernels when it
 * starts, so promises begun in `body` keep them.
 */
export function withKernels<T>(kernels: Kernels, body: () => T): T {
  const before = useKernels(kernels);
  try {
    return body();
  } finally {
    useKernels(before);
  }
}
