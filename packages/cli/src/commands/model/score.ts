import { changePointsFromFlags, type FittedPipeline, parseThreshold } from "@telltale/core";
import { type OutputFormat, openSink, openSource, type Sink, type Source, STANDARD_STREAM } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { Decisions } from "../../input/decisions.js";
import { readModel } from "../../input/model-file.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { refittedThreshold } from "../../input/refitted-threshold.js";
import { type ScoringOptions, scoredRows } from "../../input/scored-rows.js";
import { rememberedTime } from "../../input/time-column.js";
import { chooseKernels } from "../../kernels.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { count, duration, percent } from "../../output/numbers.js";
import { Progress } from "../../output/progress.js";
import { scoreColumns } from "../../output/score-columns.js";
import { thresholdFacts } from "../../output/threshold-text.js";
import type { Session } from "../../session.js";

export interface ScoreFlags extends ReadFlags, RunFlags {
  readonly out: string;
  readonly format?: OutputFormat;
  readonly explain?: number;
  readonly changepoints?: boolean;
  readonly time?: string;
  readonly threshold?: string;
}

/** A share of flagged rows above this says more about the model than about the rows. */
const MOST_FLAGGED = 0.5;

/** What was done, for the message at the end. */
interface Tally {
  rows: number;
  anomalies: number;
  leftOut: number;
}

/** Scores files with a model and writes a row for each row read. */
export async function score(
  path: string,
  paths: readonly string[],
  flags: ScoreFlags,
  session: Session,
): Promise<void> {
  const started = performance.now();
  const model = withThreshold((await readModel(path)).model, flags.threshold);
  requireExplanation(model, flags.explain);
  await requireOtherFile("--out", flags.out, [path, ...paths]);
  const kernels = await chooseKernels(flags.kernels, session);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "scoring");
  try {
    const options: ScoringOptions = {
      kernels,
      threads: flags.threads,
      chunkRows: flags.chunkRows,
      time: rememberedTime(flags.time, model, source),
      explain: flags.explain !== undefined,
      signal: session.signal,
      progress,
    };
    if (model.threshold !== undefined) new Decisions(model.threshold); // refused before anything is written
    const sink = await openSink(flags.out, { format: formatOf(flags, session) });
    const tally = await writeScores(model, source, sink, options, flags);
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    report(tally, { model, source, kernels: kernels.name, seconds, out: flags.out }, session);
  } finally {
    progress.end();
    await source.close();
  }
}

async function writeScores(
  model: FittedPipeline,
  source: Source,
  sink: Sink,
  options: ScoringOptions,
  { explain, changepoints = false }: Pick<ScoreFlags, "explain" | "changepoints">,
): Promise<Tally> {
  const tally: Tally = { rows: 0, anomalies: 0, leftOut: 0 };
  const withFile = source.files.length > 1;
  const decisions = model.threshold === undefined ? undefined : new Decisions(model.threshold);
  // One chunk is written while the next one is scored.
  let writing: Promise<void> | undefined;
  let lastFlag = 0;
  try {
    for await (const rows of scoredRows(model, source, options)) {
      await writing;
      if (sink.readerGone) break;
      const flags = decisions?.next(rows.scores, rows.firstRow);
      const changes = changepoints ? changesOf(flags, rows.firstRow === 1 ? 0 : lastFlag) : undefined;
      lastFlag = flags?.[rows.rows - 1] ?? lastFlag;
      writing = sink.write(scoreColumns(rows, flags, { file: withFile, explain, changes }));
      // The error is met at the next turn; until then it must not count as unhandled.
      writing.catch(() => {});
      tally.rows += rows.rows;
      for (let i = 0; i < rows.rows; i++) {
        if (flags?.[i] === 1) tally.anomalies += 1;
        else if (Number.isNaN(rows.scores[i])) tally.leftOut += 1;
      }
    }
    await writing;
    options.signal.throwIfAborted();
    await sink.close();
  } catch (error) {
    await writing?.catch(() => {});
    await sink.abort();
    throw error;
  }
  return tally;
}

function report(
  { rows, anomalies, leftOut }: Tally,
  run: { model: FittedPipeline; source: Source; kernels: string; seconds: number; out: string },
  session: Session,
): void {
  const { model, source, kernels, seconds, out } = run;
  const threshold = thresholdFacts(model.threshold);
  const found =
    threshold === null
      ? "no threshold in the model"
      : `${count(anomalies, "anomaly", "anomalies")} (${percent(rows === 0 ? 0 : anomalies / rows)})`;
  const target = out === STANDARD_STREAM ? "" : ` → ${out}`;
  session.say(
    `scored ${count(rows, "row")} of ${count(source.files.length, "file")} in ${duration(seconds)}: ${found}${target}`,
  );
  if (anomalies > MOST_FLAGGED * rows) {
    session.warn(
      "most rows are flagged, so this data is unlike the training data; check units and operating point, or fit again",
    );
  }
  if (leftOut > 0) {
    session.warn(`${count(leftOut, "row")} with missing values got no score, as the model was told to drop such rows`);
  }
  if (!session.json || out === STANDARD_STREAM) return;
  const { warnings } = session;
  session.printJson({
    out,
    files: source.files.length,
    rows,
    anomalies,
    leftOut,
    threshold,
    kernels,
    seconds,
    warnings,
  });
}

function withThreshold(model: FittedPipeline, text: string | undefined): FittedPipeline {
  if (text === undefined) return model;
  return refittedThreshold(model, parseThreshold(text));
}

function changesOf(flags: Uint8Array | undefined, before: number): Uint8Array {
  if (flags !== undefined) return changePointsFromFlags(flags, before);
  throw new UsageError("USAGE", "--changepoints: the model has no threshold, so it flags nothing that could change", {
    remedy: "Fit it with --threshold, or give one here: --threshold fixed:<score>",
  });
}

function requireExplanation(model: FittedPipeline, explain: number | undefined): void {
  if (explain === undefined || model.detector.spec.contributions !== undefined) return;
  throw new UsageError("USAGE", `--explain: ${model.detector.spec.name} does not say which columns made a score`, {
    remedy: "telltale list shows which detectors do",
  });
}

function formatOf({ format, out }: ScoreFlags, session: Session): OutputFormat | undefined {
  return format ?? (session.json && out === STANDARD_STREAM ? "ndjson" : undefined);
}
