import { type FittedPipeline, ShapeError } from "@telltale/core";
import { type LossHistory, lossChart } from "@telltale/report";

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

/** @throws ShapeError `SHAPE_EMPTY` for a model that was not trained by epochs */
export function lossPicture(model: FittedPipeline) {
  const history = lossHistoryOf(model);
  if (history !== undefined) return lossChart(history);
  throw new ShapeError("SHAPE_EMPTY", `a model of ${model.detector.spec.name} keeps no losses`, {
    remedy: "Neural models do: autoencoder, lstm-autoencoder …",
  });
}
