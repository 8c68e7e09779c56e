import { meanRanks, pairedBootstrap } from "../../ranks/index.js";
import type { Measures, RowKind, SuiteFailure, SuiteMeasure, SuiteRow } from "../suite.js";
import type { AdbenchTrial } from "./trials.js";

/** The detector that others are held against: the best of the published defaults. */
export const BASELINE = "extended-isolation-forest";

export const MEASURES: readonly SuiteMeasure[] = [
  measure("rocAuc", "ROC-AUC", "Mean over the sets of the mean over the seeds."),
  measure("averagePrecision", "AP", "Average precision, in the same way."),
  { ...measure("rank", "rank", "Mean over the sets of the rank by ROC-AUC; 1 = best."), better: "lower", digits: 1 },
  { ...measure("rankAp", "rank AP", "The same by average precision."), better: "lower", digits: 1 },
  measure("gain", "gain", `Mean over the sets of how much ROC-AUC is above that of ${BASELINE}.`),
  measure("gainLower", "from", "Lower bound of its bootstrap interval over sets, 95 %."),
  measure("gainUpper", "to", "Upper bound."),
  measure("gainAp", "gain AP", "The same for average precision."),
  { ...measure("gainApLower", "from", "Lower bound of its interval."), hidden: true },
  { ...measure("gainApUpper", "to", "Upper bound of its interval."), hidden: true },
  { ...measure("wins", "wins", `Sets on which ROC-AUC is above that of ${BASELINE}.`), digits: 0 },
  { ...measure("losses", "losses", "Sets on which it is below."), better: "lower", digits: 0 },
  { ...measure("failures", "failed", "Seeds of sets on which the detector failed."), better: "lower", digits: 0 },
];

function measure(key: string, title: string, doc: string): SuiteMeasure {
  return { key, title, doc, better: "higher", digits: 3 };
}

/** A set, and what share of its rows are anomalies: what chance gets for average precision. */
export interface SetFacts {
  readonly name: string;
  readonly anomalies: number;
}

/** A detector, and its trials: for each set, for each seed. */
export interface Tried {
  readonly name: string;
  readonly kind: RowKind;
  readonly settings: string;
  readonly trials: readonly (readonly AdbenchTrial[])[];
}

/** Figures of a detector on one set. */
interface Cell {
  readonly rocAuc: number;
  readonly averagePrecision: number;
  /** Some seed failed: ranks last. */
  readonly failed: boolean;
}

/** The rows of the result. A trial that failed counts as chance, and its set ranks last. */
export function summarize(sets: readonly SetFacts[], tried: readonly Tried[], seeds: readonly number[]): SuiteRow[] {
  const cells = tried.map(({ trials }) => sets.map((set, s) => cellOf(trials[s] ?? [], set)));
  const ranked = (key: "rocAuc" | "averagePrecision") =>
    meanRanks(sets.map((_, s) => cells.map((own) => ((own[s] as Cell).failed ? null : (own[s] as Cell)[key]))));
  const ranks = ranked("rocAuc");
  const ranksAp = ranked("averagePrecision");
  const baseline = cells[tried.findIndex(({ name }) => name === BASELINE)] ?? [];
  return tried.map(({ name, kind, settings, trials }, d) => {
    const own = cells[d] as Cell[];
    const done = trials.flat().filter((trial) => trial.status === "done");
    const failures = failuresOf(sets, trials, seeds);
    return {
      name,
      kind,
      settings,
      measures: {
        rocAuc: mean(own.map((cell) => cell.rocAuc)),
        averagePrecision: mean(own.map((cell) => cell.averagePrecision)),
        rank: ranks[d] as number,
        rankAp: ranksAp[d] as number,
        ...(name === BASELINE ? NO_GAIN : gains(own, baseline)),
        failures: failures.length,
      },
      parts: sets.map((set, s) => {
        const { rocAuc, averagePrecision } = own[s] as Cell;
        return { name: set.name, measures: { rocAuc, averagePrecision } };
      }),
      failures,
      seconds: {
        fit: done.reduce((sum, trial) => sum + trial.fitSeconds, 0),
        score: done.reduce((sum, trial) => sum + trial.scoreSeconds, 0),
      },
    };
  });
}

const NO_GAIN: Measures = {
  gain: null,
  gainLower: null,
  gainUpper: null,
  gainAp: null,
  gainApLower: null,
  gainApUpper: null,
  wins: null,
  losses: null,
};

function cellOf(trials: readonly AdbenchTrial[], { anomalies }: SetFacts): Cell {
  return {
    rocAuc: mean(trials.map((trial) => (trial.status === "done" ? trial.rocAuc : 0.5))),
    averagePrecision: mean(trials.map((trial) => (trial.status === "done" ? trial.averagePrecision : anomalies))),
    failed: trials.some(({ status }) => status === "failed"),
  };
}

function gains(own: readonly Cell[], baseline: readonly Cell[]): Measures {
  const paired = (key: "rocAuc" | "averagePrecision") =>
    pairedBootstrap(
      own.map((cell) => cell[key]),
      baseline.map((cell) => cell[key]),
    );
  const auc = paired("rocAuc");
  const ap = paired("averagePrecision");
  return {
    gain: auc.meanDifference,
    gainLower: auc.lower,
    gainUpper: auc.upper,
    gainAp: ap.meanDifference,
    gainApLower: ap.lower,
    gainApUpper: ap.upper,
    wins: auc.wins,
    losses: auc.losses,
  };
}

function failuresOf(
  sets: readonly SetFacts[],
  trials: readonly (readonly AdbenchTrial[])[],
  seeds: readonly number[],
): SuiteFailure[] {
  return sets.flatMap(({ name }, s) =>
    (trials[s] ?? []).flatMap((trial, i) =>
      trial.status === "failed"
        ? [{ part: `${name}, seed ${seeds[i]}`, code: trial.code, message: trial.message }]
        : [],
    ),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
