import { type Detector, ParamError, parseThreshold, quantile, registry, scale } from "@telltale/core";
import { ALL, type AskedDetector, detectorsAsked } from "../detectors-asked.js";
import { trailingMean } from "./decision.js";
import type { SkabEntry } from "./entry.js";
import { windowsAbove } from "./window-rule.js";

/** Rows of a window, as the benchmark's autoencoders have them. */
const WINDOW = 60;
/** The limit of the convolutional autoencoder: so many times as far from the middle as this quantile of training scores. */
const LIMIT = { quantile: 0.999, factor: 4 / 3 };

/** Detectors that run unless others are asked for; those that are registered. */
const DEFAULTS: readonly string[] = ["long-run-z", "mean-z:spread=long-run", "auto-series", "isolation-forest"];

const isRegistered = (text: string) => registry.has(text.split(":")[0] as string);

/**
 * Rows for the detectors that are asked for.
 *
 * @throws {@link ParamError} `PARAM_UNKNOWN`; `PARAM_RANGE` for one that learns from labels, when it is named
 */
export function detectorEntries(asked: readonly string[] | undefined): SkabEntry[] {
  const texts = asked ?? DEFAULTS.filter(isRegistered);
  const all = detectorsAsked(texts.filter((text) => text === ALL)).filter(({ make }) => {
    const { traits } = make(0).spec;
    return traits.supervised !== true && traits.control !== true;
  });
  const named = detectorsAsked(texts.filter((text) => text !== ALL));
  for (const { text, make } of named) {
    if (make(0).spec.traits.supervised !== true) continue;
    throw new ParamError("PARAM_RANGE", `${text} learns from labels, and the protocol of SKAB gives none`, {
      remedy: "Leave it out",
    });
  }
  const entries = new Map([...all, ...named].map((each) => [each.text, detectorEntry(each)]));
  return [...entries.values()];
}

function detectorEntry({ text, make }: AskedDetector): SkabEntry {
  const { spec } = make(0);
  const own = ownThreshold(make(0));
  const tabular = spec.input === "tabular";
  const scores = tabular ? `standardized; mean score of ${WINDOW} rows` : "standardized; its own scores";
  const rule =
    own === undefined
      ? `${LIMIT.factor.toFixed(2)} times as far from the median of training scores as their ${LIMIT.quantile} quantile`
      : `its own limit (${own})`;
  return {
    name: text,
    kind: spec.traits.control === true ? "control" : "detector",
    settings: `${scores}; all windows of ${WINDOW} rows above ${rule}`,
    async decide({ train, test }, run) {
      const scaling = scale({ method: "standard" }).fit(train);
      const rows = scaling.transform(train);
      const model = await run.fit(make(run.seed), rows);
      const known = await run.trainingScores(model, rows);
      const found = await run.score(model, scaling.transform(test));
      const smooth = (values: Float64Array) => (tabular ? trailingMean(values, WINDOW) : values);
      return windowsAbove(smooth(found), WINDOW, limitOf(smooth(known).subarray(WINDOW - 1), own));
    },
  };
}

function ownThreshold({ spec, params }: Detector): string | undefined {
  return spec.threshold?.(params as never);
}

function limitOf(training: Float64Array, own: string | undefined): number {
  if (own !== undefined) return parseThreshold(own).fit(training).threshold;
  const middle = quantile(0.5).fit(training).threshold;
  return middle + LIMIT.factor * (quantile(LIMIT.quantile).fit(training).threshold - middle);
}
