import { availableParallelism } from "node:os";
import { type Kernels, referenceKernels } from "@telltale/core";
import { kernelsFor, nativeStatus } from "@telltale/native";
import { wasmKernels } from "@telltale/wasm";

/** A set of kernels with the number of threads that it is given. */
export interface Variant {
  readonly name: string;
  readonly isa: string;
  readonly threads: number;
  readonly kernels: Kernels;
}

export const REFERENCE: Variant = { name: "reference", isa: "js", threads: 1, kernels: referenceKernels };

/** Neural networks in WebAssembly; all else is the reference's. */
export function wasmVariants(): Variant[] {
  const kernels = wasmKernels();
  return kernels === undefined ? [] : [{ name: "wasm", isa: "wasm", threads: 1, kernels }];
}

/** The reference, and every instruction set of this machine on one thread and on all. */
export function kernelVariants(): Variant[] {
  const counts = [...new Set([1, availableParallelism()])];
  const native = nativeStatus().isas.flatMap((isa) =>
    counts.map((threads) => ({ name: `${isa} × ${threads}`, isa, threads, kernels: kernelsFor({ isa, threads }) })),
  );
  return [REFERENCE, ...native];
}
