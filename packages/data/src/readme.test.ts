import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratch } from "./testing/fixtures.js";

const { folder, file } = scratch();

it("the example of the README runs", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts no-run\n([\s\S]*?)```/.exec(readme)?.[1] as string;
  file("rig.csv", "datetime,flow,state\n2020-03-09 10:14:33,20.5,NORMAL\n2020-03-09 10:14:34,3,BROKEN\n");
  const built = new URL("../dist/index.js", import.meta.url).href;
  const script = example.replace('"@telltale/data"', JSON.stringify(built));
  const run = ["--input-type=module-typescript", "--eval", script];
  const output = execFileSync(process.execPath, run, { cwd: folder, encoding: "utf8" });
  expect(output).toBe("rig.csv: rows 1 to 2, 1 anomalies\n");
  expect(readFileSync(join(folder, "scores.csv"), "utf8")).toBe(
    "datetime,score\n2020-03-09 10:14:33,0.5\n2020-03-09 10:14:34,17\n",
  );
});
