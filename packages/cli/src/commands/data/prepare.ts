import { extname } from "node:path";
import { ColumnError, type Matrix, matrix } from "@telltale/core";
import {
  type Aggregate,
  type ColumnFacts,
  LEARNED_FILLS,
  type LearnedFill,
  labelReader,
  learnPreparation,
  loadPreparation,
  type OutputFormat,
  openSource,
  preparationText,
  type SavedPreparation,
  type Scaling,
  type Source,
  Survey,
  writeFileAtomic,
} from "@telltale/data";
import { UsageError } from "../../failure.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { timeColumn } from "../../input/time-column.js";
import type { ReadFlags } from "../../options/common-flags.js";
import { type LeftOut, preparedText } from "../../output/prepared-text.js";
import { Progress } from "../../output/progress.js";
import {
  finishSeries,
  type SeriesPlan,
  type SeriesReport,
  tidySeries,
  type WindowPlan,
} from "../../preparation/prepared-series.js";
import { fileWriter, folderWriter, isFolder, outputFiles } from "../../preparation/written-series.js";
import type { Session } from "../../session.js";

export interface PrepareFlags extends ReadFlags {
  readonly out: string;
  readonly format?: OutputFormat | "npz";
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly time?: string;
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly keep?: readonly string[];
  readonly keepConstant?: boolean;
  readonly every?: string;
  readonly aggregate: Aggregate;
  readonly markGaps?: boolean;
  readonly fill?: string;
  readonly fillLimit?: number;
  readonly dropMissing?: boolean;
  readonly scale?: Scaling;
  readonly train?: number;
  readonly save?: string;
  readonly apply?: string;
  readonly window?: number;
  readonly windowStride?: number;
  readonly windowSummary?: WindowPlan["summary"];
  readonly windowEvery?: number;
}

/** Reads raw files and writes clean ones. */
export async function prepare(paths: readonly string[], flags: PrepareFlags, session: Session): Promise<void> {
  requireMeaningful(flags);
  await requireOtherFile("--out", flags.out, paths);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "preparing");
  try {
    await prepareSource(source, flags, session);
  } finally {
    progress.end();
    await source.close();
  }
}

