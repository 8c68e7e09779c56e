import { int, parseParam } from "@telltale/core";
import { Command, Option } from "commander";
import { span } from "../../evaluation/time-span.js";
import {
  addChunkFlag,
  addFormatFlag,
  addReadFlags,
  addRunFlags,
  addTalkFlags,
  listOfNames,
} from "../../options/common-flags.js";
import type { Session } from "../../session.js";

const FILES = "files, quoted globs, or - for standard input; each file is a series of its own";
const fringe = int({ default: 100, min: 0, max: 1_000_000, doc: "" });
const explained = int({ default: 3, min: 1, max: 1000, doc: "" });

export function listCommand(session: Session): Command {
  const command = new Command("list")
    .description("Every detector, with its parameters, their defaults, bounds and help.")
    .argument("[detector]", "only this one; or the word thresholds, for the rules of --threshold");
  return addTalkFlags(command).action(async (name: string | undefined) => {
    const { list, listThresholds } = await import("./list.js");
    if (name === "thresholds") listThresholds(session);
    else list(name, session);
  });
}

export function scoreCommand(session: Session): Command {
  const command = new Command("score")
    .description("Score every row of files with a model: time, score, and whether it is an anomaly.")
    .argument("<model>", "model file")
    .argument("<files...>", FILES)
    .option("-o, --out <file>", "Where to write; the extension says the format; - is standard output.", "-");
  addFormatFlag(command);
  command
    .option("--explain <number>", "Also write the columns that pushed each score up the most, so many.", (text) =>
      parseParam(explained, "--explain", text),
    )
    .option("--changepoints", "Also write where the flag differs from that of the row before (changepoint).")
    .option("--time <name>", "Column with the time; default: the one that the model remembers, where it is there.")
    .option(
      "--threshold <rule>",
      "Another threshold than the model's: fixed:<score>, or a rule fitted on the training scores that the model keeps.",
    );
  addTalkFlags(addRunFlags(addChunkFlag(addReadFlags(command))));
  return command.action(async (model: string, files: string[], flags) => {
    const { score } = await import("./score.js");
    await score(model, files, flags, session);
  });
}

export function evaluateCommand(session: Session): Command {
  const command = new Command("evaluate")
    .description("Score labelled files with a model and say how good it is.")
    .argument("<model>", "model file")
    .argument("<files...>", FILES)
    .option("--label <name>", "Column with the labels; default: the one that the model remembers.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option(
      "--threshold <rule>",
      "Another threshold than the model's: fixed:<score>, or a rule fitted on these scores, which with cost or best-f1 looks at the labels, too (oracle).",
    )
    .option("--time <name>", "Column with the time; default: the one that the model remembers, where it is there.")
    .addOption(
      new Option(
        "--series <when>",
        "Measures of series: where rows have a time (auto), always (rows are in order), never.",
      )
        .choices(["auto", "always", "never"])
        .default("auto"),
    )
    .option("--window <rows>", "Rows around an anomaly in which VUS forgives an alarm; default: 100.", (text) =>
      parseParam(fringe, "--window", text),
    )
    .option(
      "--horizon <time>",
      "How long before an anomaly an alarm announces it, as 90s, 24h or a number of rows.",
      span,
    )
    .option("--report <file>", "Also write a page with curves, distributions and the course of scores (.html).");
  addTalkFlags(addRunFlags(addChunkFlag(addReadFlags(command))));
  return command.action(async (model: string, files: string[], flags) => {
    const { evaluate } = await import("./evaluate.js");
    await evaluate(model, files, flags, session);
  });
}

export function inspectCommand(session: Session): Command {
  const command = new Command("inspect")
    .description("What a model is, what it was trained on, and what it needs.")
    .argument("<model>", "model file");
  return addTalkFlags(command).action(async (model: string) => {
    const { inspect } = await import("./inspect.js");
    await inspect(model, session);
  });
}

export function convertCommand(session: Session): Command {
  const command = new Command("convert")
    .description("Turn a model of XGBoost into one of Telltale, or one of boosted-trees into a model of XGBoost.")
    .argument("<from>", "model.json or model.ubj of XGBoost, or model.safetensors")
    .argument("<to>", "file to write; the extension says the kind")
    .option("--best", "Of a model of XGBoost, keep the rounds up to the best iteration only.");
  return addTalkFlags(command).action(async (from: string, to: string, flags) => {
    const { convert } = await import("./convert.js");
    await convert(from, to, flags, session);
  });
}
