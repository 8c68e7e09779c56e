import {
  affiliationScores,
  averagePrecision,
  eventScores,
  oracleF1,
  pointAdjusted,
  rangeScores,
  rocAuc,
  volumesUnderSurface,
} from "@telltale/core";
import type { Tally } from "../entry.js";
import type { Measures, SuiteMeasure } from "../suite.js";
import type { TsbFile } from "./files.js";

/** Limits that the measures of flags are the best of: evenly spaced from the least score to the greatest. */
const LIMITS = 100;

const oracle = (key: string, title: string, doc: string): SuiteMeasure => {
  return { key, title, doc, better: "higher", digits: 3, oracle: true };
};

export const MEASURES: readonly SuiteMeasure[] = [
  {
    key: "vusPr",
    title: "VUS-PR",
    doc: "Volume under the precision–recall surface, fringes up to the period of the first column: the benchmark's own ranking.",
    better: "higher",
    digits: 3,
    drawn: true,
  },
  { key: "vusRoc", title: "VUS-ROC", doc: "Volume under the ROC surface.", better: "higher", digits: 3 },
  { key: "aucPr", title: "AUC-PR", doc: "Average precision of the rows.", better: "higher", digits: 3 },
  { key: "aucRoc", title: "AUC-ROC", doc: "Area under the ROC curve of the rows.", better: "higher", digits: 3 },
  oracle("standardF1", "F1", "F1 of the rows at the best limit."),
  oracle("pointAdjustedF1", "PA-F1", "Point-adjusted F1 at the best limit: random scores win it."),
  oracle("eventF1", "Event-F1", "Event recall and precision of rows, harmonic mean, at the best limit."),
  oracle("rangeF1", "R-F1", "Range-based F1 (α .2 in recall, 0 in precision, flat bias), at the best limit."),
  oracle("affiliationF1", "Affiliation-F1", "Affiliation F1 at the best limit."),
];

const KEYS = MEASURES.map(({ key }) => key);

/** Mean over the files; one on which a detector fails counts as 0 in every measure. */
export class TsbTally implements Tally<TsbFile, Float64Array | undefined> {
  readonly parts: { name: string; measures: Measures }[] = [];

  add({ name, labels, window }: TsbFile, scores: Float64Array | undefined): void {
    const measures =
      scores === undefined ? Object.fromEntries(KEYS.map((key) => [key, 0])) : measured(labels, scores, window);
    this.parts.push({ name, measures });
  }

  measures(): Measures {
    const mean = (key: string) =>
      this.parts.reduce((sum, { measures }) => sum + (measures[key] as number), 0) / this.parts.length;
    return this.parts.length === 0 ? {} : Object.fromEntries(KEYS.map((key) => [key, mean(key)]));
  }
}

function measured(labels: Uint8Array, scores: Float64Array, window: number): Measures {
  const { pr, roc } = volumesUnderSurface(labels, scores, { window });
  return {
    vusPr: pr,
    vusRoc: roc,
    aucPr: averagePrecision(labels, scores),
    aucRoc: rocAuc(labels, scores),
    standardF1: oracleF1(labels, scores).f1,
    ...atBestLimits(labels, scores),
  };
}

/** Each measure of flags at the limit that is best for it. */
function atBestLimits(labels: Uint8Array, scores: Float64Array): Measures {
  const best = { pointAdjustedF1: 0, eventF1: 0, rangeF1: 0, affiliationF1: 0 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const score of scores) {
    low = Math.min(low, score);
    high = Math.max(high, score);
  }
  for (let k = 0; k < LIMITS; k++) {
    const limit = low + (k * (high - low)) / (LIMITS - 1);
    const flags = Uint8Array.from(scores, (score) => (score > limit ? 1 : 0));
    if (!flags.includes(1)) continue;
    best.pointAdjustedF1 = Math.max(best.pointAdjustedF1, pointAdjusted(labels, flags, { repeats: 1 }).f1);
    best.eventF1 = Math.max(best.eventF1, eventScores(labels, flags).compositeF1);
    best.rangeF1 = Math.max(best.rangeF1, rangeScores(labels, flags, RANGES).f);
    const affiliation = affiliationScores(labels, flags);
    best.affiliationF1 = Math.max(best.affiliationF1, harmonic(affiliation.precision, affiliation.recall));
  }
  return best;
}

const RANGES = { recall: { alpha: 0.2 } } as const;

function harmonic(precision: number, recall: number): number {
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}
