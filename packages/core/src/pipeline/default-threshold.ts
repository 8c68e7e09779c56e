import type { AnyDetector } from "./form.js";

/** About one row in two hundred of data like the training data. */
const USUAL = "quantile:0.995";

/**
 * The threshold that a detector gets when none is asked for, as text for `parseThreshold`: its own where it has one, such as
 * `fixed:0.5` for a probability, else `quantile:0.995` of the training scores.
 *
 * @example
 * ```ts
 * import { boostedTrees, defaultThreshold, lof } from "@telltale/core";
 * console.log(defaultThreshold(lof()), defaultThreshold(boostedTrees())); // quantile:0.995 fixed:0.5
 * ```
 */
export function defaultThreshold({ spec, params }: Pick<AnyDetector, "spec" | "params">): string {
  const { threshold } = spec as { readonly threshold?: (params: object) => string };
  return threshold?.(params) ?? USUAL;
}