async function prepareSource(source: Source, flags: PrepareFlags, session: Session): Promise<void> {
  const { out, label, apply } = flags;
  // Also beside columns that were chosen: what is prepared keeps its time.
  const time = timeColumn(source, {
    ...(flags.time === undefined ? {} : { time: flags.time }),
    drop: [...(flags.drop ?? []), ...(flags.keep ?? [])],
  });
  const applied = apply === undefined ? undefined : await loadPreparation(apply);
  const { names, leftOut, notNumbers } = await variables(source, time, applied, flags, session.signal);
  const plan: SeriesPlan = {
    names,
    time,
    label,
    keep: flags.keep ?? [],
    every: flags.every,
    aggregate: flags.aggregate,
    markGaps: flags.markGaps ?? false,
    fill: flags.fill,
    fillLimit: flags.fillLimit,
    dropMissing: flags.dropMissing ?? false,
  };
  const labels = label === undefined ? undefined : labelReader({ normal: flags.normal });
  const learned: Learned = applied ?? (await learn(source, plan, flags, session));
  const { trainRows } = learned;

  const inFolder = await isFolder(out);
  const target = { out, format: flags.format, label, signal: session.signal };
  const writer = inFolder
    ? folderWriter(
        outputFiles(
          source.files.map(({ file }) => file),
          out,
          flags.format ?? "csv",
        ),
        target,
      )
    : await fileWriter(target);
  const reports: SeriesReport[] = [];
  let written: readonly string[] = [];
  try {
    for await (const part of tidySeries(source, plan, labels, session.signal)) {
      const finished = finishSeries(part, learned, plan, windowOf(flags));
      written = finished.series.names;
      const place = await writer.write(plan.markGaps ? finished : { ...finished, gap: undefined });
      reports.push({ ...finished.report, out: place });
    }
    labels?.finish(source.files.length === 1 ? source.files[0]?.file : undefined);
    session.signal.throwIfAborted();
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  if (flags.save !== undefined) await writeFileAtomic(flags.save, new TextEncoder().encode(preparationText(learned)));

  for (const { name, cells } of notNumbers) {
    session.warn(`${cells} cells of "${name}" are no numbers; they count as missing`);
  }
  const result = {
    out,
    files: reports,
    columns: written,
    leftOut,
    notNumbers,
    ...(labels === undefined ? {} : { labels: { column: label, ...labels.meaning() } }),
    scale: learned.scale?.method ?? null,
    fill: flags.fill ?? learned.fill?.policy ?? null,
    ...(trainRows === undefined ? {} : { trainRows }),
    ...(flags.save === undefined ? {} : { saved: flags.save }),
    warnings: session.warnings,
  };
  if (session.json) session.printJson(result);
  else session.say(preparedText(result));
}

/** The columns to prepare: those that were asked for, or all that can be used. */
async function variables(
  source: Source,
  time: string | undefined,
  applied: SavedPreparation | undefined,
  flags: PrepareFlags,
  signal: AbortSignal,
): Promise<{ names: readonly string[]; leftOut: LeftOut[]; notNumbers: { name: string; cells: number }[] }> {
  const { label, drop = [], keep = [], keepConstant } = flags;
  // Refuses names that are not there, and files with other columns.
  const candidates = source.variables({
    columns: applied?.columns ?? flags.columns,
    drop: [...drop, ...keep, ...(time === undefined ? [] : [time])],
    label,
  });
  const survey = new Survey();
  for await (const chunk of source.chunks({ columns: candidates })) {
    signal.throwIfAborted();
    survey.add(chunk);
  }
  const facts = survey.facts();
  const asked = applied?.columns ?? flags.columns;
  const fits = ({ unusable }: ColumnFacts) => {
    if (asked !== undefined) return unusable !== "text" && unusable !== "times";
    return unusable === undefined || (unusable === "constant" && keepConstant === true);
  };
  const bad = asked === undefined ? undefined : facts.find((each) => !fits(each));
  if (bad !== undefined) {
    throw new ColumnError("COLUMN_MISSING", `a column of numbers was expected; found ${bad.unusable}`, {
      where: { column: bad.name },
      remedy: "Leave it out, or carry it along with --keep",
    });
  }
  const used = facts.filter(fits);
  if (used.length === 0) {
    throw new ColumnError("COLUMN_COUNT", "no column is left to prepare: all are empty, constant or no numbers", {
      remedy: "--keep-constant keeps those that never change",
    });
  }
  return {
    names: used.map(({ name }) => name),
    leftOut: [
      ...drop.map((name) => ({ name, why: "dropped" })),
      ...facts.filter((each) => !fits(each)).map(({ name, unusable = "text" }) => ({ name, why: unusable })),
    ],
    notNumbers: used
      .filter(({ notNumbers: cells }) => cells > 0)
      .map(({ name, notNumbers: cells }) => ({ name, cells })),
  };
}

interface Learned extends SavedPreparation {
  readonly trainRows?: number;
}

/** Fill values and scaling, learned from the first part of each series. */
async function learn(source: Source, plan: SeriesPlan, flags: PrepareFlags, session: Session): Promise<Learned> {
  const { names } = plan;
  const fill = LEARNED_FILLS.includes(flags.fill as LearnedFill) ? (flags.fill as LearnedFill) : undefined;
  if (fill === undefined && flags.scale === undefined) return { columns: names, fill: null, scale: null };
  const train: Matrix[] = [];
  const unlabelled = { ...plan, label: undefined };
  for await (const { series } of tidySeries(source, unlabelled, undefined, session.signal)) {
    const part = flags.train ?? 1;
    const rows =
      flags.train === undefined ? series.rows : part < 1 ? Math.floor(part * series.rows) : Math.min(part, series.rows);
    train.push(matrix(series.values.slice(0, rows * names.length), rows, names.length, names));
  }
  const trainRows = train.reduce((sum, { rows }) => sum + rows, 0);
  return { ...learnPreparation(train, names, { fill, scaling: flags.scale }), trainRows };
}

function windowOf(flags: PrepareFlags): WindowPlan | undefined {
  const { window, windowStride = 1, windowSummary = "flatten", windowEvery } = flags;
  return window === undefined
    ? undefined
    : { size: window, stride: windowStride, summary: windowSummary, every: windowEvery };
}

/** Flags that say nothing, or two things. */
function requireMeaningful(flags: PrepareFlags): void {
  const { window, apply, save, scale, fill, format, out } = flags;
  const wrong = (text: string) => new UsageError("USAGE", text);
  for (const [flag, value] of [
    ["--window-stride", flags.windowStride],
    ["--window-summary", flags.windowSummary],
    ["--window-every", flags.windowEvery],
  ] as const) {
    if (value !== undefined && window === undefined) throw wrong(`${flag}: there are no windows without --window`);
  }
  if (flags.markGaps && flags.every === undefined) throw wrong("--mark-gaps: gaps are marked on the grid of --every");
  if (flags.fillLimit !== undefined && fill !== "previous" && fill !== "linear") {
    throw wrong("--fill-limit: only --fill previous and --fill linear have a limit");
  }
  const learns = scale !== undefined || LEARNED_FILLS.includes(fill as LearnedFill);
  if (
    apply !== undefined &&
    (learns || save !== undefined || flags.columns !== undefined || flags.train !== undefined)
  ) {
    throw wrong(
      "--apply: columns, fill values and scaling come from the file; leave out --columns, --scale, --train, --save and a learned --fill",
    );
  }
  if (apply === undefined && flags.train !== undefined && !learns) {
    throw wrong("--train: nothing is learned without --scale or --fill mean, median, zero");
  }
  if (out === "-" && format === "npz") throw wrong("--format npz: name a file with --out");
  if (format === undefined && !out.endsWith("/") && extname(out) === "" && out !== "-") {
    throw wrong(`--out ${out}: end the name of a folder in /, or give a file an extension`);
  }
}
