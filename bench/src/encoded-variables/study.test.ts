import { referenceKernels } from "@telltale/core";
import { nineColumns } from "@telltale/datasets";
import { expect, test } from "vitest";
import { RULES, study } from "./study.js";

test("two encoded variables find the odd rows of nine columns, and every rule but the last knows no label", async () => {
  const { matrix, response } = nineColumns({ seed: 2, rows: 900, rate: 0.05 });
  const options = { seeds: [1], epochs: 25, kernels: referenceKernels, plotted: 60 };
  const { results, planes } = await study({ name: "nine-columns", x: matrix, labels: response }, options);
  expect(results.map(({ network }) => network)).toEqual(["autoencoder", "vae"]);
  for (const { rocAuc, rules } of results) {
    expect(rocAuc).toBeGreaterThan(0.75);
    expect(rules.map(({ rule }) => rule)).toEqual([...RULES]);
    const best = rules.find(({ oracle }) => oracle);
    for (const { f1 } of rules) expect(f1).toBeLessThanOrEqual((best?.f1 ?? 0) + 1e-9);
  }
  for (const rows of Object.values(planes)) {
    expect(rows).toHaveLength(60);
    expect(rows.filter(({ anomaly }) => anomaly).length).toBe(15);
    for (const { x, y } of rows) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  }
});
