import { readFileSync } from "node:fs";
import { nineColumns, nineColumnsText } from "@telltale/datasets";
import { expect, it } from "vitest";
import { OutFolder } from "../reading/out-folder.ts";
import { runCommands, temporaryFolder } from "../testing/commands.ts";
import { nineColumnsExample } from "./nine-columns.ts";

it("finds odd rows through two encoded variables, with every rule for a threshold", async () => {
  const out = new OutFolder(temporaryFolder());
  const file = out.write("data.csv", [...nineColumnsText(nineColumns({ seed: 1, rows: 3000 }))].join(""));
  const { evaluations, report } = await nineColumnsExample(file, out, { epochs: 15 });
  for (const [name, byRule] of Object.entries(evaluations)) {
    expect(Object.keys(byRule), name).toHaveLength(6);
    const oracle = byRule["best-f1"]?.metrics.f1 ?? 0;
    expect(byRule["best-f1"]?.metrics.rocAuc, name).toBeGreaterThan(0.9);
    for (const [rule, { metrics }] of Object.entries(byRule)) expect(metrics.f1, rule).toBeLessThanOrEqual(oracle);
  }
  expect(readFileSync(report, "utf8")).toMatch(/two encoded variables/);
}, 120_000);

it("can be done with commands", async () => {
  const said = await runCommands(new URL("README.md", import.meta.url), temporaryFolder());
  expect(said).toMatch(/ROC-AUC/);
}, 120_000);
