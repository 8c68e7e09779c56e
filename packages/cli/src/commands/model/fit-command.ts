import { type DetectorFactory, defaultThreshold, registry, thresholdRules } from "@telltale/core";
import { Command } from "commander";
import { addReadFlags, addRunFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { givenParams, schemaFlags } from "../../options/flags.js";
import { prepareFlags } from "../../options/prepare-flags.js";
import { resampleFlags } from "../../options/resample-flags.js";
import type { Session } from "../../session.js";

/** `fit`, with a command of its own for every detector of the registry, so that each has its own flags and help. */
export function fitCommand(session: Session): Command {
  const fit = new Command("fit")
    .description("Learn what is normal from files, and save it as a model.")
    .usage("<detector> <files...> --model <file> [flags]")
    .addHelpText("after", "\nFlags of a detector: telltale fit <detector> --help");
  for (const factory of registry.list()) fit.addCommand(detectorCommand(factory, session));
  // Reached when the word is none of the detectors: the registry's error lists those there are.
  fit
    .argument("[detector]")
    .argument("[files...]")
    .allowUnknownOption()
    .action((name?: string) => {
      if (name === undefined) fit.help({ error: true });
      else registry.get(name);
    });
  return fit;
}

function detectorCommand(factory: DetectorFactory, session: Session): Command {
  const { name, aliases = [], summary, params } = factory.spec;
  const command = new Command(name).description(summary).aliases([...aliases]);
  command.argument(
    "<files...>",
    "training files, quoted globs, or - for standard input; each file is a series of its own",
  );
  command.requiredOption("--model <file>", "Where to write the model (.safetensors).");
  command
    .option("--columns <names>", "Columns to learn from; default: all that are left.", listOfNames)
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option(
      "--time <name>",
      "Column with the time; not learned from, carried into the scores; default: the only column of times there is.",
    )
    .option("--label <name>", "Column with the labels; not learned from, unless the detector learns from labels.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames);
  for (const option of schemaFlags(params)) command.addOption(option.helpGroup("Detector:"));
  for (const option of prepareFlags(params)) command.addOption(option.helpGroup("Preparation:"));
  if (factory.spec.traits.supervised === true) {
    for (const option of resampleFlags()) command.addOption(option.helpGroup("Resampling:"));
  }
  if (factory.spec.traits.checkpoints === true) {
    command.option(
      "--checkpoint <file>",
      "Keep in this file, after every epoch, what is needed to go on; a training that was stopped goes on from it.",
    );
  }
  const rules = thresholdRules.map((rule) => `${rule.name}:${rule.example}`).join(", ");
  const about = `What counts as an anomaly: ${rules}; telltale list thresholds says more`;
  command.option("--threshold <rule>", `${about} (default: ${defaultThreshold(factory())}).`);
  command.option(
    "--report <file>",
    "Also write a page about the training: scores of the training rows with the threshold, loss of a neural model (.html).",
  );
  addTalkFlags(addRunFlags(addReadFlags(command)));
  return command.action(async (files: string[], options: Record<string, unknown>) => {
    const { fit } = await import("./fit.js");
    await fit(factory, givenParams(params, options), files, options as never, session);
  });
}
