import { KernelError } from "@telltale/core";

/** What kernels take and give. */
export type KernelArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** What the addon threw, as the error class that callers know, with the JavaScript stack of the call. */
function kernelErrorOf(error: unknown): KernelError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const memory = code === "KERNEL_MEMORY";
  return new KernelError(memory ? "KERNEL_MEMORY" : "KERNEL_FAILED", String(message ?? error), {
    remedy: memory
      ? "Ask for less at once, or run it on a machine with more memory"
      : "Check the arrays passed to the kernel",
    cause: error,
  });
}

/** Runs a call of the addon; what it throws becomes a `KernelError`. */
export function guard(call: () => void): void {
  try {
    call();
  } catch (error) {
    throw kernelErrorOf(error);
  }
}

/** Awaits a call of the addon; what it rejects with becomes a `KernelError`. */
export async function guardPromise(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    throw kernelErrorOf(error);
  }
}

/**
 * An input that a thread may read while JavaScript goes on: the array itself, or a copy of one whose buffer can shrink
 * under it (`resizable`, a JavaScript feature that takes memory away at once).
 */
export function steady<A extends KernelArray>(array: A): A {
  return canShrink(array) ? (array.slice() as A) : array;
}

/** Refuses an output whose buffer can shrink under the thread that writes it. */
export function requireSteady(name: string, array: KernelArray): void {
  if (!canShrink(array)) return;
  throw new KernelError("KERNEL_FAILED", `${name}: a resizable buffer cannot take the result of a promise`, {
    remedy: "Pass an array with a buffer of fixed length",
  });
}

/** An array that may be empty, as the addon takes it: a 1 or a 0 first, which says whether it is given. */
export function optional(values: KernelArray): [number, KernelArray] {
  return [values.length === 0 ? 0 : 1, values];
}

function canShrink(array: KernelArray): boolean {
  if (!ArrayBuffer.isView(array))
    throw new KernelError("KERNEL_FAILED", "a kernel takes typed arrays; found something else");
  return (array.buffer as { readonly resizable?: boolean }).resizable === true;
}
