import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder, writeRig } from "./command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });
const FIT = ["fit", "boosted-trees", "[12].csv", "--drop", "changepoint,fault", "--time", "datetime", "--rounds", "20"];

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const seed of [1, 2, 3]) await writeRig(folder.file(`${seed}.csv`), { seed, rows: 1200 });
});
afterAll(() => folder.remove());

describe("a detector that learns from labels", () => {
  it("is fitted with synthetic rows and evaluated on other files", async () => {
    const fit = await run(
      ...FIT,
      "--label",
      "anomaly",
      "--resample",
      "smote",
      "--resample-seed",
      "3",
      "--model",
      "m.safetensors",
      "--json",
    );
    expect(fit.code, fit.stderr).toBe(0);
    const made = JSON.parse(fit.stdout);
    expect(made).toMatchObject({ rows: 2400, resample: "smote", threshold: { rule: "fixed", threshold: 0.5 } });
    expect(made.synthetic).toBeGreaterThan(0);
    const inspected = await run("inspect", "m.safetensors");
    expect(inspected.stdout).toMatch(/synthetic +[\d,]+ rows? of the smaller class/);
    const evaluated = await run("evaluate", "m.safetensors", "3.csv", "--series", "never");
    expect(evaluated.code, evaluated.stderr).toBe(0);
    expect(evaluated.stdout).toMatch(/precision +recall +F1 +support\nnormal \(0\)/);
    const { metrics } = JSON.parse((await run("evaluate", "m.safetensors", "3.csv", "--json")).stdout);
    expect(metrics.rocAuc).toBeGreaterThan(0.8);
  });

  it("asks for the labels, and only it takes synthetic rows", async () => {
    const bare = await run(...FIT, "--model", "x.safetensors");
    expect(bare.code).toBe(2);
    expect(bare.stderr).toMatch(/learns from labels.*--label/);
    const other = await run(
      "fit",
      "knn",
      "1.csv",
      "--label",
      "anomaly",
      "--resample",
      "smote",
      "--model",
      "x.safetensors",
    );
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/unknown option '--resample'/);
  });
});
