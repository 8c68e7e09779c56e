import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const pages = globSync(["README.md", "docs/*.md", "docs/guides/*.md", "packages/*/README.md", "*/README.md"], {
  cwd: root,
});

/** The command lines in a page: those of its blocks, and inline code. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*).*\n([\s\S]*?)^```/gm)]
    .filter(([, language = ""]) => ["", "sh"].includes(language))
    .map(([, , block = ""]) => block.replaceAll("\\\n", " "));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`(telltale [^`]+)`/g)].map(
    ([, code = ""]) => code,
  );
  return [...blocks.flatMap((block) => block.split("\n")), ...inline]
    .map((line) => line.replace(/^\$?\s*(npx )?/, "").replace(/\s#\s.*/, ""))
    .filter((line) => line.startsWith("telltale "));
}

/** The command that a line means: `fit lof` is a command of its own, `fit` and `fit <detector>` stand for all of them. */
function commandOf([word = "<any>", ...more]: readonly string[], at: Command): Command | undefined {
  if (at.commands.length === 0 || /^[<…-]/.test(word)) return at;
  const next = at.commands.find((command) => command.name() === word || command.aliases().includes(word));
  return next === undefined ? undefined : commandOf(more, next);
}

describe("the pages of the documentation", () => {
  const commands = program(new Session());
  const lines = pages.flatMap((page) =>
    commandLines(readFileSync(join(root, page), "utf8")).map((line) => ({ page, line })),
  );

  it("show commands that there are, with flags that they have", () => {
    expect(lines.length).toBeGreaterThan(40);
    const wrong = lines.filter(({ line }) => {
      const words = line.split(/\s+/).slice(1);
      const command = commandOf(words, commands);
      const known = new Set([...(command === undefined ? [] : flagsOf(command)), "--version", "--help"]);
      return command === undefined || (line.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []).some((flag) => !known.has(flag));
    });
    expect(wrong).toEqual([]);
  });
});
