import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(`${folder}/README.md`, "utf8");
const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? "");

it.each(examples)("the README's example %# runs and prints what it says", (example) => {
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  expect(promised.length).toBeGreaterThan(0);
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", example], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(printed.trimEnd().split("\n")).toEqual(promised);
});
