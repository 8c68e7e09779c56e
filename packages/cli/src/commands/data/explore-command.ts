import { Command } from "commander";
import { addReadFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { validationStart } from "../../options/validation-start.js";
import type { Session } from "../../session.js";

export function exploreCommand(session: Session): Command {
  const command = new Command("explore")
    .description("Look at data: types, missing values, distributions, correlations, times, classes; what may be wrong.")
    .argument("<files...>", "files, quoted globs, or - for standard input; each file is a series of its own")
    .option("--label <name>", "Column with the labels.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option("--time <name>", "Column with the time; default: the only column of times there is.")
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option(
      "--split <where>",
      "Compare training and validation: a share such as 0.7, or a number of rows.",
      validationStart,
    )
    .option("--report <file>", "Write a page with pictures of all of it (.html).");
  return addTalkFlags(addReadFlags(command)).action(async (files: string[], flags) => {
    const { explore } = await import("./explore.js");
    await explore(files, flags, session);
  });
}
