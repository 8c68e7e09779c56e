/** One detector of a comparison, as plain values: what a table row says. */
export interface ComparedDetector {
  /** Of its kind only once; parameters may stand behind it, as in `knn:k=20`. */
  readonly name: string;
  /** Mean of each measure over all runs, by its key; null or absent where it has none. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Standard deviation of each measure over the runs, by the same keys. */
  readonly deviations?: Readonly<Record<string, number | null>>;
  /** Mean rank over data sets or folds; 1 is best. */
  readonly meanRank?: number;
  readonly fitSeconds?: number;
  readonly scoreSeconds?: number;
  readonly rowsPerSecond?: number;
  /** Growth of memory while it ran, in bytes. */
  readonly memory?: number;
  /** A control, such as `random` and `constant`: what a detector has to beat. */
  readonly control?: boolean;
  /** It learned from labels. */
  readonly supervised?: boolean;
  /** Why some or all of its runs came to nothing. */
  readonly failure?: string;
}

/** A measure that detectors are compared by. */
export interface ComparedMetric {
  /** As in {@link ComparedDetector.metrics}. */
  readonly key: string;
  /** For people: `ROC-AUC`. */
  readonly name: string;
  /** Default: higher is better. */
  readonly lowerIsBetter?: boolean;
  /** It looked at the labels to choose a threshold: an upper limit, not a result. */
  readonly oracle?: boolean;
}

/** What a single data set, file or fold gave, in the measure of the ranks. */
export interface ComparedDataset {
  readonly name: string;
  /** By the detectors' names; null where there is no result. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Detectors beside each other, as plain data; {@link comparisonReport} makes a page of it. */
export interface Comparison {
  readonly title: string;
  /** One sentence under the title. */
  readonly summary?: string;
  /** The first one orders the table, and is drawn against speed. */
  readonly metrics: readonly ComparedMetric[];
  readonly detectors: readonly ComparedDetector[];
  /** Difference of mean ranks from which on two detectors are told apart, such as Nemenyi's. */
  readonly criticalDifference?: number;
  /** Detectors that are not told apart, by name; each group in the order of ranks. */
  readonly groups?: readonly (readonly string[])[];
  readonly datasets?: readonly ComparedDataset[];
  /** Facts about the run, as name and value. */
  readonly facts?: readonly (readonly [string, string | number])[];
  /** What a reader has to know before believing a number. */
  readonly warnings?: readonly string[];
  readonly footer?: string;
}

/** Best first by a measure; those without a value last, in the order given. */
export function bestFirst(
  detectors: readonly ComparedDetector[],
  { key, lowerIsBetter }: ComparedMetric,
): ComparedDetector[] {
  const worst = Number.POSITIVE_INFINITY;
  const cost = ({ metrics }: ComparedDetector) => {
    const value = metrics[key] ?? Number.NaN;
    if (Number.isNaN(value)) return worst;
    return lowerIsBetter ? value : -value;
  };
  // Equal costs keep their order; the difference of two infinities would not compare.
  return [...detectors].sort((a, b) => (cost(a) === cost(b) ? 0 : cost(a) - cost(b)));
}

/** The kind of a detector in a picture, with the colour of its points and bars. */
export const KINDS = [
  { name: "detector", colour: "@normal" },
  { name: "learns from labels", colour: "@threshold" },
  { name: "control", colour: "@muted" },
] as const;

/** Place of a detector's kind in {@link KINDS}. */
export function kindOf({ control, supervised }: ComparedDetector): 0 | 1 | 2 {
  if (control) return 2;
  return supervised ? 1 : 0;
}
