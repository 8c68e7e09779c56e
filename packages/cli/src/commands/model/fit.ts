import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import {
  type AnyStep,
  type DetectorFactory,
  defaultThreshold,
  type Matrix,
  parseThreshold,
  pipeline,
  ShapeError,
  type Threshold,
  TrainingError,
} from "@telltale/core";
import { openSource, writeFileAtomic } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { checkpointsIn } from "../../input/checkpoint-file.js";
import { constantColumns } from "../../input/constant-columns.js";
import { notesOf } from "../../input/model-notes.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { timeColumn } from "../../input/time-column.js";
import { readTraining, type Training } from "../../input/training.js";
import { unequalScales } from "../../input/unequal-scales.js";
import { chooseKernels } from "../../kernels.js";
import { tellLearnsOn } from "../../networks.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { prepareSteps, rowsReached } from "../../options/prepare-flags.js";
import { type ResampleFlags, resamplerOf } from "../../options/resample-flags.js";
import { count, duration, listed, number } from "../../output/numbers.js";
import { writeTrainingPage } from "../../output/pages/training-page.js";
import { Progress } from "../../output/progress.js";
import { thresholdFacts, thresholdText } from "../../output/threshold-text.js";
import type { Session } from "../../session.js";

export interface FitFlags extends ReadFlags, RunFlags, ResampleFlags {
  readonly model: string;
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly time?: string;
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly threshold?: string;
  /** Where to write a page about the training. */
  readonly report?: string;
  readonly checkpoint?: string;
}

/** Fits a pipeline on files and writes the model. */
export async function fit(
  factory: DetectorFactory,
  params: Readonly<Record<string, unknown>>,
  paths: readonly string[],
  flags: FitFlags,
  session: Session,
): Promise<void> {
  const started = performance.now();
  // Everything that can be wrong with the flags is found before a file is opened.
  const detector = factory(params as never);
  const steps = prepareSteps(flags as never, factory.spec.params);
  const threshold = parseThreshold(flags.threshold ?? defaultThreshold(detector));
  const resample = resamplerOf(flags);
  await requireOtherFile("--model", flags.model, paths);
  if (flags.report !== undefined) await requireOtherFile("--report", flags.report, paths);
  const kernels = await chooseKernels(flags.kernels, session);
  const network = await tellLearnsOn(factory.spec, kernels, session);
  const { signal } = session;

  const supervised = factory.spec.traits.supervised === true;
  requireLabel(supervised, threshold, flags);
  const { training, time } = await readTrainingFiles(paths, supervised || threshold.needsLabels, flags, session);
  requireRows(training, params, factory, flags);
  warnOfConstants(training.series, session);
  if (factory.spec.traits.scaleSensitive === true && !isScaled(steps)) warnOfScales(training.series, session);

  const checkpoints = flags.checkpoint === undefined ? undefined : await checkpointsIn(flags.checkpoint, session);
  const progress = new Progress(session, "fitting", { eta: factory.spec.traits.checkpoints === true });
  let doing = "";
  const model = await pipeline({ steps, detector, threshold, ...(resample === undefined ? {} : { resample }) })
    .fit(training.series, {
      kernels,
      signal,
      sources: training.files,
      notes: notesOf({ ...flags, ...(time === undefined ? {} : { time }) }, training.files),
      progress: (done) => progress.to(done, undefined, doing),
      note: (text) => {
        doing = text;
      },
      ...(checkpoints === undefined ? {} : { checkpoints }),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
      ...(training.labels === undefined ? {} : { labels: training.labels }),
    })
    .catch((error: unknown) => {
      if (flags.checkpoint !== undefined) whereToGoOn(error, flags.checkpoint, session);
      throw error;
    })
    .finally(() => progress.end());
  for (const remark of model.describe().detector.remarks) session.warn(remark);
  const bytes = model.save();
  signal.throwIfAborted();
  await writeFileAtomic(flags.model, bytes);
  // The model is there: what was kept to go on with is of no more use, and would only be in the way of the next training.
  if (flags.checkpoint !== undefined) await rm(flags.checkpoint, { force: true });

  const seconds = (performance.now() - started) / 1000;
  const names = model.columns ?? [];
  if (flags.report !== undefined) {
    const { files } = training;
    const subject = {
      model,
      modelFile: flags.model,
      files,
      kernels: kernels.name,
      seconds,
      warnings: session.warnings,
    };
    await writeTrainingPage(flags.report, subject);
  }
  if (session.json) {
    session.printJson({
      model: flags.model,
      bytes: bytes.byteLength,
      detector: factory.spec.name,
      params: model.detector.params,
      rows: model.training.rows,
      ...(resample === undefined ? {} : { resample: resample.spec.name, synthetic: model.training.synthetic ?? 0 }),
      files: training.files.length,
      columns: names,
      threshold: thresholdFacts(model.threshold),
      kernels: kernels.name,
      ...(network === undefined ? {} : { learnedOn: network.name }),
      seconds,
      ...(flags.report === undefined ? {} : { report: flags.report }),
      warnings: session.warnings,
    });
    return;
  }
  session.say(
    `learned from ${count(model.training.rows, "row")} of ${count(training.files.length, "file")}, ${count(names.length, "column")}: ${listed(names)}`,
  );
  if (resample !== undefined) {
    session.say(
      `added ${count(model.training.synthetic ?? 0, "synthetic row")} of the smaller class (${resample.spec.name})`,
    );
  }
  session.say(
    `threshold: ${model.threshold === undefined ? "none" : thresholdText(model.threshold)}, kernels ${kernels.name}, ${duration(seconds)}`,
  );
  session.say(`model written to ${flags.model}`);
  if (flags.report !== undefined) session.say(`report written to ${flags.report}`);
}

