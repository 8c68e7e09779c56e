import { oneOf } from "../params/params.js";
import type { ThresholdLimits } from "./fitted.js";

/** Which end of the scores is flagged. */
export type Side = "high" | "low" | "both";

export const sideOption = oneOf(["high", "low", "both"], {
  default: "high",
  doc: "Which scores are anomalies: those above the threshold, those below a lower one, or both.",
});

/** The limits on the side that was asked for. */
export function onSide(side: Side, high: () => number, low: () => number): ThresholdLimits {
  if (side === "high") return { threshold: high() };
  return { threshold: side === "both" ? high() : Number.POSITIVE_INFINITY, low: low() };
}
