import type { KernelSet, Run } from "@telltale/core";

/** The operations that layers are made of, in whatever they run. */
export type LayerKernels = Pick<
  KernelSet,
  "recurrentForward" | "recurrentBackward" | "affineForward" | "affineBackward"
>;

/** What layers compute with in one call of a detector. */
export interface Compute {
  readonly kernels: LayerKernels;
  readonly threads: number;
}

export const computeOf = ({ kernels, threads }: Run): Compute => ({ kernels, threads });
