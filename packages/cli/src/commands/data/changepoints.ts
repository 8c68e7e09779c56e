import { type AlarmOptions, Alarms, type FittedPipeline, type PeltOptions } from "@telltale/core";
import { openSource, type Source } from "@telltale/data";
import { type Change, changesOf } from "../../changepoints/change.js";
import { changesByCuts } from "../../changepoints/cuts.js";
import { changesByLevelShift, type LevelShiftSearch } from "../../changepoints/level-shifts.js";
import { readModel } from "../../input/model-file.js";
import { readOptions } from "../../input/read-options.js";
import { type ScoringOptions, scoredRows } from "../../input/scored-rows.js";
import { rememberedTime, timeColumn } from "../../input/time-column.js";
import { chooseKernels } from "../../kernels.js";
import type { ReadFlags, RunFlags } from "../../options/common-flags.js";
import { count, number, percent } from "../../output/numbers.js";
import { printable } from "../../output/printable.js";
import { Progress } from "../../output/progress.js";
import type { Session } from "../../session.js";

export interface ChangepointsFlags extends ReadFlags, RunFlags {
  readonly method: "level-shift" | "pelt";
  readonly model?: string;
  readonly train: number;
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly time?: string;
  readonly top: number;
}

/** Parameters that were given, by what they belong to. */
export interface ChangepointsParams {
  readonly levelShift: LevelShiftSearch["params"];
  readonly alarms: Partial<AlarmOptions>;
  readonly pelt: PeltOptions;
}

/** Above it a score of `level-shift` is a change. */
const LIMIT = 4;

/** Finds the change points of files and prints each of them as soon as it is found. */
export async function changepoints(
  paths: readonly string[],
  params: ChangepointsParams,
  flags: ChangepointsFlags,
  session: Session,
): Promise<void> {
  const started = performance.now();
  const model = flags.model === undefined ? undefined : (await readModel(flags.model)).model;
  const kernels = await chooseKernels(flags.kernels, session);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "looking");
  const found: Change[] = [];
  try {
    const run = { kernels, threads: flags.threads, chunkRows: flags.chunkRows, signal: session.signal, progress };
    for await (const changes of search(source, model, params, flags, run)) {
      session.signal.throwIfAborted();
      found.push(...changes);
      if (!session.json) for (const change of changes) session.print(line(change, source.files.length > 1));
    }
  } finally {
    progress.end();
    await source.close();
  }
  const files = source.files.map(({ file }) => file);
  session.say(`${count(found.length, "change point")} in ${count(files.length, "file")}`);
  if (!session.json) return;
  session.printJson({
    method: model === undefined ? flags.method : model.detector.spec.name,
    files,
    changePoints: found,
    seconds: (performance.now() - started) / 1000,
    warnings: session.warnings,
  });
}

function search(
  source: Source,
  model: FittedPipeline | undefined,
  params: ChangepointsParams,
  flags: ChangepointsFlags,
  run: Omit<ScoringOptions, "time" | "explain">,
): AsyncIterable<Change[]> {
  const { top, train } = flags;
  const alarms = { limit: LIMIT, ...params.alarms };
  if (model !== undefined) {
    const explain = top > 0 && model.detector.spec.contributions !== undefined;
    const limit = params.alarms.limit ?? model.threshold?.threshold ?? LIMIT;
    return changesByModel(
      model,
      source,
      { ...run, time: rememberedTime(flags.time, model, source), explain },
      { ...alarms, limit },
      top,
    );
  }
  const time = timeColumn(source, flags);
  const chunks = source.matrices({ columns: flags.columns, drop: flags.drop, time, rowsPerChunk: flags.chunkRows });
  if (flags.method === "pelt") return changesByCuts(chunks, params.pelt, top);
  const call = { kernels: run.kernels, ...(run.threads === undefined ? {} : { threads: run.threads }) };
  return changesByLevelShift(chunks, { params: params.levelShift, alarms, train, top, call });
}

/** The alarms of a fitted model's scores. */
async function* changesByModel(
  model: FittedPipeline,
  source: Source,
  options: ScoringOptions,
  limits: AlarmOptions,
  top: number,
): AsyncGenerator<Change[], void, undefined> {
  let alarms = new Alarms(limits);
  for await (const rows of scoredRows(model, source, options)) {
    if (rows.firstRow === 1) alarms = new Alarms(limits);
    yield changesOf(rows, alarms, top);
  }
}

/** `2020-03-09 10:24:33  row 574  score 12.3  Pressure 61 %, Current 20 %`. */
function line({ file, row, time, score, causes }: Change, several: boolean): string {
  return [
    ...(several ? [printable(file)] : []),
    ...(time === null ? [] : [printable(time)]),
    `row ${row}`,
    ...(score === null ? [] : [`score ${number(score)}`]),
    ...(causes.length === 0
      ? []
      : [causes.map(({ column, share }) => `${printable(column)} ${percent(share)}`).join(", ")]),
  ].join("  ");
}
