import { type Evaluation, Evaluator, type FittedPipeline, type FittedThreshold, type Threshold } from "@telltale/core";
import { UsageError } from "../failure.js";
import { Decisions } from "../input/decisions.js";
import { joined, joinedBytes } from "./joined.js";

/** Scored rows of one file, in the order of the file. */
export interface LabelledScores {
  readonly file: string;
  readonly firstRow: number;
  readonly labels: Uint8Array;
  /** NaN for a row that the model leaves out. */
  readonly scores: Float64Array;
  readonly times: Float64Array | undefined;
}

/** All rows of a file that have a score, with their flags: a series. */
export interface JudgedFile {
  readonly file: string;
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
  readonly flags: Uint8Array;
  readonly times: Float64Array | undefined;
}

/** What came of all files. */
export interface Verdict {
  readonly threshold: FittedThreshold;
  readonly evaluation: Evaluation;
  /** One for each file with rows that count. */
  readonly perFile: readonly { readonly file: string; readonly evaluation: Evaluation }[];
  /** The rows themselves, where they were to be kept. */
  readonly series: readonly JudgedFile[];
}

/**
 * Collects scores and labels, file after file. Rows are kept only for measures of series and for a threshold that is fitted
 * on the scores or decides about all of them together; otherwise memory is what the ranking measures need.
 */
export class Judge {
  readonly #pooled = new Evaluator();
  readonly #perFile: { readonly file: string; readonly evaluator: Evaluator }[] = [];
  readonly #held: LabelledScores[] = [];
  readonly #rule: Threshold | undefined;
  readonly #threshold: FittedThreshold | undefined;
  readonly #decisions: Decisions | undefined;
  readonly #keep: boolean;

  /** @param keep  whether the rows are wanted in the end */
  constructor(model: FittedPipeline, rule: Threshold | undefined, keep: boolean) {
    this.#keep = keep;
    this.#rule = rule?.needsScores === true ? rule : undefined;
    this.#threshold =
      rule === undefined ? model.threshold : this.#rule === undefined ? rule.fit(new Float64Array(0)) : undefined;
    if (this.#threshold === undefined && this.#rule === undefined) {
      throw new UsageError("USAGE", "the model has no threshold", {
        remedy: "Give one, for example --threshold quantile:0.995",
      });
    }
    if (this.#threshold !== undefined && this.#threshold.scope !== "batch") {
      this.#decisions = new Decisions(this.#threshold);
    }
  }

  /** Gives the number of rows without a score. */
  add(rows: LabelledScores): number {
    const kept = withScores(rows);
    if (this.#decisions === undefined || this.#keep) this.#held.push(kept);
    else this.#count(kept, this.#decisions.next(kept.scores, kept.firstRow));
    return rows.scores.length - kept.scores.length;
  }

  result(): Verdict {
    const series: JudgedFile[] = [];
    let threshold = this.#threshold;
    if (this.#held.length > 0 || threshold === undefined) {
      const parts = this.#held;
      const scores = joined(parts.map((part) => part.scores));
      const labels = joinedBytes(parts.map((part) => part.labels));
      threshold ??= (this.#rule as Threshold).fit(scores, { labels });
      const flags = flagsOf(threshold, parts, scores);
      parts.forEach((part, k) => {
        this.#count(part, flags[k] as Uint8Array);
      });
      if (this.#keep) series.push(...byFile(parts, flags));
    }
    return {
      threshold: threshold as FittedThreshold,
      evaluation: this.#pooled.result(),
      perFile: this.#perFile.map(({ file, evaluator }) => ({ file, evaluation: evaluator.result() })),
      series,
    };
  }

  #count({ file, firstRow, labels, scores }: LabelledScores, flags: Uint8Array): void {
    if (labels.length === 0) return;
    this.#pooled.add(labels, scores, flags);
    let last = this.#perFile.at(-1);
    if (last === undefined || last.file !== file || firstRow === 1) {
      last = { file, evaluator: new Evaluator() };
      this.#perFile.push(last);
    }
    last.evaluator.add(labels, scores, flags);
  }
}

function flagsOf(threshold: FittedThreshold, parts: readonly LabelledScores[], scores: Float64Array): Uint8Array[] {
  if (threshold.scope !== "batch") {
    const decisions = new Decisions(threshold);
    return parts.map((part) => decisions.next(part.scores, part.firstRow));
  }
  const all = threshold.apply(scores);
  let at = 0;
  return parts.map((part) => {
    const from = at;
    at += part.scores.length;
    return all.subarray(from, at);
  });
}

/** Copies: the arrays of a chunk are used again for the next one. */
function withScores({ file, firstRow, labels, scores, times }: LabelledScores): LabelledScores {
  const missing = scores.some(Number.isNaN);
  const has = (_: number, i: number): boolean => !Number.isNaN(scores[i]);
  return {
    file,
    firstRow,
    labels: missing ? labels.filter(has) : labels.slice(),
    scores: missing ? scores.filter(has) : scores.slice(),
    times: missing ? times?.filter(has) : times?.slice(),
  };
}

function byFile(parts: readonly LabelledScores[], flags: readonly Uint8Array[]): JudgedFile[] {
  const files: JudgedFile[] = [];
  let from = 0;
  while (from < parts.length) {
    const { file } = parts[from] as LabelledScores;
    let to = from + 1;
    while (to < parts.length && parts[to]?.file === file && parts[to]?.firstRow !== 1) to++;
    const own = parts.slice(from, to);
    const times = own.map((part) => part.times);
    const labels = joinedBytes(own.map((part) => part.labels));
    if (labels.length > 0) {
      files.push({
        file,
        labels,
        scores: joined(own.map((part) => part.scores)),
        flags: joinedBytes(flags.slice(from, to)),
        times: times.includes(undefined) ? undefined : joined(times as Float64Array[]),
      });
    }
    from = to;
  }
  return files;
}
