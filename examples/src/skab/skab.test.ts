import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { load } from "@telltale/core";
import { expect, it } from "vitest";
import { OutFolder } from "../reading/out-folder.ts";
import { runCommands, temporaryFolder } from "../testing/commands.ts";
import { simulateSkab } from "./simulated.ts";
import { skab } from "./skab.ts";

const real = fileURLToPath(new URL("../../../../shared/datasets/skab", import.meta.url));

it("compares models, saves the best and tries it on unseen valves, on simulated runs", async () => {
  const folder = temporaryFolder();
  const result = await skab(simulateSkab(`${folder}/data`, 2, 600), new OutFolder(folder), { epochs: 3 });
  const { "boosted-trees": trees, constant: control } = result.evaluations;
  expect(Object.keys(result.evaluations)).toHaveLength(8);
  expect(control?.valve2?.metrics.rocAuc).toBe(0.5);
  expect(trees?.valve2?.metrics.f1).toBeGreaterThan(control?.valve2?.metrics.f1 ?? 1);
  expect(load(readFileSync(result.model)).detector.spec.name).toBe(result.best);
  expect(readFileSync(result.report, "utf8")).toMatch(/<h1>SKAB: .* on the unseen valve2<\/h1>/);
}, 120_000);

it.skipIf(!existsSync(real))(
  `does the same on files of the benchmark (skipped without ${real})`,
  async () => {
    const result = await skab(real, new OutFolder(temporaryFolder()), { files: "1.csv", epochs: 3 });
    for (const [name, byGroup] of Object.entries(result.evaluations)) {
      if (name !== "constant") expect(byGroup.valve1?.metrics.rocAuc, name).toBeGreaterThan(0.5);
    }
  },
  120_000,
);

it("can be done with commands", async () => {
  const said = await runCommands(new URL("README.md", import.meta.url), temporaryFolder());
  expect(said).toMatch(/synthetic/);
}, 120_000);
