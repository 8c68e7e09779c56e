import type { KernelSet, Kernels } from "@telltale/core";
import { firstDifference, type TypedArray } from "./bits.js";

export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

type ArgsOf<K extends keyof KernelSet> = Parameters<KernelSet[K]>[0];

export interface KernelCaseSpec<K extends keyof KernelSet> {
  readonly kernel: K;
  /** What tells this case from others of the same kernel: `axis-parallel`, `ndim 3`. */
  readonly variant: string;
  /** What a rate counts. */
  readonly unit: string;
  readonly shapes: readonly Shape[];
  /** Shapes of the short run: a second of the reference for all of them together. */
  readonly smokeShapes: readonly Shape[];
  /** Fields of the arguments that the kernel writes. */
  readonly outputs: readonly (keyof ArgsOf<K>)[];
  /** Arrays that the kernel goes on from: every run begins with a copy of them as they were prepared. */
  readonly continued?: readonly (keyof ArgsOf<K>)[];
  /** How far from the reference an output may be, where the kernel declares a tolerance; absent means the same bits. */
  readonly tolerance?: (slice: ArgsOf<K>) => number;
  prepare(shape: Shape): {
    /** Units that one call does. */
    readonly work: number;
    /** The call that is timed. */
    readonly args: ArgsOf<K>;
    /** A smaller call of the same kind, whose outputs are compared with the reference's. */
    readonly slice: ArgsOf<K>;
  };
}

/** A case that is ready to run, whatever its kernel. */
export interface PreparedCase {
  readonly work: number;
  run(kernels: Kernels, threads: number): void;
  /** A number made of the outputs of the last run, so that no run is without effect. */
  consume(): number;
  /** The first output that differs from the reference's, in words; undefined when all bits are the same. */
  difference(kernels: Kernels, threads: number): string | undefined;
}

export interface KernelCase {
  readonly kernel: string;
  readonly variant: string;
  readonly unit: string;
  readonly shapes: readonly Shape[];
  readonly smokeShapes: readonly Shape[];
  /** @param reference  the kernels that say what is right */
  prepare(shape: Shape, reference: Kernels): PreparedCase;
}

/** Makes a case of a kernel's arguments: adding a kernel to the benchmarks is one file with such a description. */
export function kernelCase<K extends keyof KernelSet>(spec: KernelCaseSpec<K>): KernelCase {
  const { kernel, variant, unit, shapes, smokeShapes, outputs, continued = [] } = spec;
  const call = (kernels: Kernels, args: ArgsOf<K>) => (kernels[kernel] as (a: ArgsOf<K>) => void)(args);
  const written = (args: ArgsOf<K>) => outputs.map((name) => args[name] as TypedArray);

  const begun = (args: ArgsOf<K>) =>
    Object.fromEntries(continued.map((name) => [name, (args[name] as TypedArray).slice()]));

  /** Runs the kernel on the same inputs and its own, fresh outputs. */
  const outputsOf = (kernels: Kernels, args: ArgsOf<K>, threads: number) => {
    const fresh = Object.fromEntries(outputs.map((name) => [name, (args[name] as TypedArray).slice().fill(0)]));
    const own = { ...args, ...fresh, ...begun(args), threads };
    call(kernels, own);
    return written(own);
  };

  return {
    kernel,
    variant,
    unit,
    shapes,
    smokeShapes,
    prepare(shape, reference) {
      const { work, args, slice } = spec.prepare(shape);
      const expected = outputsOf(reference, slice, 1);
      const tolerance = spec.tolerance?.(slice) ?? 0;
      let last = args;
      return {
        work,
        run(kernels, threads) {
          last = { ...args, ...begun(args), threads };
          call(kernels, last);
        },
        consume: () => written(last).reduce((sum, array) => sum + Number(array[array.length >> 1] ?? 0), 0),
        difference(kernels, threads) {
          const found = outputsOf(kernels, slice, threads);
          for (const [k, name] of outputs.entries()) {
            const at = firstDifference(expected[k] as TypedArray, found[k] as TypedArray, tolerance);
            if (at < 0) continue;
            const [want, got] = [expected[k]?.[at], found[k]?.[at]];
            return `${String(name)}[${at}]: expected ${want} as the reference has it; found ${got}`;
          }
          return undefined;
        },
      };
    },
  };
}
