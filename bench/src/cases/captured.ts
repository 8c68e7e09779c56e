import { type KernelSet, type Kernels, referenceKernels } from "@telltale/core";

/**
 * The arguments with which a detector calls a kernel: what is benchmarked is then what runs, and no case repeats how a
 * detector prepares its calls.
 *
 * @param use  calls the detector with the kernels it is given; the kernel in question does its reference work
 */
export function capturedArguments<K extends keyof KernelSet>(
  kernel: K,
  use: (kernels: Kernels) => void,
): Parameters<KernelSet[K]>[0] {
  type Args = Parameters<KernelSet[K]>[0];
  let captured: Args | undefined;
  const run = referenceKernels[kernel] as (args: Args) => void;
  const spy = (args: Args) => {
    captured = args;
    run(args);
  };
  use({ ...referenceKernels, [kernel]: spy });
  if (captured === undefined) throw new Error(`the detector did not call the kernel ${kernel}`);
  return captured;
}
