import { createResampler, DataError, type Resampled, type ResampleMethod } from "@telltale/core";
import { type OutputFormat, openSink, openSource, STANDARD_STREAM } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { type LabelledRows, readLabelled } from "../../input/labelled-rows.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { chooseKernels } from "../../kernels.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { count, duration, listed } from "../../output/numbers.js";
import { Progress } from "../../output/progress.js";
import { resampledColumns, SYNTHETIC } from "../../output/resampled-columns.js";
import type { Session } from "../../session.js";

export interface ResampleFlags extends ReadFlags, RunFlags {
  readonly label: string;
  readonly normal?: readonly string[];
  readonly time?: string;
  readonly drop?: readonly string[];
  readonly method?: ResampleMethod;
  readonly categorical?: readonly string[];
  readonly out: string;
  readonly format?: OutputFormat;
  readonly markSynthetic?: boolean;
}

/** Rows written at once. */
const BATCH = 16_384;

/** Reads labelled files, and writes their rows and the synthetic ones. */
export async function resample(
  paths: readonly string[],
  params: Readonly<Record<string, unknown>>,
  flags: ResampleFlags,
  session: Session,
): Promise<void> {
  const started = performance.now();
  const { method, categorical, label, out } = flags;
  const resampler = createResampler({
    ...params,
    ...(method === undefined ? {} : { method }),
    ...(categorical === undefined ? {} : { categorical }),
  });
  await requireOtherFile("--out", out, paths);
  const kernels = await chooseKernels(flags.kernels, session);
  const input = await read(paths, flags, session);

  const progress = new Progress(session, "resampling");
  const result = await resampler
    .resample(input.x, input.y, {
      kernels,
      signal: session.signal,
      progress: (done) => progress.to(done),
      ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    })
    .catch((error: unknown) => {
      throw placed(error, input);
    })
    .finally(() => progress.end());
  await write(input, result, flags, session);

  const seconds = (performance.now() - started) / 1000;
  const synthetic = result.x.rows - result.givenRows;
  const ofClass = (wanted: number) => result.y.reduce((sum, each) => sum + (each === wanted ? 1 : 0), 0);
  const classes = { normal: ofClass(0), anomalous: ofClass(1) };
  if (session.json && out !== STANDARD_STREAM) {
    session.printJson({
      out,
      method: resampler.spec.name,
      params: resampler.params,
      rows: result.x.rows,
      synthetic,
      classes,
      labels: { column: label, ...input.meaning },
      kernels: kernels.name,
      seconds,
      warnings: session.warnings,
    });
  }
  const { normal, anomalous } = input.meaning;
  session.say(`labels in "${label}": ${listed(normal) || "none"} = normal, ${listed(anomalous) || "none"} = anomaly`);
  session.say(
    `added ${count(synthetic, "synthetic row")} to ${count(result.givenRows, "row")} (${resampler.spec.name}) in ${duration(seconds)}: ` +
      `${classes.normal} normal, ${classes.anomalous} anomalous${out === STANDARD_STREAM ? "" : ` → ${out}`}`,
  );
}

async function read(paths: readonly string[], flags: ResampleFlags, session: Session): Promise<LabelledRows> {
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "reading");
  try {
    requireMarkable(flags, source.columns);
    return await readLabelled(source, flags, session.signal, progress);
  } finally {
    progress.end();
    await source.close();
  }
}

function requireMarkable({ markSynthetic, drop = [] }: ResampleFlags, columns: readonly string[]): void {
  if (markSynthetic !== true || !columns.includes(SYNTHETIC) || drop.includes(SYNTHETIC)) return;
  throw new UsageError("USAGE", `--mark-synthetic: there is a column "${SYNTHETIC}" already`, {
    remedy: `Leave it out with --drop ${SYNTHETIC}, or do without the mark`,
  });
}

/** The one error about a row that is found only among all of them, with the file and the number that the row has there. */
function placed(error: unknown, input: LabelledRows): unknown {
  const known = error instanceof DataError && error.code === "DATA_INFINITE" && error.where.row !== undefined;
  if (!known) return error;
  return new DataError(error.code, "the distance to its neighbours is beyond the largest number", {
    where: input.placeOf((error.where.row as number) - 1),
    remedy: "Scale the columns first, or leave those with huge values out with --drop",
    cause: error,
  });
}

async function write(input: LabelledRows, result: Resampled, flags: ResampleFlags, session: Session): Promise<void> {
  const { label, categorical = [], markSynthetic: mark = false, out } = flags;
  const format = flags.format ?? (session.json && out === STANDARD_STREAM ? "ndjson" : undefined);
  const sink = await openSink(out, { format });
  try {
    for (let from = 0; from < result.x.rows && !sink.readerGone; from += BATCH) {
      session.signal.throwIfAborted();
      const to = Math.min(result.x.rows, from + BATCH);
      await sink.write(resampledColumns(input, result, from, to, { label, categorical, mark }));
    }
    session.signal.throwIfAborted();
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}
