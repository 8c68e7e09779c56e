import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { OutFolder } from "../reading/out-folder.ts";
import { runCommands, temporaryFolder } from "../testing/commands.ts";
import { preprocess } from "./preprocess.ts";

it("prepares, trains, saves and draws the four plots", async () => {
  const result = await preprocess(new OutFolder(temporaryFolder()), { rows: 1200, epochs: 8 });
  const auc = Object.values(result.evaluations).map(({ metrics }) => metrics.rocAuc ?? 0);
  expect(auc).toHaveLength(4);
  expect(Math.max(...auc)).toBeGreaterThan(0.8);
  expect(result.pictures.map((file) => basename(file))).toHaveLength(4);
  for (const file of result.pictures) expect(readFileSync(file, "utf8")).toMatch(/^<svg/);
  expect(readFileSync(result.report, "utf8")).toContain("<h1>Pump rig");
}, 120_000);

it("can be done with commands", async () => {
  const said = await runCommands(new URL("README.md", import.meta.url), temporaryFolder());
  expect(said).toMatch(/ROC-AUC/);
}, 120_000);
