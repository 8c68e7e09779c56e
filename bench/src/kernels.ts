import { type KernelSet, type Kernels, referenceKernels } from "@telltale/core";
import { cases } from "./cases/cases.js";
import type { KernelCase, Shape } from "./cases/kernel-case.js";
import { slowerOnNewer } from "./defects.js";
import { NoSuchCase, WrongResult } from "./failures.js";
import { load, recordEnvironment } from "./record/environment.js";
import type { KernelReport, KernelResult } from "./record/results.js";
import type { Timing } from "./timing/statistics.js";
import { type SuiteOptions, timeSuites } from "./timing/suites.js";
import { kernelVariants, type Variant, wasmVariants } from "./variants.js";

export interface KernelBenchOptions {
  /** Small shapes, few samples. */
  readonly smoke: boolean;
  /** Only cases whose `kernel, variant` contains this text. */
  readonly filter: string;
  /** Told what is being measured. */
  readonly progress: (text: string) => void;
}

const FULL: SuiteOptions = { rounds: 3, secondsPerRound: 0.3 };
const SMOKE: SuiteOptions = { rounds: 2, secondsPerRound: 0.005, secondsPerSample: 0.002 };

/**
 * Native kernels against the reference: every kernel, instruction set, and one thread and all; in WebAssembly those that it has.
 *
 * @throws {@link WrongResult} when any of them gives other bits than the reference, {@link NoSuchCase}
 */
export function benchKernels(
  { smoke, filter, progress }: KernelBenchOptions,
  variants: readonly Variant[] = [...kernelVariants(), ...wasmVariants()],
): KernelReport {
  const environment = recordEnvironment();
  const chosen = cases.filter(({ kernel, variant }) => `${kernel}, ${variant}`.includes(filter));
  if (chosen.length === 0) {
    throw new NoSuchCase(
      filter,
      cases.map(({ kernel, variant }) => `${kernel}, ${variant}`),
    );
  }
  const results = chosen.flatMap((each) =>
    (smoke ? each.smokeShapes : each.shapes).map((shape) => {
      progress(`${each.kernel}, ${each.variant}, ${shape.rows} × ${shape.cols}`);
      const having = variants.filter(({ isa, kernels }) => isa !== "wasm" || hasOwn(kernels, each.kernel));
      return benchCase(each, shape, having, smoke ? SMOKE : FULL);
    }),
  );
  return {
    format: "telltale-bench-kernels/1",
    environment,
    loadAfter: load(),
    results,
    defects: slowerOnNewer(results),
  };
}

/** Whether a kernel is more than the reference's. */
function hasOwn(kernels: Kernels, kernel: string): boolean {
  const name = kernel as keyof KernelSet;
  return kernels[name] !== referenceKernels[name];
}

function benchCase(each: KernelCase, shape: Shape, variants: readonly Variant[], options: SuiteOptions): KernelResult {
  const prepared = each.prepare(shape, referenceKernels);
  const label = `${shape.rows} × ${shape.cols}`;
  for (const { name, kernels, threads } of variants) {
    const difference = prepared.difference(kernels, threads);
    if (difference === undefined) continue;
    throw new WrongResult(`${each.kernel}, ${each.variant}, ${label}, ${name}: ${difference}`);
  }
  let consumed = 0;
  const calls = variants.map(({ name, kernels, threads }) => ({
    name,
    call: () => {
      prepared.run(kernels, threads);
      consumed += prepared.consume();
    },
  }));
  const timings = timeSuites(calls, options);
  if (!Number.isFinite(consumed))
    throw new WrongResult(`${each.kernel}, ${each.variant}, ${label}: not a finite result`);
  return {
    kernel: each.kernel,
    variant: each.variant,
    shape: label,
    unit: each.unit,
    work: prepared.work,
    entries: variants.map(({ name, kernels, isa, threads }) => ({
      kernels: kernels.name,
      isa,
      threads,
      seconds: timings.get(name) as Timing,
    })),
  };
}
