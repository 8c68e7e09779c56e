import { chain, type MaybePromise, type Run } from "@telltale/core";
import { type Backend, currentBackend, loadBackend, requireBackend } from "./backend.js";

/**
 * Does work on the backend: at once when it is loaded, else when it is, if the call may wait for it.
 *
 * @throws KernelError `KERNEL_UNAVAILABLE` in a call that may not wait, before `loadBackend` has ended
 */
export function withBackend<T>(run: Run, work: (backend: Backend) => MaybePromise<T>): MaybePromise<T> {
  const ready = currentBackend();
  if (ready !== undefined) return work(ready);
  return mayWait(run) ? chain(loadBackend(), work) : work(requireBackend());
}

/** Parts of a call that returns a promise are promised, too. */
function mayWait(run: Run): boolean {
  return run.parts(0, 1, () => {}) instanceof Promise;
}
