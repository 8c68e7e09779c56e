import "@telltale/deep/register";
import { Command } from "commander";
import { benchmarkCommand } from "./commands/benchmark-command.js";
import { changepointsCommand } from "./commands/changepoints-command.js";
import { compareCommand } from "./commands/compare-command.js";
import { datasetsCommand } from "./commands/datasets-command.js";
import { demoCommand } from "./commands/demo-command.js";
import { detectCommand } from "./commands/detect-command.js";
import { exploreCommand } from "./commands/explore-command.js";
import { fitCommand } from "./commands/fit-command.js";
import {
  convertCommand,
  evaluateCommand,
  inspectCommand,
  listCommand,
  scoreCommand,
} from "./commands/model-commands.js";
import { plotCommand } from "./commands/plot-command.js";
import { prepareCommand } from "./commands/prepare-command.js";
import { resampleCommand } from "./commands/resample-command.js";
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
