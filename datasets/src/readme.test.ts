import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the README's example runs and prints what it says", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const readme = readFileSync(`${folder}/README.md`, "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  expect(promised.length).toBeGreaterThan(1);
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", example], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(printed.trimEnd().split("\n")).toEqual(promised);
});
