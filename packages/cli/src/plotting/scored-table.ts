import {
  DataError,
  type FittedPipeline,
  type FittedThreshold,
  type Matrix,
  matrix,
  parseThreshold,
} from "@telltale/core";
import { columnOf, labelReader, type Source } from "@telltale/data";
import { joined, joinedBytes } from "../evaluation/joined.js";
import { KeptSensors } from "../evaluation/kept-sensors.js";
import { UsageError } from "../failure.js";
import { decidedRows } from "../input/decided-rows.js";
import { readNotes } from "../input/model-notes.js";
import { refittedThreshold } from "../input/refitted-threshold.js";
import { everywhere, type ScoringOptions } from "../input/scored-rows.js";
import { rememberedTime, timeColumn } from "../input/time-column.js";

/** Scored rows in memory; rows without a score are left out. */
export interface ScoredTable {
  readonly scores: Float64Array;
  readonly flags: Uint8Array | undefined;
  readonly labels: Uint8Array | undefined;
  /** Milliseconds since 1970-01-01 UTC; absent where rows are of several files, or have none. */
  readonly times: Float64Array | undefined;
  readonly threshold: number | undefined;
  readonly sensors: Matrix | undefined;
  readonly contributions: Matrix | undefined;
}

export interface ScoredTableFlags {
  readonly threshold?: string;
  readonly score: string;
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly time?: string;
}

/** Scores files with a model, and decides about the rows. */
export async function scoredByModel(
  given: FittedPipeline,
  source: Source,
  flags: ScoredTableFlags,
  options: Omit<ScoringOptions, "time" | "label" | "normal" | "chunkRows">,
): Promise<ScoredTable> {
  const model = flags.threshold === undefined ? given : refittedThreshold(given, parseThreshold(flags.threshold));
  const { threshold } = model;
  if (threshold === undefined) {
    throw new UsageError("USAGE", "the model has no threshold", {
      remedy: "Give one, for example --threshold quantile:0.995",
    });
  }
  const notes = readNotes(model);
  const label = flags.label ?? (notes.label !== undefined && everywhere(source, notes.label) ? notes.label : undefined);
  const parts = new Parts(label !== undefined);
  for await (const { scores, flags: decided, labels, time, matrix: x, contributions } of decidedRows(
    model,
    threshold,
    source,
    {
      ...options,
      chunkRows: undefined,
      time: rememberedTime(flags.time, model, source),
      label,
      normal: flags.normal ?? (label === notes.label && notes.normal.length > 0 ? notes.normal : undefined),
    },
  )) {
    const has = (_: unknown, i: number) => !Number.isNaN(scores[i]);
    parts.scores.push(scores.filter(has));
    parts.flags.push(decided.filter(has));
    if (labels !== undefined) parts.labels.push(labels.filter(has));
    if (time?.type === "timestamp") parts.times.push(time.values.filter(has));
    parts.sensors.add(x, scores);
    if (contributions !== undefined) {
      const { data, cols, columns } = contributions;
      const kept = data.filter((_, at) => !Number.isNaN(scores[Math.floor(at / cols)]));
      parts.contributions.push(matrix(kept, kept.length / cols, cols, columns));
    }
  }
  return parts.table(source, threshold);
}

/** Files that have scores already, such as `telltale score` writes. */
export async function scoredFiles(source: Source, flags: ScoredTableFlags, signal: AbortSignal): Promise<ScoredTable> {
  const { score, label } = flags;
  const rule = flags.threshold === undefined ? undefined : parseThreshold(flags.threshold);
  const reader = label === undefined ? undefined : labelReader({ normal: flags.normal });
  const time = timeColumn(source, flags.time === undefined ? {} : { time: flags.time });
  const flag = everywhere(source, "anomaly") && label !== "anomaly" ? "anomaly" : undefined;
  const parts = new Parts(label !== undefined);
  const columns = [...new Set([score, label, time, flag].filter((name) => name !== undefined))];
  for await (const table of source.chunks({ columns })) {
    signal.throwIfAborted();
    const { file = "", firstRow = 1 } = table;
    const found = columnOf(table, score);
    if (found.type !== "float64") {
      throw new DataError("DATA_NOT_NUMERIC", "a column of scores was expected; found no numbers", {
        where: { file, column: score },
        remedy: "Name the column with --score, or give a model with --model",
      });
    }
    const has = (_: unknown, i: number) => !Number.isNaN(found.values[i]);
    parts.scores.push(found.values.filter(has));
    if (reader !== undefined)
      parts.labels.push(reader.read(columnOf(table, label as string), { file, row: firstRow }).filter(has));
    const when = time === undefined ? undefined : columnOf(table, time);
    if (when?.type === "timestamp") parts.times.push(when.values.filter(has));
    const flagged = flag === undefined ? undefined : columnOf(table, flag);
    if (flagged !== undefined && flagged.type !== "string") {
      parts.flags.push(Uint8Array.from(flagged.values, (value) => (value === 1 ? 1 : 0)).filter(has));
    }
  }
  reader?.finish();
  const fitted = rule?.fit(joined(parts.scores), parts.labels.length > 0 ? { labels: joinedBytes(parts.labels) } : {});
  return parts.table(source, fitted);
}

/** Pieces of scored rows, put together in the end. */
class Parts {
  readonly scores: Float64Array[] = [];
  readonly flags: Uint8Array[] = [];
  readonly labels: Uint8Array[] = [];
  readonly times: Float64Array[] = [];
  readonly contributions: Matrix[] = [];
  readonly sensors = new KeptSensors();
  readonly #labelled: boolean;

  constructor(labelled: boolean) {
    this.#labelled = labelled;
  }

  table({ files }: Source, threshold: FittedThreshold | undefined): ScoredTable {
    const scores = joined(this.scores);
    const times = joined(this.times);
    const flags = this.flags.length > 0 ? joinedBytes(this.flags) : undefined;
    const cols = this.contributions[0]?.cols ?? 0;
    return {
      scores,
      flags: flags ?? threshold?.apply(scores),
      labels: this.#labelled ? joinedBytes(this.labels) : undefined,
      times: files.length === 1 && times.length === scores.length && scores.length > 0 ? times : undefined,
      threshold: threshold?.threshold,
      sensors: this.sensors.all(),
      contributions:
        this.contributions.length === 0
          ? undefined
          : matrix(
              joined(this.contributions.map(({ data }) => data)),
              scores.length,
              cols,
              this.contributions[0]?.columns,
            ),
    };
  }
}
