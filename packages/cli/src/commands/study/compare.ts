import { unlink } from "node:fs/promises";
import { basename } from "node:path";
import type { Comparison, Splitting, Subject } from "@telltale/compare";
import { type Kernels, parseThreshold } from "@telltale/core";
import { expandPaths, STANDARD_STREAM, writeFileAtomic } from "@telltale/data";
import { UsageError } from "../../failure.js";
import { type ComparedSet, readComparedSet } from "../../input/compared-sets.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import { chooseKernels } from "../../kernels.js";
import { prepareSteps } from "../../options/prepare-flags.js";
import { RANK_BY } from "../../options/rank-by.js";
import { writeDetectors, writeRuns } from "../../output/comparison-rows.js";
import { comparisonText } from "../../output/comparison-text.js";
import { count, listed } from "../../output/numbers.js";
import { Progress } from "../../output/progress.js";
import type { Session } from "../../session.js";
import type { CompareFlags } from "./compare-command.js";

/** Compares detectors on labelled files, prints the table and writes what was asked for. */
export async function compare(paths: readonly string[], flags: CompareFlags, session: Session): Promise<void> {
  const threshold = flags.threshold === undefined ? undefined : parseThreshold(flags.threshold);
  const steps = prepareSteps({ ...flags, scale: undefined });
  const { out, csv, runs, report } = flags;
  const written = { "--out": out, "--csv": csv, "--runs": runs, "--report": report, "--resume": flags.resume };
  for (const [flag, file] of Object.entries(written)) {
    if (file !== undefined) await requireOtherFile(flag, file, paths);
  }
  const engine = await import("@telltale/compare");
  const texts = engine.splitDetectors(flags.detectors);
  // An unknown detector is found before a file is read.
  engine.subjectsFrom(texts, { inOrder: true });
  const kernels = await chooseKernels(flags.kernels, session);
  const sets = await readSets(paths, flags, session);
  const inOrder = sets.every(({ starts }) => starts !== undefined);
  const splitting = splittingOf(flags, inOrder);
  if (!inOrder) refuseWindows(flags);
  const subjects = engine.subjectsFrom(texts, { inOrder, seed: flags.seed });
  describe(sets, splitting, flags, session);

  const files = sets.flatMap((set) => set.files).filter((file) => file !== "standard input");
  const data = await Promise.all(files.map((file) => engine.dataFileOf(file)));
  const journal = flags.resume ?? (out === undefined || out === STANDARD_STREAM ? undefined : `${out}.journal`);
  const options = {
    ...{ splitting, steps, kernels, data, signal: session.signal },
    ...{
      trainOn: flags.trainOn,
      scale: flags.scale,
      rankBy: RANK_BY[flags.rankBy],
      mostQuadraticRows: flags.quadraticRows,
    },
    ...(threshold === undefined ? {} : { threshold }),
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.maxSeconds === undefined ? {} : { maxSeconds: flags.maxSeconds }),
    command: commandOf(paths, flags),
  };
  const result = await run(sets, subjects, options, { journal, own: flags.resume === undefined }, session);
  if (out !== undefined) await writeText(out, engine.stableJson(result), session);
  if (csv !== undefined) await writeDetectors(csv, result);
  if (runs !== undefined) await writeRuns(runs, result);
  if (report !== undefined) {
    const { writeComparisonPage } = await import("../../output/pages/comparison-page.js");
    await writeComparisonPage(report, result);
  }
  if (journal !== undefined && flags.resume === undefined) await unlink(journal).catch(() => {});
  for (const run of failuresOf(result)) session.warn(run);
  if (session.json) session.print(engine.stableJson({ ...result, warnings: session.warnings }).trimEnd());
  else session.print(comparisonText(result, session));
  for (const [what, file] of Object.entries(written)) {
    if (file !== undefined && what !== "--resume" && file !== STANDARD_STREAM)
      session.say(`${what.slice(2)} written to ${file}`);
  }
}

type CompareOptions = Parameters<typeof import("@telltale/compare")["compareDetectors"]>[2];

/** Runs the comparison; what a stop left unfinished goes on the next time. */
async function run(
  sets: readonly ComparedSet[],
  subjects: readonly Subject[],
  options: NonNullable<CompareOptions> & { readonly kernels: Kernels },
  { journal, own }: { readonly journal: string | undefined; readonly own: boolean },
  session: Session,
): Promise<Comparison> {
  const { compareDetectors } = await import("@telltale/compare");
  const progress = new Progress(session, "comparing", { eta: true });
  const begin = () =>
    compareDetectors(sets, subjects, {
      ...options,
      ...(journal === undefined ? {} : { journal }),
      progress: ({ done, of, next }) => progress.to(done / of, undefined, next && `${next.detector}, ${next.split}`),
    });
  try {
    return await begin().catch(async (error: { readonly code?: unknown }) => {
      // Beside --out lies what another question was stopped at: this one begins anew.
      if (!own || journal === undefined || error.code !== "JOURNAL_MISMATCH") throw error;
      await unlink(journal);
      return begin();
    });
  } catch (error) {
    if (session.signal.aborted && journal !== undefined) {
      session.say(`finished runs are kept in ${journal}; the same command goes on from there`);
    }
    throw error;
  } finally {
    progress.end();
  }
}

