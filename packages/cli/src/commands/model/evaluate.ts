import {
  type Evaluation,
  type FittedPipeline,
  parseThreshold,
  type SeriesEvaluation,
  type SeriesMeasures,
} from "@telltale/core";
import { type Column, openSource, type Source } from "@telltale/data";
import { Judge } from "../../evaluation/judge.js";
import { KeptSensors } from "../../evaluation/kept-sensors.js";
import { evaluateFiles } from "../../evaluation/series-evaluation.js";
import type { Span } from "../../evaluation/time-span.js";
import { UsageError } from "../../failure.js";
import { expectedRows } from "../../input/expected-rows.js";
import { readModel } from "../../input/model-file.js";
import { readNotes } from "../../input/model-notes.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { everywhere, scoredRows } from "../../input/scored-rows.js";
import { rememberedTime } from "../../input/time-column.js";
import { chooseKernels } from "../../kernels.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { evaluationText } from "../../output/evaluation-text.js";
import { count, listed } from "../../output/numbers.js";
import { writeScorePage } from "../../output/pages/score-page.js";
import { Progress } from "../../output/progress.js";
import { filesText, meanOf, seriesText } from "../../output/series-text.js";
import { thresholdFacts } from "../../output/threshold-text.js";
import type { Session } from "../../session.js";

export interface EvaluateFlags extends ReadFlags, RunFlags {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly threshold?: string;
  readonly time?: string;
  /** Default: `auto`. */
  readonly series?: "auto" | "always" | "never";
  readonly window?: number;
  readonly horizon?: Span;
  /** Where to write a page about it. */
  readonly report?: string;
}

/** What came of one file. */
interface FileResult {
  readonly file: string;
  readonly evaluation: Evaluation;
  readonly series?: SeriesEvaluation;
}

/** Scores labelled files with a model and prints how good it is. */
export async function evaluate(
  path: string,
  paths: readonly string[],
  flags: EvaluateFlags,
  session: Session,
): Promise<void> {
  const rule = flags.threshold === undefined ? undefined : parseThreshold(flags.threshold);
  if (flags.report !== undefined) await requireOtherFile("--report", flags.report, [path, ...paths]);
  const { model } = await readModel(path);
  const kernels = await chooseKernels(flags.kernels, session);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "scoring");
  try {
    const notes = readNotes(model);
    const label = labelColumn(flags.label, notes.label, source);
    const remembered = notes.label === label && notes.normal.length > 0 ? notes.normal : undefined;
    const time = rememberedTime(flags.time, model, source);
    const inOrder =
      flags.series === "always" ||
      (flags.series !== "never" && (time !== undefined || model.detector.spec.input === "series"));
    if (flags.horizon !== undefined && !inOrder) {
      throw new UsageError("USAGE", "--horizon needs rows in order of time", {
        remedy: "Name the column with the time with --time, or say --series always",
      });
    }
    const judge = new Judge(model, rule, inOrder || flags.report !== undefined);
    const sensors = flags.report === undefined ? undefined : new KeptSensors();
    const explain = flags.report !== undefined && (await worthExplaining(model, source));
    const parts = new KeptSensors();
    let leftOut = 0;
    let unit: "seconds" | "time column" | undefined;
    for await (const { file, matrix, scores, labels, firstRow, time: when, contributions } of scoredRows(
      model,
      source,
      {
        kernels,
        threads: flags.threads,
        chunkRows: flags.chunkRows,
        label,
        time: inOrder || flags.report !== undefined ? time : undefined,
        normal: flags.normal ?? remembered,
        explain,
        signal: session.signal,
        progress,
      },
    )) {
      const times = timesOf(when);
      if (times !== undefined) unit = when?.type === "timestamp" ? "seconds" : "time column";
      sensors?.add(matrix, scores);
      if (contributions !== undefined) parts.add(contributions, scores);
      leftOut += judge.add({ file, firstRow, labels: labels as Uint8Array, scores, times });
    }
    session.signal.throwIfAborted();
    progress.end();
    const { evaluation, threshold, perFile, series: judged } = judge.result();
    const question = { window: flags.window, horizon: flags.horizon, unit };
    const series = inOrder ? evaluateFiles(judged, question, (text) => session.warn(text)) : undefined;
    const results = perFile.map((each): FileResult => {
      const own = series?.perFile.find(({ file }) => file === each.file)?.series;
      return own === undefined ? each : { ...each, series: own };
    });
    if (flags.report !== undefined) {
      const timed = unit === "seconds";
      const subject = {
        model,
        modelFile: path,
        threshold,
        evaluation,
        files: judged,
        timed,
        sensors: sensors?.all(),
        contributions: parts.all(),
      };
      await writeScorePage(flags.report, subject);
    }
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
        series: series === undefined ? null : { ...series.pooled, unit: series.unit },
        perFile: results.map(asJson),
        meanOfFiles: meansOf(results),
        threshold: thresholdFacts(threshold),
        labels: { column: label, ...meaning },
        files,
        leftOut,
        ...(flags.report === undefined ? {} : { report: flags.report }),
        warnings: session.warnings,
      });
      return;
    }
    session.print(evaluationText(evaluation, threshold, session));
    if (series !== undefined) session.print(`\n${seriesText(series, session)}`);
    if (results.length > 1) session.print(`\n${filesText(results, session)}`);
    session.say(
      `labels in "${label}": ${listed(meaning.normal) || "none"} = normal, ${listed(meaning.anomalous) || "none"} = anomaly`,
    );
    for (const note of evaluation.notes) session.warn(note);
    if (flags.report !== undefined) session.say(`report written to ${flags.report}`);
  } finally {
    progress.end();
    await source.close();
  }
}

/** Rows beyond which a page does not say what made its episodes: that costs many times the scores. */
const MOST_EXPLAINED = 200_000;

async function worthExplaining(model: FittedPipeline, source: Source): Promise<boolean> {
  if (model.detector.spec.contributions === undefined) return false;
  const rows = await expectedRows(source.files);
  return rows !== undefined && rows <= MOST_EXPLAINED;
}

/** Means over the files, each of those that have the figure. */
function meansOf(files: readonly FileResult[]) {
  const metrics = Object.keys(files[0]?.evaluation.metrics ?? {}) as (keyof Evaluation["metrics"])[];
  const series = Object.keys(files[0]?.series?.metrics ?? {}) as (keyof SeriesMeasures)[];
  return {
    metrics: Object.fromEntries(metrics.map((key) => [key, meanOf(files, (file) => file.evaluation.metrics[key])])),
    ...(series.length === 0
      ? {}
      : { series: Object.fromEntries(series.map((key) => [key, meanOf(files, (file) => file.series?.metrics[key])])) }),
  };
}

function asJson({ file, evaluation, series }: FileResult) {
  const { metrics, oracle, confusion, rows, anomalies, flagged } = evaluation;
  return { file, metrics, oracle, confusion, rows, anomalies, flagged, ...(series === undefined ? {} : { series }) };
}

/** Times of the rows in seconds, or as they are when they are plain numbers; none for a column of text. */
function timesOf(time: Column | undefined): Float64Array | undefined {
  if (time?.type === "timestamp") return time.values.map((milliseconds) => milliseconds / 1000);
  return time?.type === "float64" ? time.values : undefined;
}

function labelColumn(asked: string | undefined, remembered: string | undefined, source: Source): string {
  if (asked !== undefined) return asked;
  if (remembered !== undefined && everywhere(source, remembered)) return remembered;
  throw new UsageError("USAGE", "which column has the labels is not known", {
    remedy: `Say it with --label; the columns are: ${source.columns.join(", ")}`,
  });
}
