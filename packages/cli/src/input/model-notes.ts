import { basename } from "node:path";
import type { FittedPipeline } from "@telltale/core";

/** Names of files that a model keeps, at most. */
const MOST_FILES = 50;

/** What a model remembers about the files it was fitted on, besides what it computes with. */
export interface DataNotes {
  readonly time?: string;
  readonly label?: string;
  readonly normal: readonly string[];
  readonly dropped: readonly string[];
  /** Names of the training files, without their folders; the first fifty. */
  readonly files: readonly string[];
}

interface Told {
  readonly time?: string;
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly drop?: readonly string[];
}

/** The notes as the texts that a model file holds. */
export function notesOf(told: Told, files: readonly string[]): Record<string, string> {
  const names = files.slice(0, MOST_FILES).map((file) => basename(file));
  return {
    ...(told.time === undefined ? {} : { time: told.time }),
    ...(told.label === undefined ? {} : { label: told.label }),
    ...(told.normal === undefined ? {} : { normal: JSON.stringify(told.normal) }),
    ...(told.drop === undefined ? {} : { dropped: JSON.stringify(told.drop) }),
    files: JSON.stringify(names),
  };
}

/** The notes of a model; empty where another program than this one fitted it. */
export function readNotes({ notes }: Pick<FittedPipeline, "notes">): DataNotes {
  return {
    ...(notes.time === undefined ? {} : { time: notes.time }),
    ...(notes.label === undefined ? {} : { label: notes.label }),
    normal: names(notes.normal),
    dropped: names(notes.dropped),
    files: names(notes.files),
  };
}

/** A list of names; empty for anything else, since a model file may hold whatever its author liked. */
function names(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) && found.every((name) => typeof name === "string") ? found : [];
  } catch {
    return [];
  }
}
