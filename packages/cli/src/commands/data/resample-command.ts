import { borderlineSmote, resamplers } from "@telltale/core";
import { Command, Option } from "commander";
import { addFormatFlag, addReadFlags, addRunFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { givenParams, schemaFlags } from "../../options/flags.js";
import type { Session } from "../../session.js";

/** The parameters of all methods: the other ones have a part of them. */
const { params } = borderlineSmote.spec;

export function resampleCommand(session: Session): Command {
  const command = new Command("resample")
    .description("Add synthetic rows to the smaller of two classes (SMOTE and its kin).")
    .argument("<files...>", "labelled files, quoted globs, or - for standard input")
    .requiredOption("--label <name>", "Column with the labels.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option("--time <name>", "Column with the time; synthetic rows have none.")
    .option("--drop <names>", "Columns to leave out, in the output, too.", listOfNames)
    .addOption(
      new Option("--method <word>", "How; default: smote, or smote-nc when there are categorical columns.").choices(
        resamplers.map(({ name }) => name),
      ),
    )
    .option("--categorical <names>", "Columns of categories, for smote-nc; these may be text.", listOfNames);
  for (const option of schemaFlags(params)) command.addOption(option);
  command.option("-o, --out <file>", "Where to write; the extension says the format; - is standard output.", "-");
  addFormatFlag(command);
  command.option("--mark-synthetic", "Also write a column synthetic: 1 for synthetic rows, 0 for those read.");
  addTalkFlags(addRunFlags(addReadFlags(command)));
  return command.action(async (files: string[], flags) => {
    const { resample } = await import("./resample.js");
    await resample(files, givenParams(params, flags), flags, session);
  });
}