/**
 * Says what a training that has ended early leaves behind.
 *
 * @throws TrainingError that names the file when it is the checkpoint that is wrong
 */
function whereToGoOn(error: unknown, file: string, session: Session): void {
  if (session.signal.aborted && existsSync(file)) {
    session.say(`stopped; ${file} has what was learned: the same command goes on from there`);
  }
  if (!(error instanceof TrainingError) || error.code !== "TRAINING_CHECKPOINT") return;
  throw new TrainingError(error.code, error.problem, {
    where: { file },
    remedy: "Begin the training anew: remove the file, or name another one with --checkpoint",
    cause: error,
  });
}

async function readTrainingFiles(
  paths: readonly string[],
  withLabels: boolean,
  flags: FitFlags,
  session: Session,
): Promise<{ readonly training: Training; readonly time: string | undefined }> {
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "reading");
  try {
    const time = timeColumn(source, flags);
    if (time !== undefined && flags.time === undefined) {
      session.say(`${time} holds the time: it is carried along, not learned from`);
    }
    const columns = { ...flags, ...(time === undefined ? {} : { time }) };
    return { training: await readTraining(source, columns, withLabels, session.signal, progress), time };
  } finally {
    progress.end();
    await source.close();
  }
}

/** Refuses to begin without the labels that detector or threshold will need. */
function requireLabel(supervised: boolean, threshold: Threshold, { label }: FitFlags): void {
  if (label !== undefined || !(supervised || threshold.needsLabels)) return;
  throw new UsageError(
    "USAGE",
    `${supervised ? "the detector learns" : `--threshold ${threshold} is found`} from labels`,
    {
      remedy: "Name their column with --label",
    },
  );
}

/** Refuses to fit on fewer rows than the flags ask for in so many words. */
function requireRows(
  training: Training,
  params: Readonly<Record<string, unknown>>,
  factory: DetectorFactory,
  flags: FitFlags,
): void {
  const rows = training.series.reduce((total, { rows: n }) => total + n, 0);
  // In every detector, `samples` is a number of training rows to draw without replacement.
  const { samples } = params;
  if (typeof samples === "number" && samples > rows) {
    throw new ShapeError("SHAPE_TOO_FEW_ROWS", `--samples asks for ${samples} training rows; found ${rows}`, {
      remedy: `Give more rows, or ask for at most ${rows}`,
    });
  }
  const reached = rowsReached(flags as never, factory.spec.params);
  const longest = Math.max(...training.series.map(({ rows: n }) => n));
  if (reached > longest) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `the windows and lags reach over ${reached} rows; the longest file has ${longest}`,
      { remedy: "Choose smaller windows and lags, or give longer files" },
    );
  }
}

function isScaled(steps: readonly AnyStep[]): boolean {
  // --scale none is a step, too: the user has thought of it.
  return steps.some(({ spec }) => spec.name === "scale");
}

function warnOfScales(series: readonly Matrix[], session: Session): void {
  const found = unequalScales(series);
  if (found === undefined) return;
  const { most, least } = found;
  session.warn(
    `distances are made by the columns with large numbers: ${most.name} spreads by ${number(most.value)}, ${least.name} by ${number(least.value)}. ` +
      "Give every column the same say with --scale standard; --scale none leaves them and says nothing",
  );
}

function warnOfConstants(series: readonly Matrix[], session: Session): void {
  const constant = constantColumns(series);
  if (constant.length === 0) return;
  const names = constant.map(({ name, value }) => `${name} (always ${number(value)})`);
  const one = constant.length === 1;
  session.warn(
    `the training rows say nothing about ${one ? "a column" : `${constant.length} columns`} that never ${one ? "changes" : "change"}: ${listed(names)}. ` +
      `Leave ${one ? "it" : "them"} out with --drop, or train on rows where ${one ? "it varies" : "they vary"}`,
  );
}
