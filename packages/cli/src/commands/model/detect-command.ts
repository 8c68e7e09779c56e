import { int, parseParam } from "@telltale/core";
import { Command } from "commander";
import {
  addChunkFlag,
  addFormatFlag,
  addReadFlags,
  addRunFlags,
  addTalkFlags,
  listOfNames,
} from "../../options/common-flags.js";
import type { Session } from "../../session.js";

const top = int({ default: 3, min: 0, max: 1000, doc: "" });
const gap = int({ default: 0, min: 0, max: 1_000_000_000, doc: "" });

export function detectCommand(session: Session): Command {
  const command = new Command("detect")
    .description(
      "Decide what is an anomaly: change the threshold rule of a model without fitting it again, list the episodes.",
    )
    .argument("<model>", "model file")
    .argument("[files...]", "files, quoted globs, or - for standard input; each file is a series of its own")
    .option("--threshold <rule>", "Another rule than the model's: see telltale list thresholds.")
    .option(
      "--calibrate <files>",
      "Rows to fit the rule on, as files or globs (a,b or repeated); default: the training rows, whose scores the model keeps.",
      listOfNames,
    )
    .option("--label <name>", "Column with the labels, for rules that need them (cost, best-f1).")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option("-o, --out <file>", "Write the model with this threshold (.safetensors).")
    .option("--flags <file>", "Write a row for each row read: time, score, anomaly, episode; - is standard output.");
  addFormatFlag(command, "Format of --flags, instead of the extension's.");
  command
    .option("--time <name>", "Column with the time; default: the one that the model remembers, where it is there.")
    .option(
      "--gap <number>",
      "Rows without a flag that do not end an episode.",
      (text) => parseParam(gap, "--gap", text),
      0,
    )
    .option(
      "--top <number>",
      "Columns to name that pushed an episode's scores up most.",
      (text) => parseParam(top, "--top", text),
      top.default,
    );
  addTalkFlags(addRunFlags(addChunkFlag(addReadFlags(command))));
  return command.action(async (model: string, files: string[], flags) => {
    const { detect } = await import("./detect.js");
    await detect(model, files, flags, session);
  });
}
