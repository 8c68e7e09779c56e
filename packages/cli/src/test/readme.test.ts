import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { program } from "../program.js";
import { Session } from "../session.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The long flags of a command and of those under it. */
function flagsOf(command: Command): string[] {
  const own = command.options.map(({ long }) => long ?? "");
  return [...own, "--help", ...command.commands.flatMap(flagsOf)];
}

describe("the README", () => {
  const root = program(new Session());
  const known = new Set(flagsOf(root));
  const mentioned = new Set(readme.match(/(?<![\w-])--[a-z][a-z-]*/g));

  it("mentions no flag that does not exist", () => {
    expect([...mentioned].filter((flag) => !known.has(flag))).toEqual([]);
  });

  it("mentions every flag that exists, but those of detectors other than its example", () => {
    const commands = root.commands.filter((command) => command.name() !== "fit");
    const forest = root.commands.find((command) => command.name() === "fit")?.commands[0] as Command;
    const all = [...commands, forest].flatMap(flagsOf);
    expect(all.filter((flag) => !mentioned.has(flag))).toEqual([]);
  });

  it("has a section for every command, with its arguments", () => {
    for (const command of root.commands) expect(readme).toMatch(new RegExp(`^## telltale ${command.name()}`, "m"));
  });
});
