import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transformerLoad, transformerLoadText } from "@telltale/datasets";
import { expect, it } from "vitest";
import { OutFolder } from "../reading/out-folder.ts";
import { runCommands, temporaryFolder } from "../testing/commands.ts";
import { transformer } from "./transformer.ts";

const real = fileURLToPath(new URL("../../../../shared/datasets/etdataset/ETTh2.csv", import.meta.url));

it("rings less often at a higher quantile, and finds anomalies that were put in", async () => {
  const out = new OutFolder(temporaryFolder());
  const file = out.write("load.csv", [...transformerLoadText(transformerLoad({ seed: 1, rows: 3000 }))].join(""));
  const { alerts, injected, report } = await transformer(file, out);
  const shares = Object.values(alerts).map(({ share }) => share);
  expect([...shares].sort((a, b) => b - a)).toEqual(shares);
  expect(injected.metrics.rocAuc).toBeGreaterThan(0.55);
  expect(readFileSync(report, "utf8")).toMatch(/How often it would ring/);
}, 120_000);

it.skipIf(!existsSync(real))(
  `does the same on the real record (skipped without ${real})`,
  async () => {
    const { alerts } = await transformer(real, new OutFolder(temporaryFolder()));
    expect(alerts[0.99]?.share).toBeLessThan(0.1);
  },
  120_000,
);

it("can be done with commands", async () => {
  const said = await runCommands(new URL("README.md", import.meta.url), temporaryFolder());
  expect(said).toMatch(/episode/);
}, 120_000);
