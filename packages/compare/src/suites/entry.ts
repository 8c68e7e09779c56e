import type { Detector, FitOptions, FittedDetector, Matrix } from "@telltale/core";
import type { Measures, RowKind } from "./suite.js";

/** What a row of a benchmark may use while it looks at one part. */
export interface DetectorRun {
  readonly seed: number;
  /** Fits a detector; the time counts as fitting. */
  fit(detector: Detector, x: Matrix, options?: Pick<FitOptions, "labels">): Promise<FittedDetector>;
  /** Scores of the rows that the model was fitted on; the time counts as fitting. */
  trainingScores(model: FittedDetector, x: Matrix): Promise<Float64Array>;
  /** Scores rows; the time counts as scoring. */
  score(model: FittedDetector, x: Matrix): Promise<Float64Array>;
}

/** A file or data set of a benchmark. */
export interface Part {
  readonly name: string;
}

/** A row of a benchmark's table: how to decide about a part. */
export interface Entry<P extends Part, D> {
  readonly name: string;
  readonly kind: RowKind;
  readonly settings: string;
  readonly published?: { readonly source: string; readonly measures: Measures };
  /** The registered detector that must be there. */
  readonly needs?: string;
  decide(part: P, run: DetectorRun): Promise<D> | D;
}

/** Adds up what the decisions about all parts are worth. */
export interface Tally<P extends Part, D> {
  /** Throws where a decision cannot be measured, before anything of it is counted. */
  add(part: P, decision: D): void;
  measures(): Measures;
  readonly parts: readonly { readonly name: string; readonly measures: Measures }[];
}
