import { parseThreshold, quantile, Random, rowRange, scale } from "@telltale/core";
import { unlabelledDetectors } from "../asked-entries.js";
import type { AskedDetector } from "../detectors-asked.js";
import type { Entry } from "../entry.js";
import type { NabFile } from "./files.js";
import type { NabDecision } from "./measures.js";

export type NabEntry = Entry<NabFile, NabDecision>;

/** Detectors that run unless others are asked for. */
const CHOICE = ["long-run-z", "mean-z", "ewma", "half-space-trees", "auto-series", "isolation-forest"] as const;
/** The limit of a detector that has no rule of its own. */
const LIMIT = "quantile:0.999";
/** Rows from an alarm to the next one of the controls. */
const EVERY = 60;

/** The rows for the detectors that are asked for, and the controls. */
export function nabEntries(asked: readonly string[] | undefined): NabEntry[] {
  return [...unlabelledDetectors(asked, CHOICE, "NAB").map(detectorEntry), ...CONTROLS];
}

function detectorEntry({ text, make }: AskedDetector): NabEntry {
  const { spec, params } = make(0);
  const rule = spec.threshold?.(params as never) ?? LIMIT;
  return {
    name: text,
    kind: spec.traits.control === true ? "control" : "detector",
    settings: `fitted on the standardized first rows that are not counted; scores in standard deviations of theirs; own limit ${rule}`,
    async decide({ x, probation }, run) {
      const scaling = scale({ method: "standard" }).fit(rowRange(x, 0, probation));
      const known = scaling.transform(rowRange(x, 0, probation));
      const model = await run.fit(make(run.seed), known);
      const training = await run.trainingScores(model, known);
      const scores = await run.score(model, scaling.transform(x));
      const { threshold } = parseThreshold(rule).fit(training);
      const { mean, deviation } = momentsOf(training);
      return {
        scores: scores.map((score) => (score - mean) / deviation),
        flags: Uint8Array.from(scores, (score) => (score > threshold ? 1 : 0)),
      };
    },
  };
}

/** One limit for the whole corpus needs scores on one scale: that of each file's training scores. */
function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, deviation: deviation > 1e-12 * Math.abs(mean) ? deviation : 1 };
}

const flagged = (scores: Float64Array, limit: number): NabDecision => ({
  scores,
  flags: Uint8Array.from(scores, (score) => (score > limit ? 1 : 0)),
});

const CONTROLS: readonly NabEntry[] = [
  {
    name: "constant",
    kind: "control",
    settings: "every row is an anomaly",
    decide: ({ x }) => flagged(new Float64Array(x.rows).fill(1), 0),
  },
  {
    name: "alarm every 60 rows",
    kind: "control",
    settings: "an alarm in every 60th row, whatever the data are",
    decide: ({ x }) =>
      flagged(
        Float64Array.from({ length: x.rows }, (_, i) => (i % EVERY === EVERY - 1 ? 1 : 0)),
        0,
      ),
  },
  {
    name: "random",
    kind: "control",
    settings: "random scores; own limit: one row of 60",
    decide({ name, x }, { seed }) {
      const random = new Random(seed, hashOf(name));
      const scores = Float64Array.from({ length: x.rows }, () => random.uniform());
      return flagged(scores, quantile(1 - 1 / EVERY).fit(scores).threshold);
    },
  },
];

/** A stream of random numbers for each file, the same wherever it stands in the corpus. */
function hashOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) as number)) >>> 0;
  return hash;
}
