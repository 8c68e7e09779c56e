import { Evaluator, type FittedPipeline, type FittedThreshold, parseThreshold, type Threshold } from "@telltale/core";
import { openSource, type Source } from "@telltale/data";
import { UsageError } from "../failure.js";
import { Decisions } from "../input/decisions.js";
import { readModel } from "../input/model-file.js";
import { readNotes } from "../input/model-notes.js";
import { readOptions } from "../input/read-options.js";
import { everywhere, scoredRows } from "../input/scored-rows.js";
import { chooseKernels } from "../kernels.js";
import type { ReadFlags, RunFlags } from "../options/common-flags.js";
import { evaluationText } from "../output/evaluation-text.js";
import { count, listed } from "../output/numbers.js";
import { Progress } from "../output/progress.js";
import type { Session } from "../session.js";

export interface EvaluateFlags extends ReadFlags, RunFlags {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly threshold?: string;
}

/** Scores labelled files with a model and prints how good it is. */
export async function evaluate(
  path: string,
  paths: readonly string[],
  flags: EvaluateFlags,
  session: Session,
): Promise<void> {
  const rule = flags.threshold === undefined ? undefined : parseThreshold(flags.threshold);
  const { model } = await readModel(path);
  const kernels = await chooseKernels(flags.kernels, session);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "scoring");
  try {
    const notes = readNotes(model);
    const label = labelColumn(flags.label, notes.label, source);
    const remembered = notes.label === label && notes.normal.length > 0 ? notes.normal : undefined;
    const judge = new Judge(model, rule);
    let leftOut = 0;
    for await (const { scores, labels, firstRow } of scoredRows(model, source, {
      kernels,
      threads: flags.threads,
      chunkRows: flags.chunkRows,
      label,
      normal: flags.normal ?? remembered,
      signal: session.signal,
      progress,
    })) {
      leftOut += judge.add(labels as Uint8Array, scores, firstRow);
    }
    session.signal.throwIfAborted();
    progress.end();
    const { evaluation, threshold } = judge.result();
    const meaning = source.labelMeaning();
    if (rule?.needsLabels === true) {
      session.warn(
        `oracle: ${rule} chose its threshold by the labels of these very rows; what it reaches is an upper limit, not a result`,
      );
    }
    if (leftOut > 0) session.warn(`${count(leftOut, "row")} with missing values got no score and are not counted`);
    if (session.json) {
      const files = source.files.map(({ file }) => file);
      session.printJson({
        ...evaluation,
        threshold: threshold.toJSON(),
        labels: { column: label, ...meaning },
        files,
        leftOut,
        warnings: session.warnings,
      });
      return;
    }
    session.print(evaluationText(evaluation, threshold, session));
    session.say(
      `labels in "${label}": ${listed(meaning.normal) || "none"} = normal, ${listed(meaning.anomalous) || "none"} = anomaly`,
    );
    for (const note of evaluation.notes) session.warn(note);
  } finally {
    progress.end();
    await source.close();
  }
}

/** Collects scores and labels; a threshold that is fitted on the scores, or decides together, is asked once all are there. */
class Judge {
  readonly #evaluator = new Evaluator();
  readonly #held: { readonly labels: Uint8Array; readonly scores: Float64Array; readonly firstRow: number }[] = [];
  readonly #rule: Threshold | undefined;
  readonly #threshold: FittedThreshold | undefined;
  readonly #decisions: Decisions | undefined;

  constructor(model: FittedPipeline, rule: Threshold | undefined) {
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
  add(labels: Uint8Array, scores: Float64Array, firstRow: number): number {
    const missing = scores.some(Number.isNaN);
    const kept = missing ? scores.filter((score) => !Number.isNaN(score)) : scores;
    const marks = missing ? labels.filter((_, i) => !Number.isNaN(scores[i])) : labels;
    if (this.#decisions === undefined) this.#held.push({ labels: marks, scores: kept, firstRow });
    else this.#evaluator.add(marks, kept, this.#decisions.next(kept, firstRow));
    return scores.length - kept.length;
  }

  result() {
    if (this.#decisions !== undefined) {
      return { evaluation: this.#evaluator.result(), threshold: this.#threshold as FittedThreshold };
    }
    const scores = joined(this.#held.map((part) => part.scores));
    const labels = new Uint8Array(scores.length);
    let at = 0;
    for (const part of this.#held) {
      labels.set(part.labels, at);
      at += part.labels.length;
    }
    const threshold = this.#threshold ?? (this.#rule as Threshold).fit(scores, { labels });
    if (threshold.scope === "batch") this.#evaluator.add(labels, scores, threshold.apply(scores));
    else {
      const decisions = new Decisions(threshold);
      for (const part of this.#held) {
        this.#evaluator.add(part.labels, part.scores, decisions.next(part.scores, part.firstRow));
      }
    }
    return { evaluation: this.#evaluator.result(), threshold };
  }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((rows, { length }) => rows + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function labelColumn(asked: string | undefined, remembered: string | undefined, source: Source): string {
  if (asked !== undefined) return asked;
  if (remembered !== undefined && everywhere(source, remembered)) return remembered;
  throw new UsageError("USAGE", "which column has the labels is not known", {
    remedy: `Say it with --label; the columns are: ${source.columns.join(", ")}`,
  });
}
