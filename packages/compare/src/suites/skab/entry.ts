import type { Detector, FittedDetector, Matrix } from "@telltale/core";
import type { Measures, RowKind } from "../suite.js";
import type { Decision } from "./decision.js";
import type { SkabFile } from "./files.js";

/** What a method of the benchmark may use while it looks at one file. */
export interface FileRun {
  readonly seed: number;
  /** Fits a detector; the time counts as fitting. */
  fit(detector: Detector, x: Matrix): Promise<FittedDetector>;
  /** Scores of the rows that the model was fitted on; the time counts as fitting. */
  trainingScores(model: FittedDetector, x: Matrix): Promise<Float64Array>;
  /** Scores rows; the time counts as scoring. */
  score(model: FittedDetector, x: Matrix): Promise<Float64Array>;
}

/** A row of the benchmark's table: how to decide about the tested rows of a file. */
export interface SkabEntry {
  readonly name: string;
  readonly kind: RowKind;
  readonly settings: string;
  readonly published?: { readonly source: string; readonly measures: Measures };
  /** The registered detector that must be there. */
  readonly needs?: string;
  decide(file: SkabFile, run: FileRun): Promise<Decision> | Decision;
}
