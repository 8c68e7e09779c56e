import { type FittedPipeline, type Kernels, parseThreshold, type Threshold } from "@telltale/core";
import { openSource } from "@telltale/data";
import { UsageError } from "../failure.js";
import type { ReadFlags } from "../options/common-flags.js";
import { Progress } from "../output/progress.js";
import type { Session } from "../session.js";
import { readNotes } from "./model-notes.js";
import { readOptions } from "./read-options.js";
import { refittedThreshold } from "./refitted-threshold.js";
import { scoredRows } from "./scored-rows.js";

export interface CalibrationFlags extends ReadFlags {
  readonly threshold?: string;
  readonly calibrate?: readonly string[];
  readonly label?: string;
  readonly normal?: readonly string[];
}

/**
 * The model with the threshold that the flags ask for: fitted on the rows of the calibration files, or on the training
 * scores that the model keeps.
 *
 * @throws UsageError for flags that do not go together
 */
export async function calibrated(
  model: FittedPipeline,
  flags: CalibrationFlags,
  kernels: Kernels,
  session: Session,
): Promise<FittedPipeline> {
  const { threshold, calibrate } = flags;
  if (calibrate === undefined)
    return threshold === undefined ? model : refittedThreshold(model, parseThreshold(threshold));
  const rule = parseThreshold(threshold ?? String(model.threshold ?? ""));
  const { scores, labels } = await scoresOf(model, rule, { ...flags, calibrate }, kernels, session);
  return model.fitThreshold(rule, scores, labels === undefined ? {} : { labels });
}

async function scoresOf(
  model: FittedPipeline,
  rule: Threshold,
  flags: CalibrationFlags & { readonly calibrate: readonly string[] },
  kernels: Kernels,
  session: Session,
): Promise<{ readonly scores: Float64Array; readonly labels: Uint8Array | undefined }> {
  const notes = readNotes(model);
  const label = rule.needsLabels ? (flags.label ?? notes.label) : undefined;
  if (rule.needsLabels && label === undefined) {
    throw new UsageError("USAGE", `--threshold ${rule} is found on labelled rows`, {
      remedy: "Name the column of the labels with --label",
    });
  }
  const source = await openSource(flags.calibrate, readOptions(flags));
  const progress = new Progress(session, "calibrating");
  const parts: { readonly scores: Float64Array; readonly labels: Uint8Array | undefined }[] = [];
  try {
    for await (const { scores, labels } of scoredRows(model, source, {
      kernels,
      threads: flags.threads,
      chunkRows: flags.chunkRows,
      label,
      normal: flags.normal ?? (notes.label === label && notes.normal.length > 0 ? notes.normal : undefined),
      signal: session.signal,
      progress,
    })) {
      parts.push({ scores: scores.slice(), labels: labels?.slice() });
    }
  } finally {
    progress.end();
    await source.close();
  }
  const scores = new Float64Array(parts.reduce((rows, part) => rows + part.scores.length, 0));
  const labels = new Uint8Array(label === undefined ? 0 : scores.length);
  let at = 0;
  for (const part of parts) {
    scores.set(part.scores, at);
    if (part.labels !== undefined && label !== undefined) labels.set(part.labels, at);
    at += part.scores.length;
  }
  return { scores, labels: label === undefined ? undefined : labels };
}
