import type { FittedPipeline } from "@telltale/core";
import type { LossHistory } from "@telltale/report";

/** The losses that a model keeps of its training; undefined for one that has none. */
export function lossHistoryOf({ detector }: FittedPipeline): LossHistory | undefined {
  const { losses, validationLosses, keptEpoch } = detector.state as Readonly<Record<string, unknown>>;
  if (!(losses instanceof Float64Array) || losses.length === 0) return undefined;
  const validated = validationLosses instanceof Float64Array && validationLosses.length === losses.length;
  return {
    training: losses,
    ...(validated ? { validation: validationLosses } : {}),
    ...(typeof keptEpoch === "number" && keptEpoch > 0 ? { kept: keptEpoch } : {}),
  };
}
