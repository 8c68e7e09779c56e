import type { FittedPipeline, Threshold } from "@telltale/core";
import { UsageError } from "../failure.js";

/**
 * The model with a threshold of another rule, fitted on the training scores that it keeps.
 *
 * @throws UsageError when it keeps none, or the rule needs labels
 */
export function refittedThreshold(model: FittedPipeline, rule: Threshold): FittedPipeline {
  if (rule.needsLabels) {
    throw new UsageError("USAGE", `--threshold ${rule}: such a threshold is found on labelled rows`, {
      remedy: "Give them to telltale detect with --calibrate <files> and --label <name>",
    });
  }
  if (rule.needsScores && model.trainingScores === undefined) {
    throw new UsageError("USAGE", `--threshold ${rule}: the model keeps no training scores to fit it on`, {
      remedy:
        "A model keeps them for up to 65,536 training rows; give rows to telltale detect with --calibrate <files>, or fixed:<score>",
    });
  }
  return model.fitThreshold(rule);
}
