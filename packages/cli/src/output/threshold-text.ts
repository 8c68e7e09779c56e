import type { FittedThreshold, ThresholdJSON } from "@telltale/core";
import { number } from "./numbers.js";

/** What is flagged, for people: `score above 0.61 (quantile:0.995)`. */
export function thresholdText(threshold: FittedThreshold): string {
  const { low, scope } = threshold;
  const limits = [
    ...(threshold.threshold === Number.POSITIVE_INFINITY ? [] : [`above ${number(threshold.threshold)}`]),
    ...(low === Number.NEGATIVE_INFINITY ? [] : [`below ${number(low)}`]),
  ].join(" or ");
  return `score ${limits}${scope === "series" ? " at first" : ""} (${threshold})`;
}

/** A threshold for a program, without the numbers that it decides with inside. */
export function thresholdFacts(threshold: FittedThreshold | undefined): Omit<ThresholdJSON, "state"> | null {
  if (threshold === undefined) return null;
  const { state: _, ...facts } = threshold.toJSON();
  return facts;
}
