import type { FittedPipeline, FittedThreshold, Kernels } from "@telltale/core";
import { type OutputFormat, openSink, openSource, STANDARD_STREAM, writeFileAtomic } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { type CalibrationFlags, calibrated } from "../../input/calibration.js";
import { decidedRows } from "../../input/decided-rows.js";
import { readModel } from "../../input/model-file.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { rememberedTime } from "../../input/time-column.js";
import { chooseKernels } from "../../kernels.js";
import type { RunFlags } from "../../options/common-flags.js";
import { type AlarmEpisode, Episodes } from "../../output/episodes.js";
import { count, number, percent } from "../../output/numbers.js";
import { printable } from "../../output/printable.js";
import { Progress } from "../../output/progress.js";
import { scoreColumns } from "../../output/score-columns.js";
import { textTable } from "../../output/text-table.js";
import { thresholdFacts, thresholdText } from "../../output/threshold-text.js";
import type { Session } from "../../session.js";

export interface DetectFlags extends CalibrationFlags, RunFlags {
  readonly out?: string;
  readonly flags?: string;
  readonly format?: OutputFormat;
  readonly time?: string;
  readonly gap: number;
  readonly top: number;
}

/** Episodes that are shown to people; a program gets all of them. */
const MOST_SHOWN = 50;

/** Rows by what was decided about them, and the episodes. */
interface Found {
  readonly rows: number;
  readonly anomalies: number;
  readonly leftOut: number;
  readonly episodes: readonly AlarmEpisode[];
}

/** Changes the threshold of a model, decides about rows with it, and prints the episodes. */
export async function detect(
  path: string,
  paths: readonly string[],
  flags: DetectFlags,
  session: Session,
): Promise<void> {
  const started = performance.now();
  requireSomething(paths, flags);
  for (const [flag, out] of [
    ["--out", flags.out],
    ["--flags", flags.flags],
  ] as const) {
    if (out !== undefined) await requireOtherFile(flag, out, [...(flag === "--out" ? [] : [path]), ...paths]);
  }
  const given = (await readModel(path)).model;
  const kernels = await chooseKernels(flags.kernels, session);
  const model = await calibrated(given, flags, kernels, session);
  const { threshold } = model;
  if (threshold === undefined) {
    throw new UsageError("USAGE", "the model has no threshold", {
      remedy: "Give one, for example --threshold quantile:0.995",
    });
  }
  if (threshold.oracle) {
    session.warn(
      `oracle: ${threshold} was found with labels of the rows it is fitted on; on those rows it is no result`,
    );
  }
  if (threshold.rule === "conformal" && flags.calibrate === undefined && flags.threshold !== undefined) {
    session.warn(
      "conformal on training scores guarantees nothing: give normal rows that the model was not fitted on with --calibrate",
    );
  }
  if (flags.out !== undefined) await writeFileAtomic(flags.out, model.save());
  const found = paths.length === 0 ? undefined : await decide(model, threshold, paths, flags, kernels, session);
  report(found, threshold, { flags, model: path, seconds: (performance.now() - started) / 1000 }, session);
}

function requireSomething(paths: readonly string[], { out, flags, threshold }: DetectFlags): void {
  if (paths.length === 0 && out === undefined) {
    throw new UsageError("USAGE", "there is nothing to do without files and without --out", {
      remedy: "Name files to look at, or a model to write with --out",
    });
  }
  if (paths.length === 0 && flags !== undefined) {
    throw new UsageError("USAGE", "--flags needs files to look at", { remedy: "Name them after the model" });
  }
  if (paths.length === 0 && threshold === undefined) {
    throw new UsageError("USAGE", "--out writes the model as it is", { remedy: "Say with --threshold what to change" });
  }
}

