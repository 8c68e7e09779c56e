import { readFileSync } from "node:fs";
import { waterPump, waterPumpText } from "@telltale/datasets";
import { expect, it } from "vitest";
import { OutFolder } from "../reading/out-folder.ts";
import { runCommands, temporaryFolder } from "../testing/commands.ts";
import { pump } from "./pump.ts";
import { besidePyod } from "./pyod.ts";

it("rings before the pump breaks, more often than not, and seldom without reason", async () => {
  const out = new OutFolder(temporaryFolder());
  const file = out.write("sensor.csv", [...waterPumpText(waterPump({ seed: 4, rows: 9000, failures: 3 }))].join(""));
  const { dropped, leads, evaluations, report } = await pump(file, out, { epochs: 6 });
  expect(dropped).toEqual(expect.arrayContaining(["sensor_15", "sensor_50"]));
  for (const [name, { failures, warned, falseAlarms }] of Object.entries(leads)) {
    expect(failures, name).toBe(2);
    expect(warned, name).toBe(2);
    expect(falseAlarms, name).toBeLessThanOrEqual(1);
    expect(evaluations[name]?.report["1"].recall, name).toBeGreaterThan(0.7);
  }
  expect(readFileSync(report, "utf8")).toMatch(/of 2 breakdowns were announced/);
}, 120_000);

it("finds on generated rows what PyOD finds", async () => {
  const both = Object.entries(await besidePyod());
  expect(both).toHaveLength(5);
  for (const [name, { telltale, pyod }] of both) {
    // Forests draw other random numbers; the others look at the same rows in the same way.
    const tolerance = name === "isolation-forest" ? 0.03 : 0.015;
    expect(Math.abs(telltale.rocAuc - pyod.rocAuc), name).toBeLessThan(tolerance);
  }
});

it("can be done with commands", async () => {
  const said = await runCommands(new URL("README.md", import.meta.url), temporaryFolder());
  expect(said).toMatch(/ROC-AUC/);
}, 120_000);
