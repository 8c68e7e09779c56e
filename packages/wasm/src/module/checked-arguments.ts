import { KernelError } from "@telltale/core";

const REMEDY = "Check the arrays passed to the kernel";
const MOST = 2 ** 31 - 1;

/**
 * Refuses a size that is no whole number from `least`.
 *
 * @throws {@link KernelError} `KERNEL_FAILED`
 */
export function requireSize(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least && value <= MOST) return;
  throw new KernelError("KERNEL_FAILED", `${name}: expected an integer from ${least} to ${MOST}; found ${value}`, {
    remedy: REMEDY,
  });
}

/**
 * Refuses an array that is of another kind or too short: what lies behind its end in the module's memory is another array.
 *
 * @throws {@link KernelError} `KERNEL_FAILED`
 */
export function requireFloats(name: string, values: unknown, least: number): void {
  if (!(values instanceof Float32Array)) {
    throw new KernelError("KERNEL_FAILED", `${name}: expected a Float32Array`, { remedy: REMEDY });
  }
  if (values.length >= least) return;
  throw new KernelError("KERNEL_FAILED", `${name}: expected at least ${least} elements; found ${values.length}`, {
    remedy: REMEDY,
  });
}

/** The same of an array that may be left out. */
export function requireFloatsOrNone(name: string, values: unknown, least: number): void {
  requireFloats(name, values, values instanceof Float32Array && values.length === 0 ? 0 : least);
}
