import type { FittedPipeline } from "@telltale/core";
import type { Source } from "@telltale/data";
import { readNotes } from "./model-notes.js";
import { everywhere } from "./scored-rows.js";

export interface TimeFlags {
  readonly time?: string;
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
}

/**
 * The column with the time: the one that was named; else the only column of times, where every file has the same one and
 * it was neither chosen nor dropped.
 */
export function timeColumn(
  { files }: Pick<Source, "files">,
  { time, columns, drop = [] }: TimeFlags,
): string | undefined {
  if (time !== undefined || columns !== undefined) return time;
  const found = files.map((file) =>
    file.columns.filter(({ name, type }) => type === "timestamp" && !drop.includes(name)).map(({ name }) => name),
  );
  const name = found[0]?.[0];
  return found.every((names) => names.length === 1 && names[0] === name) ? name : undefined;
}

/** The column with the time beside what a model scores: the one asked for, or the one it remembers, where every file has it. */
export function rememberedTime(asked: string | undefined, model: FittedPipeline, source: Source): string | undefined {
  if (asked !== undefined) return asked;
  const { time } = readNotes(model);
  return time !== undefined && everywhere(source, time) ? time : undefined;
}
