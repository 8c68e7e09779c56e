import { int, number, parseParam } from "@telltale/core";
import { Command, Option } from "commander";
import {
  addReadFlags,
  addRunFlags,
  addTalkFlags,
  listOfNames,
  type ReadFlags,
  type RunFlags,
} from "../../options/common-flags.js";
import { prepareFlags } from "../../options/prepare-flags.js";
import { RANK_BY } from "../../options/rank-by.js";
import type { Session } from "../../session.js";

export interface CompareFlags extends ReadFlags, RunFlags {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly time?: string;
  readonly columns?: readonly string[];
  readonly drop?: readonly string[];
  readonly detectors: string;
  readonly folds?: number;
  readonly split?: "stratified" | "forward" | "blocked";
  readonly gap?: number;
  readonly group?: string;
  readonly separate?: boolean;
  readonly trainOn: "all" | "normal";
  readonly scale: "auto" | "standard" | "min-max" | "robust" | "none";
  readonly threshold?: string;
  readonly rankBy: keyof typeof RANK_BY;
  readonly maxSeconds?: number;
  readonly quadraticRows: number;
  readonly seed: number;
  readonly out?: string;
  readonly csv?: string;
  readonly runs?: string;
  readonly resume?: string;
  readonly report?: string;
}

const folds = int({ default: 5, min: 2, max: 1000, doc: "" });
const gap = int({ default: 0, min: 0, max: 1_000_000_000, doc: "" });
const seed = int({ default: 0, min: 0, doc: "" });
const seconds = number({ default: 60, min: 0, exclusive: true, doc: "" });
const rows = int({ default: 50_000, min: 1, doc: "" });

export function compareCommand(session: Session): Command {
  const command = new Command("compare")
    .description("Compare detectors on labelled files: the same splits for all, costs, ranks, controls and failures.")
    .argument("<files...>", "labelled files, quoted globs, or - for standard input")
    .option("--label <name>", "Column with the labels.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option(
      "--detectors <list>",
      "Detectors, such as lof,knn:k=20,auto; or all, which leaves out those that train a network: all,neural.",
      "all",
    )
    .option("--time <name>", "Column with the time; default: the only column of times. Rows are then in order.")
    .option("--columns <names>", "Columns that are variables; default: all others.", listOfNames)
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option("--folds <number>", "Folds of the cross-validation; default 5.", parsed(folds, "--folds"))
    .addOption(
      new Option(
        "--split <way>",
        "stratified: rows dealt by chance; forward: learn from the past; blocked: runs of rows. Default: forward with a time, else stratified.",
      ).choices(["stratified", "forward", "blocked"]),
    )
    .option("--gap <rows>", "Rows between training and test rows, of forward and blocked splits.", parsed(gap, "--gap"))
    .option(
      "--group <column>",
      "Keep groups whole: test on one value at a time, or with --folds on some; or the word file.",
    )
    .option("--separate", "Each file is a data set of its own, and ranks are over files; they may have other columns.")
    .addOption(
      new Option("--train-on <rows>", "all: anomalies among the training rows, as in practice; or normal rows alone.")
        .choices(["all", "normal"])
        .default("all"),
    )
    .addOption(
      new Option("--scale <method>", "auto: standardise for detectors that need it; or the same for every detector.")
        .choices(["auto", "standard", "min-max", "robust", "none"])
        .default("auto"),
    );
  for (const option of prepareFlags()) if (option.attributeName() !== "scale") command.addOption(option);
  command
    .option(
      "--threshold <rule>",
      "Threshold rule for every detector; default: each one's own, see telltale list thresholds.",
    )
    .addOption(
      new Option("--rank-by <figure>", "What detectors are ranked by.")
        .choices(Object.keys(RANK_BY))
        .default("average-precision"),
    )
    .option(
      "--max-seconds <number>",
      "A detector that takes longer on a split has failed there.",
      parsed(seconds, "--max-seconds"),
    )
    .option(
      "--quadratic-rows <number>",
      "Skip detectors whose time grows with the square of the rows where there are more training rows.",
      parsed(rows, "--quadratic-rows"),
      rows.default,
    )
    .option("--seed <number>", "Seed of the folds and the detectors.", parsed(seed, "--seed"), seed.default)
    .option("-o, --out <file>", "Write the whole result (.json).")
    .option("--csv <file>", "Write a row for each detector (.csv, .parquet …).")
    .option("--runs <file>", "Write a row for each detector on each split (.csv, .parquet …).")
    .option("--resume <file>", "Journal of finished runs: made when it is not there, else gone on with.")
    .option("--report <file>", "Write a page with tables and charts (.html).");
  addTalkFlags(addRunFlags(addReadFlags(command)));
  return command.action(async (files: string[], flags: CompareFlags) => {
    const { compare } = await import("./compare.js");
    await compare(files, flags, session);
  });
}

function parsed(param: Parameters<typeof parseParam>[0], flag: string): (text: string) => number {
  return (text) => parseParam(param, flag, text) as number;
}
