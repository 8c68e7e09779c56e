import type { ValueCount } from "./column-profile.js";
import type { Course } from "./course.js";
import type { LabelFindings } from "./label-profile.js";
import type { SampledRows } from "./row-sample.js";
import type { TimeFindings } from "./time-profile.js";

/** What was found about one column. Figures of numbers are over finite values; null where there is none. */
export interface ColumnFindings {
  readonly name: string;
  readonly type: "float64" | "timestamp" | "boolean" | "string";
  /** `variable` is what a detector would look at. */
  readonly role: "variable" | "time" | "label" | "other";
  readonly missing: number;
  readonly missingShare: number;
  /** Different values; null where there are more than a thousand. */
  readonly distinct: number | null;
  /** Values of the most rows, of columns with few different ones. */
  readonly commonest: readonly ValueCount[];
  readonly infinite: number;
  readonly mean: number | null;
  /** Of the population. */
  readonly standardDeviation: number | null;
  readonly min: number | null;
  /** Quartiles: of the rows that were drawn, where `sampled` says that there were too many. */
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
  readonly max: number | null;
  readonly skewness: number | null;
  readonly kurtosis: number | null;
  /** Longest run of rows with the same value, and its first row, from 1. */
  readonly longestRun: { readonly rows: number; readonly from: number };
  /** Each row has one more than the row before: a number of the row, which says nothing. */
  readonly countsRows: boolean;
  /** Rows after which the values repeat themselves, with the autocorrelation there; null where they do not. */
  readonly period: { readonly rows: number; readonly autocorrelation: number } | null;
  /** The statistic of the KPSS test over the first rows; above 0.463 they do not stay around one level. */
  readonly kpss: number | null;
  /** Area under the ROC curve of this column alone as a score, or of its negative where that is more; needs labels. */
  readonly separation: number | null;
}

/** Two columns with their correlation. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly r: number;
}

/** A column before and behind the split. */
export interface SplitFindings {
  readonly column: string;
  readonly trainingMean: number;
  readonly validationMean: number;
  /** Difference of the means in standard deviations of the training part. */
  readonly shift: number;
}

/** Something that a user of the data should know. */
export interface DataWarning {
  /** Stable, for programs. */
  readonly code: string;
  readonly text: string;
  readonly columns: readonly string[];
}

/** What was found, as plain data. */
export interface Findings {
  readonly rows: number;
  readonly files: number;
  readonly columns: readonly ColumnFindings[];
  readonly time: TimeFindings | null;
  readonly labels: LabelFindings | null;
  /** Rows that stood before in all their values, among those that were looked at. */
  readonly duplicates: { readonly rows: number; readonly looked: number };
  /** Columns that are the same in every row. */
  readonly identical: readonly (readonly string[])[];
  /** The strongest correlations, at most 100. */
  readonly correlations: readonly Pair[];
  readonly split: { readonly row: number; readonly columns: readonly SplitFindings[] } | null;
  /** Rows that distributions and correlations are of; fewer than all where there are too many. */
  readonly sampled: number;
  readonly warnings: readonly DataWarning[];
}

/** What was found, with what pictures are made of. */
export interface Exploration {
  readonly findings: Findings;
  /** Names of the variables; everything below has its columns in this order. */
  readonly names: readonly string[];
  /** Of each variable, its place among the columns. */
  readonly variables: readonly number[];
  /** Rows drawn evenly. */
  readonly sample: SampledRows;
  /** Anomalous rows drawn evenly. */
  readonly anomalies: SampledRows;
  /** The first rows of the first file. */
  readonly head: SampledRows;
  /** The variables, then the labels, then the times. */
  readonly course: Course;
  /** 1 where a value is missing, of every column. */
  readonly missing: Course;
  /** Correlation of every two variables, names.length × names.length. */
  readonly correlations: Float64Array;
  /** Autocorrelation of each variable over the head. */
  readonly autocorrelations: readonly Float64Array[];
  /** First rows of files, from 0. */
  readonly starts: readonly number[];
}
