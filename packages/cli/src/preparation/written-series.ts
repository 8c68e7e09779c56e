import { mkdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { FileError } from "@telltale/core";
import { type NpzArray, type OutputColumn, type OutputFormat, openSink, type Sink, writeNpz } from "@telltale/data";
import { UsageError } from "../failure.js";
import type { Prepared } from "./prepared-series.js";

/** Rows written at once. */
const BATCH = 16_384;

/** Takes prepared series and writes them, all into one file or each into one of its own. */
export interface Writer {
  /** Returns the file that the series goes to. */
  write(prepared: Prepared): Promise<string>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

/** Where and how to write. */
export interface Target {
  readonly out: string;
  readonly format: OutputFormat | "npz" | undefined;
  readonly label: string | undefined;
  readonly signal: AbortSignal;
}

/** Whether each input gets a file of its own in a folder. */
export async function isFolder(out: string): Promise<boolean> {
  if (out.endsWith("/") || out.endsWith(sep)) return true;
  return (await stat(out).catch(() => undefined))?.isDirectory() ?? false;
}

/** The file in the folder for each input: its path below the folder that all inputs share, with the format's extension. */
export function outputFiles(inputs: readonly string[], folder: string, format: string): ReadonlyMap<string, string> {
  const folders = inputs.map((file) => dirname(resolve(file)).split(sep));
  const shared = (folders[0] ?? []).filter((_, k) =>
    folders.every((parts) => parts.slice(0, k + 1).join(sep) === folders[0]?.slice(0, k + 1).join(sep)),
  );
  const found = new Map<string, string>();
  const taken = new Map<string, string>();
  for (const file of inputs) {
    const near = relative(shared.join(sep) || sep, resolve(file));
    const name = basename(near).replace(/\.gz$/i, "");
    const out = join(folder, dirname(near), `${name.slice(0, name.length - extname(name).length)}.${format}`);
    const other = taken.get(out);
    if (other !== undefined && other !== file) {
      throw new UsageError("USAGE", `--out ${folder}: ${other} and ${file} would both be written to ${out}`, {
        remedy: "Prepare them one after the other",
      });
    }
    taken.set(out, file);
    found.set(file, out);
  }
  return found;
}

/** Each series into its own file. */
export function folderWriter(files: ReadonlyMap<string, string>, target: Target): Writer {
  return {
    async write(prepared) {
      const out = files.get(prepared.report.file) ?? join(target.out, `${basename(prepared.report.file)}.csv`);
      try {
        await mkdir(dirname(out), { recursive: true });
      } catch (cause) {
        throw new FileError("FILE_UNWRITABLE", `the folder cannot be made: ${(cause as Error).message}`, {
          where: { file: dirname(out) },
          cause,
        });
      }
      const one = await fileWriter({ ...target, out });
      try {
        await one.write(prepared);
        await one.close();
      } catch (error) {
        await one.abort();
        throw error;
      }
      return out;
    },
    close: async () => {},
    abort: async () => {},
  };
}

/** All series into one file, one below the other. */
export async function fileWriter(target: Target): Promise<Writer> {
  const { out, format, signal } = target;
  if (format === "npz" || (format === undefined && extname(out).toLowerCase() === ".npz")) return npzWriter(target);
  const sink: Sink = await openSink(out, { format });
  return {
    async write(prepared) {
      const columns = columnsOf(prepared, target);
      for (let from = 0; from < prepared.series.rows; from += BATCH) {
        signal.throwIfAborted();
        await sink.write(columns(from, Math.min(prepared.series.rows, from + BATCH)));
      }
      return out;
    },
    close: () => sink.close(),
    abort: () => sink.abort(),
  };
}

function columnsOf({ series, gap }: Prepared, { label }: Target): (from: number, to: number) => OutputColumn[] {
  const { names, values, time, labels, beside } = series;
  const cols = names.length;
  return (from, to) => {
    const length = to - from;
    const cut = (column: OutputColumn) => ({ ...column, values: column.values.slice(from, to) }) as OutputColumn;
    return [
      ...(time === undefined ? [] : [cut(time)]),
      ...names.map((name, j): OutputColumn => {
        return {
          name,
          type: "float64",
          values: Float64Array.from({ length }, (_, i) => values[(from + i) * cols + j] as number),
        };
      }),
      ...beside.map(cut),
      ...(gap === undefined ? [] : [{ name: "gap", type: "int32", values: gap.slice(from, to) } as const]),
      ...(labels === undefined || label === undefined
        ? []
        : [{ name: label, type: "int32", values: labels.slice(from, to) } as const]),
    ];
  };
}

/** Arrays `X`, `y`, `time`, `gap`, `columns`, held until the end: the format says how many rows there are before the first. */
function npzWriter({ out }: Target): Writer {
  const parts: Prepared[] = [];
  return {
    async write(prepared) {
      parts.push(prepared);
      return out;
    },
    async close() {
      const first = parts[0]?.series;
      const rows = parts.reduce((sum, { series }) => sum + series.rows, 0);
      const cols = first?.names.length ?? 0;
      const joined = (pick: (part: Prepared) => ArrayLike<number> | undefined, into: Float64Array | Uint8Array) => {
        let at = 0;
        for (const part of parts) {
          const values = pick(part) ?? [];
          into.set(values, at);
          at += values.length;
        }
        return into;
      };
      const vector = (
        name: string,
        pick: (part: Prepared) => ArrayLike<number> | undefined,
        bytes: boolean,
      ): NpzArray[] =>
        parts.length > 0 && parts.every((part) => pick(part) !== undefined)
          ? [{ name, shape: [rows], values: joined(pick, bytes ? new Uint8Array(rows) : new Float64Array(rows)) }]
          : [];
      await writeNpz(out, [
        {
          name: "X",
          shape: [rows, cols],
          values: joined(({ series }) => series.values, new Float64Array(rows * cols)),
        },
        ...vector("y", ({ series }) => series.labels, true),
        ...vector("time", ({ series }) => (series.time?.type === "string" ? undefined : series.time?.values), false),
        ...vector("gap", ({ gap }) => gap, true),
        { name: "columns", texts: first?.names ?? [] },
      ]);
    },
    abort: async () => {},
  };
}
