import type { DetectorFactory } from "../detectors/detector.js";
import type { Kernels } from "../kernels/kernels.js";
import { registry } from "../registry.js";
import { controlCases } from "./control-cases.js";
import { inputCases } from "./input-cases.js";
import { parameterCases } from "./parameter-cases.js";
import { savingCases } from "./saving-cases.js";
import { scoringCases } from "./scoring-cases.js";
import { seriesCases } from "./series-cases.js";
import { type Cases, Subject } from "./subject.js";

export { type AffineShape, affineArgs, checkAffineParity } from "./affine-parity.js";
export { checkSame } from "./check.js";
export {
  checkRecurrentParity,
  type RecurrentShape,
  recurrentBackwardArgs,
  recurrentForwardArgs,
  recurrentShape,
} from "./recurrent-parity.js";

/** One case for one detector on one set of kernels, for any test runner. */
export interface ConformanceCase {
  readonly detector: string;
  readonly kernels: string;
  /** What is promised, as a sentence that goes on after the detector's name. */
  readonly name: string;
  run(): Promise<void>;
}

const ALL: readonly Cases[] = [scoringCases, inputCases, parameterCases, controlCases, savingCases, seriesCases];

/**
 * What every detector promises, as cases for a test runner: every case for every detector on every set of kernels.
 *
 * @param kernelSets  the sets to run on
 * @param factories  the detectors; default: all that are registered
 * @example
 * ```ts
 * import { referenceKernels } from "@telltale/core";
 * import { conformance } from "@telltale/core/conformance";
 * const cases = conformance([referenceKernels]);
 * await cases[0].run(); // throws when it does not hold
 * ```
 */
export function conformance(
  kernelSets: readonly Kernels[],
  factories: readonly DetectorFactory[] = registry.list(),
): ConformanceCase[] {
  return factories.flatMap((factory) =>
    kernelSets.flatMap((kernels) =>
      ALL.flatMap((cases) =>
        Object.entries(cases).map(([name, body]) => ({
          detector: factory.spec.name,
          kernels: kernels.name,
          name,
          run: async () => body(new Subject(factory, kernels)),
        })),
      ),
    ),
  );
}
