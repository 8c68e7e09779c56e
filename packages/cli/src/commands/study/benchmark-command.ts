import { int, number, parseParam } from "@telltale/core";
import { Command, Option } from "commander";
import { addRunFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import type { Session } from "../../session.js";
import type { BenchmarkFlags } from "./benchmark.js";

type Compare = typeof import("@telltale/compare");
/** A benchmark with whatever flags of its own: they are checked where they are defined. */
type AnySuite = import("@telltale/compare").Suite<never>;

/** A benchmark on the command line. The package that runs it is loaded when it is run. */
interface BenchmarkEntry {
  readonly name: string;
  readonly summary: string;
  /** The argument: where the benchmark's files are. */
  readonly folder: { readonly name: string; readonly doc: string };
  /** What runs without `--detectors`. */
  readonly detectors: string;
  /** Flags of its own, which the suite gets as options. */
  flags?(command: Command): Command;
  suite(compare: Compare): AnySuite;
}

const share = number({ default: 0.02, min: 1e-6, max: 1, doc: "" });
const repeats = int({ default: 3, min: 1, max: 1000, doc: "" });
const strength = number({ default: 3, min: 0, max: 1000, exclusive: true, doc: "" });

/** Every benchmark: a line here is all that a new one needs on the command line. */
const BENCHMARKS: readonly BenchmarkEntry[] = [
  {
    name: "skab",
    summary: "Skoltech Anomaly Benchmark: 34 files of a water circuit, 400 rows of each to train, counts pooled.",
    folder: { name: "folder", doc: "the benchmark's data folder, with valve1, valve2 and other" },
    detectors: "the published methods, the controls and the defaults for series",
    flags: (command) =>
      command.option(
        "--files <names>",
        "Files to run on, such as valve1/0.csv,other/1.csv (default: all 34).",
        listOfNames,
      ),
    suite: ({ skab }) => skab as AnySuite,
  },
  {
    name: "nab",
    summary: "Numenta Anomaly Benchmark: single series with anomaly windows; one limit for the corpus in each profile.",
    folder: { name: "folder", doc: "the benchmark's repository, with data and labels/combined_windows.json" },
    detectors: "the defaults for series and a few that are cheap",
    suite: ({ nab }) => nab as AnySuite,
  },
  {
    name: "tsb-ad",
    summary: "TSB-AD: series of one or many columns, ranked by VUS-PR; a failure counts as 0.",
    folder: { name: "folder", doc: "a folder with files such as 001_NAB_id_1_Facility_tr_1007_1st_2014.csv" },
    detectors: "cheap ones of its leaderboard and the defaults for series",
    flags: (command) =>
      command
        .option("--list <file>", "Names of the files to run, one in a line; default: all in the folder.")
        .addOption(
          new Option("--learn <rows>", "Rows to learn from: the whole series, or its normal first rows.")
            .choices(["whole", "train"])
            .default("whole"),
        ),
    suite: ({ tsbAd }) => tsbAd as unknown as AnySuite,
  },
  {
    name: "etth2",
    summary:
      "Transformer loads of ETTh2, without labels: a quantile chosen without them, anomalies of known kinds put in to test.",
    folder: { name: "file", doc: "ETTh2.csv, or the folder that it is in" },
    detectors: "Darts' KMeansScorer, the defaults for series and the controls",
    flags: (command) =>
      command
        .option("--columns <names>", "Columns to look at (default: MUFL,MULL).", listOfNames)
        .option("--alert-rate <share>", "Most alerts among rows without labels (default: 0.02).", (text) =>
          parseParam(share, "--alert-rate", text),
        )
        .option("--repeats <number>", "Times that each kind of anomaly is put in anew (default: 3).", (text) =>
          parseParam(repeats, "--repeats", text),
        )
        .option("--strength <number>", "Of the anomalies, in standard deviations (default: 3).", (text) =>
          parseParam(strength, "--strength", text),
        ),
    suite: ({ etth2 }) => etth2 as AnySuite,
  },
  {
    name: "adbench",
    summary: "ADBench: tables with labelled anomalies, three divisions of each, ROC-AUC and average precision.",
    folder: { name: "folder", doc: "the folder with the benchmark's .npz files" },
    detectors: "the usual ones for tables, beside the extended isolation forest and the controls",
    flags: (command) =>
      command
        .option("--repeats <number>", "Divisions of each set, by consecutive seeds; default 3.", (text) =>
          parseParam(repeats, "--repeats", text),
        )
        .option("--resume <file>", "Journal of finished runs: made when it is not there, else gone on with."),
    suite: ({ adbench }) => adbench as AnySuite,
  },
];

const seed = int({ default: 0, min: 0, doc: "" });

/** `telltale benchmark`, with a command for each benchmark. */
export function benchmarkCommand(session: Session): Command {
  const command = new Command("benchmark").description(
    "Run a benchmark of the field by its own protocol, with the controls that keep its figures honest.",
  );
  for (const entry of BENCHMARKS) command.addCommand(oneBenchmark(entry, session));
  return command;
}

function oneBenchmark(entry: BenchmarkEntry, session: Session): Command {
  const command = new Command(entry.name)
    .description(entry.summary)
    .argument(`<${entry.folder.name}>`, entry.folder.doc)
    .option(
      "--detectors <list>",
      `Detectors, such as lof,knn:k=20; all, or neural for those trained in epochs; default: ${entry.detectors}. See telltale list.`,
    )
    .option(
      "--seed <number>",
      "Seed of every random number.",
      (text) => parseParam(seed, "--seed", text) as number,
      seed.default,
    )
    .option("-o, --out <file>", "Write the whole result (.json).")
    .option("--report <file>", "Write a page with tables and charts (.html).");
  entry.flags?.(command);
  return addTalkFlags(addRunFlags(command)).action(async (folder: string, flags: BenchmarkFlags) => {
    const { benchmark } = await import("./benchmark.js");
    await benchmark({ folder, flags, suite: async () => entry.suite(await import("@telltale/compare")) }, session);
  });
}