async function readSets(paths: readonly string[], flags: CompareFlags, session: Session): Promise<ComparedSet[]> {
  const progress = new Progress(session, "reading");
  const asked = { ...flags, inOrder: flags.split !== "stratified" };
  const read = (name: string, files: readonly string[]) =>
    readComparedSet(name, files, readOptions(flags), asked, session.signal, progress);
  try {
    const files = await expandPaths(paths);
    const names = files.map((file) => basename(file));
    if (flags.separate !== true) return [await read(files.length === 1 ? (names[0] as string) : "all files", paths)];
    const sets: ComparedSet[] = [];
    for (const [i, file] of files.entries()) {
      const name = names[i] as string;
      sets.push(await read(names.indexOf(name) === i && names.lastIndexOf(name) === i ? name : file, [file]));
    }
    return sets;
  } finally {
    progress.end();
  }
}

function splittingOf({ folds, gap, group, split, seed }: CompareFlags, inOrder: boolean): Splitting {
  const counted = folds === undefined ? {} : { folds };
  const wrong = (problem: string, remedy: string) => new UsageError("USAGE", problem, { remedy });
  if (group !== undefined) {
    if (split === "forward" || split === "blocked") {
      throw wrong(`--group and --split ${split} ask for different splits`, "Leave one of them away");
    }
    if (gap !== undefined) throw wrong("--gap is for forward and blocked splits", "Leave it away with --group");
    return { kind: "groups", ...counted };
  }
  const kind = split ?? (inOrder ? "forward" : "stratified");
  if (kind === "stratified") {
    if (gap !== undefined)
      throw wrong("--gap is for rows in order of time", "Name the column with the time with --time");
    return { kind, folds: 5, ...counted, seed };
  }
  if (!inOrder) {
    throw wrong(`--split ${kind} needs rows in order of time`, "Name the column with the time with --time");
  }
  return { kind, folds: 5, ...counted, gap: gap ?? 0 };
}

function refuseWindows(flags: CompareFlags): void {
  const { window, lags } = flags as { readonly window?: unknown; readonly lags?: unknown };
  if (window === undefined && lags === undefined) return;
  throw new UsageError("USAGE", `${window === undefined ? "--lags" : "--window"} needs rows in order of time`, {
    remedy: "Name the column with the time with --time",
  });
}

function describe(sets: readonly ComparedSet[], splitting: Splitting, flags: CompareFlags, session: Session): void {
  const [first] = sets;
  if (first === undefined) return;
  const { normal, anomalous } = first.meaning;
  session.say(
    `labels in "${flags.label}": ${listed(normal) || "none"} = normal, ${listed(anomalous) || "none"} = anomaly`,
  );
  if (first.time !== undefined && first.starts !== undefined) {
    session.say(`${first.time} holds the time: rows are in order, and each file is a series of its own`);
  }
  const files = sets.reduce((sum, set) => sum + set.files.length, 0);
  if (first.starts !== undefined && files > 1 && splitting.kind === "forward" && flags.split === undefined) {
    session.say(
      "every file is divided in its own time; to test on files that nothing was learned from, say --group file",
    );
  }
  const missing = sets.reduce((sum, set) => sum + set.missing, 0);
  if (missing > 0 && (flags as { readonly missing?: unknown }).missing === undefined) {
    session.warn(
      `${count(missing, "value is", "values are")} missing: detectors that need complete rows will fail; --missing mean fills them in`,
    );
  }
}

/** One sentence for each detector that failed or was skipped. */
function failuresOf({ detectors, runs }: Comparison): string[] {
  return detectors
    .filter(({ failures }) => failures > 0)
    .map(({ detector, failures, runs: of }) => {
      const first = runs.find((run) => run.detector === detector && run.status !== "done");
      if (first === undefined || first.status === "done") return detector;
      const what = first.status === "skipped" ? "was skipped" : "failed";
      const where = failures === of ? "" : ` on ${failures} of ${of} splits`;
      return `${detector} ${what}${where}: ${first.message} (${first.code})`;
    });
}

/** The command as it could be typed again, with the flags that decide about the result. */
function commandOf(paths: readonly string[], flags: CompareFlags): string {
  const beside = new Set(["json", "quiet", "out", "csv", "runs", "resume", "report", "kernels"]);
  const given = Object.entries(flags).flatMap(([key, value]): string[] => {
    if (beside.has(key) || value === undefined) return [];
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (typeof value === "boolean") return key === "header" ? (value ? [] : ["--no-header"]) : value ? [flag] : [];
    return [flag, Array.isArray(value) ? value.join(",") : String(value)];
  });
  return ["telltale", "compare", ...paths.map((path) => basename(path)), ...given].join(" ");
}

async function writeText(path: string, text: string, session: Session): Promise<void> {
  if (path === STANDARD_STREAM) session.print(text.trimEnd());
  else await writeFileAtomic(path, new TextEncoder().encode(text));
}
