import type { Source } from "@telltale/data";

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
