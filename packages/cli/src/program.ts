import "@telltale/deep/register";
import { Command } from "commander";
import { changepointsCommand } from "./commands/data/changepoints-command.js";
import { datasetsCommand } from "./commands/data/datasets-command.js";
import { exploreCommand } from "./commands/data/explore-command.js";
import { prepareCommand } from "./commands/data/prepare-command.js";
import { resampleCommand } from "./commands/data/resample-command.js";
import { demoCommand } from "./commands/demo-command.js";
import { detectCommand } from "./commands/model/detect-command.js";
import { fitCommand } from "./commands/model/fit-command.js";
import {
  convertCommand,
  evaluateCommand,
  inspectCommand,
  listCommand,
  scoreCommand,
} from "./commands/model/model-commands.js";
import { benchmarkCommand } from "./commands/study/benchmark-command.js";
import { compareCommand } from "./commands/study/compare-command.js";
import { plotCommand } from "./commands/study/plot-command.js";
import type { Session } from "./session.js";
import { VERSION } from "./version.js";

/** The command line: every command with its arguments, flags and help. What a command does is loaded when it is run. */
export function program(session: Session): Command {
  const root = new Command("telltale")
    .description("Finds anomalies in tables and sensor files.")
    .version(VERSION, "-V, --version", "Print the version.")
    .helpCommand("help [command]", "Print help for a command.")
    .addHelpText("after", EXAMPLE)
    .showSuggestionAfterError();
  const commands = [
    listCommand,
    fitCommand,
    scoreCommand,
    detectCommand,
    changepointsCommand,
    evaluateCommand,
    inspectCommand,
    convertCommand,
    resampleCommand,
    prepareCommand,
    exploreCommand,
    plotCommand,
    datasetsCommand,
    compareCommand,
    benchmarkCommand,
    demoCommand,
  ];
  for (const command of commands) root.addCommand(command(session));
  prepare(root, session);
  return root;
}

const EXAMPLE = `
Example:
  telltale fit isolation-forest normal.csv --time datetime --model rig.safetensors
  telltale score rig.safetensors new.csv --out scores.csv`;

/** Commander neither ends the process nor prints errors itself, in any command. */
function prepare(command: Command, session: Session): void {
  command
    .helpOption("-h, --help", "Print help.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => session.stdout.write(text),
      writeErr: (text) => session.stderr.write(text),
      outputError: () => {},
    });
  for (const child of command.commands) prepare(child, session);
}
