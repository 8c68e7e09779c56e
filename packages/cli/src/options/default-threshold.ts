import type { DetectorFactory } from "@telltale/core";

/** About one row in two hundred of data like the training data. */
const USUAL = "quantile:0.995";

/** The threshold that a model gets when none is asked for. */
export function defaultThreshold(factory: DetectorFactory, params: Readonly<Record<string, unknown>> = {}): string {
  return factory.spec.threshold?.(factory(params as never).params) ?? USUAL;
}
