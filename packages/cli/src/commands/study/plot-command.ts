import { int, oneOf, parseParam } from "@telltale/core";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { addReadFlags, addRunFlags, addTalkFlags, listOfNames } from "../../options/common-flags.js";
import { validationStart } from "../../options/validation-start.js";
import { textTable } from "../../output/text-table.js";
import { PLOT_FORMATS, PLOT_KINDS, type PlotSource } from "../../plotting/kinds.js";
import type { Session } from "../../session.js";

const size = int({ default: 960, min: 100, max: 10_000, doc: "" });
const page = int({ default: 1, min: 1, max: 100_000, doc: "" });
const theme = oneOf(["light", "dark"], { default: "light", doc: "" });

const SOURCES: readonly (readonly [PlotSource, string])[] = [
  ["data", "Of the rows of files:"],
  ["scores", "Of scores: of --model over files, or of files that telltale score wrote:"],
  ["codes", "Of an autoencoder over files:"],
  ["model", "Of a model file:"],
];

export function plotCommand(session: Session): Command {
  const names = PLOT_KINDS.map(({ name }) => name);
  const command = new Command("plot")
    .description(`Draw a single picture: ${PLOT_FORMATS.join(", ")}.`)
    .addArgument(new Argument("<kind>", "what to draw, see below").choices(names))
    .argument("<files...>", "files, quoted globs, or - for standard input")
    .requiredOption("-o, --out <file>", `Where to write; the extension says the format: ${PLOT_FORMATS.join(", ")}.`)
    .option("--model <file>", "Model that scores the files.")
    .option("--threshold <rule>", "Another threshold than the model's, or fixed:<score> for files of scores.")
    .option("--score <name>", "Column with the scores, of files that have them.", "score")
    .option("--label <name>", "Column with the labels.")
    .option("--normal <names>", "Label values that mean normal; default: 0, false, normal, ok …", listOfNames)
    .option("--time <name>", "Column with the time; default: the only column of times there is.")
    .option("--columns <names>", "Columns to draw; default: all.", listOfNames)
    .option("--drop <names>", "Columns to leave out.", listOfNames)
    .option("--pair <names>", "Two columns for scatter, as a,b; may be repeated.", pairs)
    .option("--split <where>", "Where validation begins: a share such as 0.7, or a number of rows.", validationStart)
    .option("--page <number>", "Page of a picture of many columns.", (text) => parseParam(page, "--page", text))
    .option("--width <pixels>", "Width of the picture (default: 960).", (text) => parseParam(size, "--width", text))
    .option("--height <pixels>", "Height of the picture; default: as the kind needs.", (text) =>
      parseParam(size, "--height", text),
    )
    .addOption(
      new Option("--theme <word>", "Colours of an svg or png: light, dark.")
        .default("light")
        .argParser((text) => parseParam(theme, "--theme", text)),
    )
    .addHelpText("after", () => `\n${kindsText()}`);
  addTalkFlags(addRunFlags(addReadFlags(command)));
  return command.action(async (kind: string, files: string[], flags) => {
    const { plot } = await import("./plot.js");
    await plot(kind, files, flags, session);
  });
}

function kindsText(): string {
  return SOURCES.map(([source, heading]) => {
    const rows = PLOT_KINDS.filter((kind) => kind.source === source).map(({ name, summary }) => [name, summary]);
    return `${heading}\n${textTable(rows, [], 2)}`;
  }).join("\n\n");
}

function pairs(text: string, before: readonly (readonly string[])[] = []): readonly (readonly string[])[] {
  const pair = listOfNames(text);
  if (pair.length !== 2) throw new InvalidArgumentError("It is two columns, as a,b.");
  return [...before, pair];
}
