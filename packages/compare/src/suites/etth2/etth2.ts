import { type CallOptions, type Control, type FittedDetector, ParamError, rowRange, scale } from "@telltale/core";
import { failureOf } from "../../run/index.js";
import type { Suite, SuiteFailure, SuiteOptions, SuiteRow } from "../suite.js";
import { type TransformerEntry, transformerEntries } from "./entries.js";
import { MEASURES, meanOf, measuresOf } from "./measures.js";
import { checkAlertRate, chooseQuantile, type QuantileChoice } from "./quantile-choice.js";
import { LOADS, readTransformer, TRAINING_ROWS, type TransformerSeries, VALIDATION_ROWS } from "./series.js";
import { type Trial, trialsOf } from "./trials.js";

/** What the suite can be told beside what every one can. */
export interface TransformerOptions {
  /** Columns to look at. Default: the middle loads, MUFL and MULL. */
  readonly columns?: readonly string[];
  /** Share of rows without labels that may be alerts; the quantile is chosen among those that keep to it. Default .02. */
  readonly alertRate?: number;
  /** Times that each kind of anomaly is put in anew. Default 3. */
  readonly repeats?: number;
  /** Strength of the anomalies in standard deviations of the column. Default 3. */
  readonly strength?: number;
}

/** Anomalies of the kind in one trial. */
const COUNT = 12;

/**
 * The transformer loads of ETTh2, which nobody has labelled: a year to learn from, four months on which the quantile of the limit
 * is chosen without labels, and the rest, with anomalies of each known kind put in, to test. Darts' KMeansScorer and
 * QuantileDetector, any registered detector, and controls.
 *
 * @see https://doi.org/10.1609/aaai.v35i12.17325 Zhou et al.: Informer, beyond efficient transformer for long sequence time-series forecasting (the data)
 * @see https://www.jmlr.org/papers/v23/21-1177.html Herzen et al.: Darts, user-friendly modern machine learning for time series
 */
export const etth2: Suite<TransformerOptions> = {
  name: "etth2",
  title: "Transformer loads (ETTh2), scored as Darts does",
  async run(path, options) {
    const { seed = 0, columns = LOADS, alertRate = 0.02, repeats = 3, strength = 3 } = options;
    if (!Number.isSafeInteger(repeats) || repeats < 1) {
      throw new ParamError("PARAM_RANGE", `repeats: expected a whole number ≥ 1; found ${repeats}`);
    }
    checkAlertRate(alertRate);
    const entries = transformerEntries(options.detectors);
    const series = await readTransformer(path, columns);
    const trials = trialsOf(series.x, series.test, { seed, repeats, count: COUNT, strength });
    const rows: SuiteRow[] = [];
    for (const [k, entry] of entries.entries()) {
      options.signal?.throwIfAborted();
      options.progress?.(k / entries.length, entry.name);
      rows.push(await runEntry(entry, series, trials, alertRate, seed, options));
    }
    return {
      files: [series.folder === path ? series.file : ""],
      measures: MEASURES,
      rows,
      settings: {
        seed,
        columns: columns.join(", "),
        trainingRows: TRAINING_ROWS,
        validationRows: VALIDATION_ROWS,
        testRows: series.x.rows - series.test,
        alertRate,
        repeats,
        anomaliesInATrial: COUNT,
        strength,
      },
      notes: NOTES,
    };
  },
};

const NOTES: readonly string[] = [
  "The series has no labels: what is measured is how detectors see known kinds of anomaly that were put in, not how many there were.",
  "The quantile of each limit was chosen on four months without labels: at most the asked share of alerts, then the best agreement.",
  "random and constant know nothing; z-score looks at each row alone. What is not above them finds nothing.",
];

async function runEntry(
  { name, kind, settings, asked }: TransformerEntry,
  series: TransformerSeries,
  trials: readonly Trial[],
  alertRate: number,
  seed: number,
  options: SuiteOptions,
): Promise<SuiteRow> {
  const seconds = { fit: 0, score: 0 };
  const timed = async <T>(what: "fit" | "score", work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const value = await work();
    seconds[what] += (performance.now() - start) / 1000;
    return value;
  };
  const call = callOf(options);
  const failures: SuiteFailure[] = [];
  const kinds = new Map<string, Record<string, number>[]>();
  let choice: QuantileChoice | undefined;
  try {
    const scaling = scale({ method: "standard" }).fit(rowRange(series.x, 0, series.validation));
    const train = scaling.transform(rowRange(series.x, 0, series.validation));
    const later = scaling.transform(rowRange(series.x, series.validation, series.test));
    const model: FittedDetector = await timed("fit", () => asked.make(seed).fit(train, call));
    const known = await timed("fit", () => model.trainingScores(train, call));
    choice = chooseQuantile(known, await timed("score", () => model.score(later, call)), alertRate);
    for (const trial of trials) {
      options.signal?.throwIfAborted();
      const scores = await timed("score", () => model.score(scaling.transform(trial.x), call));
      kinds.set(trial.kind, [...(kinds.get(trial.kind) ?? []), measuresOf(trial, scores, choice.chosen.limit)]);
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, message } = failureOf(error, "score");
    failures.push({ part: series.file, code, message });
    kinds.clear();
  }
  const chosen = choice?.chosen;
  return {
    name,
    kind,
    settings,
    measures: {
      ...meanOf([...kinds.values()].flat()),
      quantile: chosen?.quantile ?? null,
      validationAlertRate: chosen === undefined ? null : 100 * chosen.alertRate,
      agreement: chosen?.agreement ?? null,
    },
    parts: [
      ...[...kinds].map(([each, measures]) => ({ name: each, measures: meanOf(measures) })),
      ...(choice?.candidates ?? []).map((each) => ({
        name: `quantile ${each.quantile}`,
        measures: { validationAlertRate: 100 * each.alertRate, agreement: each.agreement, limit: each.limit },
      })),
    ],
    failures,
    seconds,
  };
}

function callOf({ threads, kernels, signal }: SuiteOptions): CallOptions & Control {
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(kernels === undefined ? {} : { kernels }),
    ...(signal === undefined ? {} : { signal }),
  };
}
