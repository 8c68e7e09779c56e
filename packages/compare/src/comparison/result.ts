import type { Provenance } from "../record/provenance.js";
import type { TrialCost } from "../run/trial.js";
import type { Splitting } from "./data-set.js";

/** What a detector's scores and flags are worth on the test rows of one split. `null` where the labels leave it undefined. */
export interface Figures {
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
  /** Of the flags by the detector's own threshold, as are precision, recall and the false-alarm rate. */
  readonly f1: number | null;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly falseAlarmRate: number | null;
  readonly precisionAtN: number | null;
  /** F1 at the best threshold, found with the labels of the very test rows: an upper limit, no result. */
  readonly oracleF1: number | null;
  /** Volume under the precision–recall surface; of rows in order of time. */
  readonly vusPr: number | null;
  /** Event recall with the precision of rows; of rows in order of time. */
  readonly eventF1: number | null;
}

export const FIGURES = [
  "rocAuc",
  "averagePrecision",
  "f1",
  "precision",
  "recall",
  "falseAlarmRate",
  "precisionAtN",
  "oracleF1",
  "vusPr",
  "eventF1",
] as const satisfies readonly (keyof Figures)[];

/** Figures that detectors can be ranked by. */
export type RankFigure = "rocAuc" | "averagePrecision" | "f1" | "precisionAtN" | "vusPr" | "eventF1";

/** One detector on one split. */
export type RunRow = RunDone | RunFailed;

interface RunPlace {
  readonly set: string;
  readonly split: string;
  readonly detector: string;
}

export interface RunDone extends RunPlace {
  readonly status: "done";
  readonly figures: Figures;
  readonly threshold: number | null;
  /** Test rows that were scored. */
  readonly rows: number;
  /** SHA-256 of the scores: the same in every run of the same comparison. */
  readonly scores: string;
  /** Differs from run to run. */
  readonly cost: TrialCost;
}

export interface RunFailed extends RunPlace {
  /** `skipped`: not tried, since it was known to take too long. */
  readonly status: "failed" | "skipped";
  readonly code: string;
  readonly message: string;
  readonly stage: "fit" | "score";
}

/** Mean and standard deviation (of a sample) over the sets, or over the splits of the only set. */
export interface Spread {
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly count: number;
}

/** One detector of a comparison over all its runs. */
export interface DetectorSummary {
  readonly detector: string;
  readonly supervised: boolean;
  readonly control: boolean;
  /** Preparation before it, such as `scale:method=standard`. */
  readonly steps: readonly string[];
  readonly threshold: string;
  readonly figures: Readonly<Record<keyof Figures, Spread>>;
  /** 1 = best; `null` for a detector without a single result. */
  readonly meanRank: number | null;
  readonly runs: number;
  readonly failures: number;
  /** Differs from run to run; `null` without a single result. */
  readonly cost: {
    readonly fitSeconds: number;
    readonly scoreSeconds: number;
    readonly rowsPerSecond: number;
    readonly memoryBytes: number;
  } | null;
}

/** A detector beside the one with the best mean rank, over the same sets or splits. */
export interface AgainstBest {
  readonly detector: string;
  readonly best: string;
  /** Mean of its figure − the best one's, with a bootstrap interval. */
  readonly meanDifference: number;
  readonly lower: number;
  readonly upper: number;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  /** Wilcoxon's signed-rank test, and the same after Holm's correction for all detectors. */
  readonly pValue: number;
  readonly adjustedPValue: number;
}

export interface RankSummary {
  readonly figure: RankFigure;
  /** What a rank is given in: each set, or each split of the only set. */
  readonly over: "sets" | "splits";
  readonly count: number;
  /** Mean ranks closer than this are not significantly different (Nemenyi, α = .05). */
  readonly criticalDifference: number | null;
  /** Groups of detectors within the critical difference, best first. */
  readonly groups: readonly (readonly string[])[];
  readonly friedman: { readonly statistic: number; readonly pValue: number } | null;
  readonly againstBest: readonly AgainstBest[];
}

/** A whole comparison: plain data, as it is written to a file. */
export interface Comparison {
  readonly format: "telltale-comparison-1";
  readonly provenance: Provenance;
  readonly settings: {
    readonly splitting: Splitting;
    readonly trainOn: "all" | "normal";
    readonly scale: string;
    readonly rankBy: RankFigure;
    readonly threads: number | null;
    readonly maxSeconds: number | null;
    readonly mostQuadraticRows: number;
  };
  readonly sets: readonly {
    readonly name: string;
    readonly rows: number;
    readonly cols: number;
    readonly anomalies: number;
    readonly series: number | null;
    /** SHA-256 of numbers, labels and divisions. */
    readonly sha256: string;
    readonly splits: readonly {
      readonly name: string;
      readonly trainRows: number;
      readonly testRows: number;
      readonly testAnomalies: number;
    }[];
  }[];
  /** Best mean rank first; without a rank last. */
  readonly detectors: readonly DetectorSummary[];
  readonly ranks: RankSummary;
  readonly runs: readonly RunRow[];
  /** Sentences on what does not mean what it seems to. */
  readonly notes: readonly string[];
}