async function decide(
  model: FittedPipeline,
  threshold: FittedThreshold,
  paths: readonly string[],
  flags: DetectFlags,
  kernels: Kernels,
  session: Session,
): Promise<Found> {
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "scoring");
  const explain = flags.top > 0 && model.detector.spec.contributions !== undefined;
  const episodes = new Episodes(flags.gap, flags.top, beyond(threshold));
  const tally = { rows: 0, anomalies: 0, leftOut: 0 };
  try {
    const sink = flags.flags === undefined ? undefined : await openSink(flags.flags, { format: flags.format });
    try {
      for await (const rows of decidedRows(model, threshold, source, {
        kernels,
        threads: flags.threads,
        chunkRows: flags.chunkRows,
        time: rememberedTime(flags.time, model, source),
        explain,
        signal: session.signal,
        progress,
      })) {
        const numbers = episodes.add(rows);
        tally.rows += rows.rows;
        for (let i = 0; i < rows.rows; i++) {
          if (rows.flags[i] === 1) tally.anomalies += 1;
          else if (Number.isNaN(rows.scores[i])) tally.leftOut += 1;
        }
        await sink?.write([
          ...scoreColumns(rows, rows.flags, { file: source.files.length > 1, explain: undefined }),
          { name: "episode", type: "int32", values: numbers },
        ]);
        if (sink?.readerGone) break;
      }
      session.signal.throwIfAborted();
      await sink?.close();
    } catch (error) {
      await sink?.abort();
      throw error;
    }
  } finally {
    progress.end();
    await source.close();
  }
  return { ...tally, episodes: episodes.end() };
}

/** How far a score is beyond the limit that it has passed. */
function beyond({ threshold, low }: FittedThreshold): (score: number) => number {
  if (low === Number.NEGATIVE_INFINITY) return (score) => score;
  return (score) => Math.max(low - score, score - threshold);
}

function report(
  found: Found | undefined,
  threshold: FittedThreshold,
  run: { readonly flags: DetectFlags; readonly model: string; readonly seconds: number },
  session: Session,
): void {
  const { flags, model, seconds } = run;
  // Standard output has either the flags of the rows or the episodes.
  const rowsOnOutput = flags.flags === STANDARD_STREAM;
  const text = thresholdText(threshold);
  if (found !== undefined) {
    const { rows, anomalies, leftOut, episodes } = found;
    if (leftOut > 0) session.warn(`${count(leftOut, "row")} with missing values got no score and are not flagged`);
    const share = percent(rows === 0 ? 0 : anomalies / rows);
    session.say(
      `${count(anomalies, "row")} of ${rows.toLocaleString("en-US")} flagged (${share}) in ${count(episodes.length, "episode")}; ${text}`,
    );
    if (!session.json && !rowsOnOutput && episodes.length > 0) session.print(episodeTable(episodes, session));
    if (episodes.length > MOST_SHOWN) session.say(`and ${episodes.length - MOST_SHOWN} more; --json lists all of them`);
  }
  if (flags.out !== undefined) session.say(`model written to ${flags.out}; it flags a ${text}`);
  if (!session.json || rowsOnOutput) return;
  session.printJson({
    model,
    out: flags.out ?? null,
    threshold: thresholdFacts(threshold),
    ...(found ?? {}),
    seconds,
    warnings: session.warnings,
  });
}

function episodeTable(episodes: readonly AlarmEpisode[], session: Session): string {
  const several = episodes.some(({ file }) => file !== episodes[0]?.file);
  const timed = episodes.some(({ start }) => start !== null);
  const caused = episodes.some(({ causes }) => causes.length > 0);
  const cells = (episode: AlarmEpisode) => [
    ...(several ? [printable(episode.file)] : []),
    timed ? (episode.start ?? "") : String(episode.firstRow),
    timed ? (episode.end ?? "") : String(episode.lastRow),
    String(episode.rows),
    number(episode.peak),
    timed ? (episode.peakTime ?? "") : String(episode.peakRow),
    ...(caused ? [episode.causes.map(({ column, share }) => `${printable(column)} ${percent(share)}`).join(", ")] : []),
  ];
  const unit = timed ? "" : " row";
  const head = [
    ...(several ? ["file"] : []),
    `first${unit}`,
    `last${unit}`,
    "rows",
    "peak",
    "peak at",
    ...(caused ? ["causes"] : []),
  ];
  const aligned = head.map((name) =>
    name === "rows" || name === "peak" || (!timed && name !== "file" && name !== "causes") ? "right" : "left",
  );
  return textTable(
    [head.map((name) => session.bold(name)), ...episodes.slice(0, MOST_SHOWN).map(cells)],
    aligned as never,
  );
}
