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

/** A detector whose score at a row is that of the window of `size` rows that ends there; size 1: of the row itself. */
export function windowDecision(train: Float64Array, test: Float64Array, size: number, rule: ScaledQuantile): Decision {
  const limit = quantile(rule.quantile).fit(train.subarray(size - 1)).threshold * rule.factor;
  return windowsAbove(test, size, limit);
}

export function windowsAbove(scores: Float64Array, size: number, limit: number): Decision {
  if (size === 1) return { scores, flags: above(scores, limit) };
  const windows = scores.subarray(size - 1);
  return {
    scores,
    flags: flagsOfWindows(windows, size, scores.length, limit),
    throughout: flagsThroughout(windows, size, scores.length, limit),
    plain: above(scores, limit),
  };
}
