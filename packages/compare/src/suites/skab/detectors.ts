import { type Detector, parseThreshold, scale } from "@telltale/core";
import { unlabelledDetectors } from "../asked-entries.js";
import type { AskedDetector } from "../detectors-asked.js";
import type { SkabEntry } from "./decision.js";
import { trailingMean } from "./decision.js";
import { joined } from "./files.js";
import { windowsAbove } from "./window-rule.js";

/** Rows of a window, as the benchmark's autoencoders have them. */
const WINDOW = 60;
/** The limit of a detector that has no rule of its own: this quantile of its training scores. */
const LIMIT = "quantile:0.999";

/** Detectors that run unless others are asked for; those that are registered. */
const DEFAULTS: readonly string[] = ["long-run-z", "auto-series", "mean-z", "isolation-forest"];

/**
 * Rows for the detectors that are asked for.
 *
 * @throws as {@link unlabelledDetectors}
 */
export function detectorEntries(asked: readonly string[] | undefined): SkabEntry[] {
  return unlabelledDetectors(asked, DEFAULTS, "SKAB").map(detectorEntry);
}

function detectorEntry({ text, make }: AskedDetector): SkabEntry {
  const { spec } = make(0);
  const rule = ruleOf(make(0));
  const tabular = spec.input === "tabular";
  const how = tabular ? `standardized, mean score of ${WINDOW} rows` : "standardized, scores of its own";
  return {
    name: text,
    kind: spec.traits.control === true ? "control" : "detector",
    settings: `${how}; all windows of ${WINDOW} rows above ${rule} of training scores`,
    async decide({ train, test }, run) {
      const scaling = scale({ method: "standard" }).fit(train);
      const [known, found] = [scaling.transform(train), scaling.transform(test)];
      const model = await run.fit(make(run.seed), known);
      const training = await run.trainingScores(model, known);
      const scores = await run.score(model, found);
      if (tabular) {
        const limit = limitOf(trailingMean(training, WINDOW), rule);
        const continued = trailingMean(Float64Array.of(...training, ...scores), WINDOW).subarray(train.rows);
        return windowsAbove(trailingMean(scores, WINDOW), WINDOW, limit, continued);
      }
      // One that sees a series whole would score every row anew.
      const goesOn = spec.traits.causal === true;
      const continued = goesOn ? (await run.score(model, joined(known, found))).subarray(train.rows) : scores;
      return windowsAbove(scores, WINDOW, limitOf(training, rule), continued);
    },
  };
}

function ruleOf({ spec, params }: Detector): string {
  return spec.threshold?.(params as never) ?? LIMIT;
}

/** Scores of windows that are not whole say nothing about those that are. */
function limitOf(training: Float64Array, rule: string): number {
  return parseThreshold(rule).fit(training.subarray(WINDOW - 1)).threshold;
}
