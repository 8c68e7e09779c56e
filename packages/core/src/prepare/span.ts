import { KernelError } from "../errors.js";

/** Values that the remembered rows of a series may take: 256 MiB. */
const MAX_VALUES = 2 ** 25;

/** @throws {@link KernelError} `KERNEL_MEMORY` when so many rows cannot be remembered */
export function checkSpan(span: number, cols: number, step: string): void {
  if (span * cols <= MAX_VALUES) return;
  throw new KernelError(
    "KERNEL_MEMORY",
    `step ${step}: remembering ${span} rows of ${cols} columns takes too much memory`,
    {
      remedy: `Choose at most ${Math.floor(MAX_VALUES / cols)} rows`,
    },
  );
}
