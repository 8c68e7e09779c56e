import { int, parseParam } from "@telltale/core";
import { Command } from "commander";
import { addTalkFlags, listOfNames } from "../../options/common-flags.js";
import type { Session } from "../../session.js";

const seed = int({ default: 0, min: 0, doc: "" });
const rows = int({ default: 1, min: 1, max: 10_000_000, doc: "" });

export function datasetsCommand(session: Session): Command {
  const command = new Command("datasets").description("Public data sets, fetched and verified, and simulated ones.");
  const load = () => import("./datasets.js");

  addTalkFlags(
    command.command("list").description("The data sets that can be fetched, and the generators that simulate data."),
  ).action(async () => (await load()).listDataSets(session));

  addTalkFlags(
    command
      .command("info")
      .description("What a data set holds, what its labels mean, its licence, and where it comes from.")
      .argument("<name>", "data set or generator"),
  ).action(async (name: string) => (await load()).describeDataSet(name, session));

  addTalkFlags(
    command
      .command("fetch")
      .description(
        "Fetch a data set, verify it, and print the folder that it is in. What is there already is not fetched.",
      )
      .argument("<name>", "data set")
      .option("--dir <folder>", "Folder for the data set's own folder; default: the user's cache.")
      .option("--only <names>", "Only these files or folders of the data set.", listOfNames)
      .option("--mirror <address>", "Fetch <address>/<data set>/<file> instead of the published addresses."),
  ).action(async (name: string, flags) => (await load()).fetchByName(name, flags, session));

  addTalkFlags(
    command
      .command("generate")
      .description("Simulate data: the same seed gives the same bytes on every machine.")
      .argument("<name>", "generator")
      .option(
        "--seed <number>",
        "Seed of the simulation.",
        (text) => parseParam(seed, "--seed", text) as number,
        seed.default as number,
      )
      .option(
        "--rows <number>",
        "Rows; default: the generator's own.",
        (text) => parseParam(rows, "--rows", text) as number,
      )
      .option("--healthy", "Nothing goes wrong: rows to learn from.")
      .option("-o, --out <file>", "CSV file to write; - is standard output.", "-"),
  ).action(async (name: string, flags) => (await load()).generateByName(name, flags, session));
  return command;
}
