import { int, parseParam } from "@telltale/core";
import { Command } from "commander";
import { addRunFlags, addTalkFlags } from "../options/common-flags.js";
import type { Session } from "../session.js";

const seed = int({ default: 7, min: 0, doc: "" });

export function demoCommand(session: Session): Command {
  const command = new Command("demo")
    .description("Simulate a pump rig with faults, then fit, score and evaluate: the whole way on data of its own.")
    .option("--dir <folder>", "Where to write the data, the model and the scores.", "telltale-demo")
    .option(
      "--seed <number>",
      "Seed of the simulation and of the model.",
      (text) => parseParam(seed, "--seed", text),
      seed.default,
    );
  return addTalkFlags(addRunFlags(command)).action(async (flags) => {
    const { demo } = await import("./demo.js");
    await demo(flags, session);
  });
}
