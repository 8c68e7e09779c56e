import { quantile, scale } from "@telltale/core";
import { above, type Decision, flagsOfWindows, flagsThroughout } from "./decision.js";
import type { SkabFile } from "./files.js";

/** Both parts of a file by the means and standard deviations of the first. */
export function scaled({ train, test }: SkabFile) {
  const fitted = scale({ method: "standard" }).fit(train);
  return { train: fitted.transform(train), test: fitted.transform(test) };
}

/** A limit above the quantile of training scores, as the notebooks of neural detectors have it. */
export interface ScaledQuantile {
  readonly quantile: number;
  readonly factor: number;
}

/** The limit by scores of training rows, of which the first have no whole window. */
export function limitOf(training: Float64Array, size: number, rule: ScaledQuantile): number {
  return rule.factor * quantile(rule.quantile).fit(training.subarray(size - 1)).threshold;
}

/**
 * A decision by scores of windows.
 *
 * @param scores  at each row, that of the window of `size` rows that ends there; size 1: of the row itself
 * @param continued  the same for a series that goes on from the training rows, for the rows whose windows begin there
 */
export function windowsAbove(scores: Float64Array, size: number, limit: number, continued = scores): Decision {
  if (size === 1) return { scores, flags: above(scores, limit) };
  return {
    scores,
    flags: flagsOfWindows(scores.subarray(size - 1), size, scores.length, limit),
    throughout: flagsThroughout(continued, size, limit),
    plain: above(continued, limit),
  };
}
