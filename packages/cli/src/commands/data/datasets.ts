import { extname } from "node:path";
import { ParamError } from "@telltale/core";
import { openAtomicFile, STANDARD_STREAM, standardOutput } from "@telltale/data";
import { type DataSet, dataSet, dataSets, type Generator, generator, generators } from "@telltale/datasets";
import { UsageError } from "../../failure.js";
import { count, bytes as size } from "../../output/numbers.js";
import { Progress } from "../../output/progress.js";
import { textTable } from "../../output/text-table.js";
import type { Session } from "../../session.js";

export interface FetchFlags {
  readonly dir?: string;
  readonly only?: readonly string[];
  readonly mirror?: string;
}

export interface GenerateFlags {
  readonly seed: number;
  readonly rows?: number;
  readonly healthy?: boolean;
  readonly out: string;
}

/** Prints what can be fetched and what can be simulated. */
export function listDataSets(session: Session): void {
  if (session.json) {
    session.printJson({
      dataSets: dataSets.map(({ name, aliases, title, summary, licence, files, byHand }) => {
        return {
          name,
          aliases,
          title,
          summary,
          licence: licence.name,
          files: files.length,
          byHand: byHand !== undefined,
        };
      }),
      generators: generators.map(({ name, aliases, summary, rows }) => ({ name, aliases, summary, rows })),
    });
    return;
  }
  const sets = dataSets.map(({ name, files, licence, title, byHand }) => [
    name,
    byHand === undefined ? count(files.length, "file") : "by hand",
    licence.name,
    title,
  ]);
  session.print(`${session.bold("to fetch")}\n${textTable(sets, [], 2)}`);
  const made = generators.map(({ name, rows, summary }) => [name, count(rows, "row"), summary]);
  session.print(`\n${session.bold("to simulate")}\n${textTable(made, ["left", "right"], 2)}`);
}

/** Prints all that is known about a data set or a generator. */
export function describeDataSet(name: string, session: Session): void {
  const found = named(name);
  if ("text" in found) describeGenerator(found, session);
  else describePublished(found, session);
}

function describeGenerator({ name, aliases, summary, rows, columns, label }: Generator, session: Session): void {
  if (session.json) {
    session.printJson({ name, aliases, summary, rows, columns, label });
    return;
  }
  const facts = [
    ["columns", columns],
    ["label", label],
    ["rows", `${count(rows, "row")}, unless --rows says otherwise`],
    ["to have it", `telltale datasets generate ${name} --seed 1 --out ${name}.csv`],
  ];
  session.print(`${session.bold(name)}${also(aliases)}\n  ${summary}\n${textTable(facts, [], 2)}`);
}

function describePublished(set: DataSet, session: Session): void {
  if (session.json) {
    session.printJson(set);
    return;
  }
  const { name, aliases, title, summary, home, licence, columns, label, traps, files, byHand = [] } = set;
  const known = files.filter(({ sha256 }) => sha256 !== null);
  const verified =
    known.length === files.length
      ? "verified by their checksums"
      : `${known.length} verified by their checksums; those of the others are recorded when they are first fetched`;
  const total = known.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  const facts = [
    ["home", home],
    ["licence", `${licence.name}, ${licence.address}${licence.note === undefined ? "" : `. ${licence.note}`}`],
    ["columns", columns],
    ["label", label],
    ...(files.length === 0
      ? []
      : [["files", `${files.length}${known.length === files.length ? `, ${size(total)}` : ""}, ${verified}`]]),
    ...traps.map((trap, i) => [i === 0 ? "mind" : "", trap]),
    ...(byHand.length > 0 ? byHand : [`telltale datasets fetch ${name}`]).map((step, i) => [
      i === 0 ? "to have it" : "",
      step,
    ]),
  ];
  session.print(`${session.bold(name)}${also(aliases)}\n  ${title}. ${summary}\n${textTable(facts, [], 2)}`);
}

function also(aliases: readonly string[]): string {
  return aliases.length > 0 ? ` (also ${aliases.join(", ")})` : "";
}

function named(name: string): DataSet | Generator {
  const wanted = name.toLowerCase();
  const all: readonly (DataSet | Generator)[] = [...dataSets, ...generators];
  const found = all.find((each) => each.name === wanted || each.aliases.includes(wanted));
  if (found !== undefined) return found;
  throw new ParamError("PARAM_RANGE", `there is no data set or generator "${name}"`, {
    remedy: `There are ${all.map((each) => each.name).join(", ")}`,
  });
}

/** Fetches a data set and prints its folder. */
export async function fetchByName(name: string, flags: FetchFlags, session: Session): Promise<void> {
  const set = dataSet(name);
  const { dir, only = [], mirror } = flags;
  for (const wanted of only) {
    if (set.files.some(({ path }) => within(path, wanted))) continue;
    throw new UsageError("USAGE", `--only: ${set.name} has no file or folder "${wanted}"`, {
      remedy: `See telltale datasets info ${set.name} --json for its files`,
    });
  }
  const { fetchDataSet } = await import("@telltale/datasets/fetch");
  const progress = new Progress(session, `fetching ${set.name}`);
  const { folder, files } = await fetchDataSet(set, {
    dir,
    mirror,
    signal: session.signal,
    only: (path) => only.length === 0 || only.some((wanted) => within(path, wanted)),
    progress: (done, of) => progress.to(of === 0 ? undefined : done / of),
  }).finally(() => progress.end());
  if (session.json) {
    session.printJson({ name: set.name, folder, files });
    return;
  }
  const fetched = files.filter(({ state }) => state !== "present");
  const unpublished = files.filter(({ checked }) => checked === "first").length;
  session.say(
    `telltale: ${count(files.length, "file")}, ${size(files.reduce((sum, file) => sum + file.bytes, 0))}: ${fetched.length} fetched, ${files.length - fetched.length} there already; all verified` +
      (unpublished === 0
        ? ""
        : `, but ${unpublished} whose checksum nobody published: it is recorded for the next time`),
  );
  session.say(`telltale: ${set.title}: licence ${set.licence.name}. ${set.licence.note ?? ""}`.trimEnd());
  session.print(folder);
}

function within(path: string, wanted: string): boolean {
  const name = wanted.replace(/\/+$/, "");
  return path === name || path.startsWith(`${name}/`);
}

/** Writes simulated data. */
export async function generateByName(name: string, flags: GenerateFlags, session: Session): Promise<void> {
  const { seed, rows, healthy, out } = flags;
  const made = generator(name);
  if (out !== STANDARD_STREAM && extname(out).toLowerCase() !== ".csv") {
    throw new UsageError("USAGE", `--out ${out}: data are simulated as CSV; the name has to end in .csv`, {
      remedy: "telltale prepare turns the file into other formats",
    });
  }
  const text = made.text({ seed, rows, healthy });
  const target = out === STANDARD_STREAM ? standardOutput() : await openAtomicFile(out);
  const encoder = new TextEncoder();
  let written = 0;
  try {
    for (const piece of text) {
      session.signal.throwIfAborted();
      if (target.readerGone) break;
      const bytes = encoder.encode(piece);
      written += bytes.byteLength;
      await target.write(bytes);
    }
    await target.commit();
  } catch (error) {
    await target.abort();
    throw error;
  }
  if (out === STANDARD_STREAM) return;
  if (session.json) session.printJson({ name: made.name, seed, rows: rows ?? made.rows, out, bytes: written });
  else session.say(`telltale: wrote ${out}, ${count(rows ?? made.rows, "row")}, ${size(written)}; ${made.label}`);
}
