import { int, parseParam, windows } from "@telltale/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { addReadFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { paramFlag } from "../../options/flags.js";
import type { Session } from "../../session.js";

const rows = int({ default: 1, min: 1, max: 10_000_000, doc: "" });
/** The words of `@telltale/data`, written again because loading it for a help text would slow down every start. */
const AGGREGATES = ["mean", "median", "min", "max", "first", "last"];
const FILLS = ["previous", "linear", "mean", "median", "zero"];
const SCALINGS = ["standard", "min-max", "robust"];
const FORMATS = ["csv", "tsv", "ndjson", "json", "parquet", "arrow", "arrows", "npz"];

export function prepareCommand(session: Session): Command {
  const whole = (flag: string) => (text: string) => parseParam(rows, flag, text) as number;
  const command = new Command("prepare")
    .description(
      "Turn raw files into clean ones: tidy, regular in time, filled, scaled, windowed; and say what was done.",
    )
    .argument("<files...>", "files or quoted globs; each file is a series of its own")
    .requiredOption(
      "-o, --out <path>",
      "File to write; or a folder (a name that ends in /), where each file gets one of its own.",
    )
    .addOption(
      new Option("--format <format>", "Output format, instead of the extension's; csv in a folder.").choices(FORMATS),
    )
    .option("--columns <names>", "Columns to prepare, in this order; default: all that can be used.", listOfNames)
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option("--time <name>", "Column with the time; default: the only column of times.")
    .option("--label <name>", "Column with the labels: not prepared, written as 0 and 1.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option("--keep <names>", "Columns to carry along as they are.", listOfNames)
    .option("--keep-constant", "Also keep columns that never change.")
    .option("--every <duration>", "Put the series on a regular grid of times: 500ms, 10s, 5min, 1h, 1d.")
    .addOption(
      new Option("--aggregate <word>", "How the readings of a step become one.").choices(AGGREGATES).default("mean"),
    )
    .option("--mark-gaps", "With --every, also write a column gap: 1 for steps without a reading.")
    .addOption(
      new Option(
        "--fill <word>",
        "Missing values: from the rows around (previous, linear), or a value of the training rows (mean, median, zero).",
      ).choices(FILLS),
    )
    .option("--fill-limit <rows>", "Leave longer runs of missing values as they are.", whole("--fill-limit"))
    .option("--drop-missing", "Leave out rows that still have a missing value.")
    .addOption(new Option("--scale <method>", "Scale each column, as the training rows have it.").choices(SCALINGS))
    .option(
      "--train <part>",
      "The first rows of each file to learn from: a share below 1, or a number of rows; default: all.",
      trainPart,
    )
    .option("--save <file>", "Keep what was learned (columns, fill values, scaling) in a JSON file.")
    .option("--apply <file>", "Use what was learned before instead of learning.")
    .addOption(paramFlag("window", windows.spec.params.size, { optional: true }))
    .addOption(paramFlag("window-stride", windows.spec.params.stride, { optional: true }))
    .addOption(paramFlag("window-summary", windows.spec.params.summary, { optional: true }))
    .option("--window-every <rows>", "Keep only every n-th window, whole ones alone.", whole("--window-every"));
  addTalkFlags(addReadFlags(command));
  return command.action(async (files: string[], flags) => {
    const { prepare } = await import("./prepare.js");
    await prepare(files, flags, session);
  });
}

function trainPart(text: string): number {
  const value = Number(text);
  if (value > 0 && (value < 1 || Number.isSafeInteger(value))) return value;
  throw new InvalidArgumentError("It is a share between 0 and 1, or a whole number of rows.");
}
