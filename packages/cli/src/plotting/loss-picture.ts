import { type FittedPipeline, ShapeError } from "@telltale/core";
import { lossChart } from "@telltale/report";
import { lossHistoryOf } from "./loss-history.js";

/** @throws ShapeError `SHAPE_EMPTY` for a model that was not trained by epochs */
export function lossPicture(model: FittedPipeline) {
  const history = lossHistoryOf(model);
  if (history !== undefined) return lossChart(history);
  throw new ShapeError("SHAPE_EMPTY", `a model of ${model.detector.spec.name} keeps no losses`, {
    remedy: "Neural models do: autoencoder, lstm-autoencoder …",
  });
}
