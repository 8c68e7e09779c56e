import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readXgboost } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [a, b] = [Math.sin(i * 1.3), Math.cos(i * 2.1)];
    return `${a},${b},${a + b > 0.9 ? 1 : 0}`;
  });
  await writeFile(join(folder.path, "rows.csv"), `flow,pressure,broken\n${rows.join("\n")}\n`);
});
afterAll(() => folder.remove());

describe("telltale convert", () => {
  it("turns a model into one of XGBoost and back, with the same scores", async () => {
    const cwd = folder.path;
    const flags = ["--label", "broken", "--rounds", "8", "--model", "own.safetensors"];
    const fitted = await telltale(["fit", "boosted-trees", "rows.csv", ...flags], { cwd });
    expect(fitted.stderr + fitted.code).toMatch(/0$/);
    const own = await telltale(["score", "own.safetensors", "rows.csv", "--explain", "1"], { cwd });
    for (const name of ["model.json", "model.ubj"]) {
      const there = await telltale(["convert", "own.safetensors", name], { cwd });
      expect(there.code, there.stderr).toBe(0);
      expect(readXgboost(await readFile(join(cwd, name))).columns).toEqual(["flow", "pressure"]);
      const back = await telltale(["convert", name, "back.safetensors", "--json"], { cwd });
      expect(back.code, back.stderr).toBe(0);
      expect(JSON.parse(back.stdout)).toMatchObject({ from: name, to: "back.safetensors", notes: [] });
      const scored = await telltale(["score", "back.safetensors", "rows.csv", "--threshold", "fixed:0.5"], { cwd });
      const scores = (text: string) =>
        text
          .trim()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",")[0]);
      expect(scores(scored.stdout)).toEqual(scores(own.stdout));
    }
    const inspected = await telltale(["inspect", "back.safetensors"], { cwd });
    expect(inspected.stdout).toMatch(/importance +(flow|pressure) \d+ %, (flow|pressure) \d+ % \(share of the gain\)/);
    expect(inspected.stdout).toMatch(/trained on +by XGBoost, objective binary:logistic/);
    const facts = JSON.parse((await telltale(["inspect", "own.safetensors", "--json"], { cwd })).stdout);
    expect(facts.importance).toHaveLength(2);
    expect(facts.xgboost).toBeNull();
  });

  it("says what is wrong", async () => {
    const cwd = folder.path;
    await writeFile(join(cwd, "bad.json"), '{"learner": 3}');
    await writeFile(join(cwd, "cut.ubj"), Uint8Array.of(0x7b, 0x4c, 0, 0));
    const forest = ["fit", "isolation-forest", "rows.csv", "--drop", "broken", "--model", "forest.safetensors"];
    expect((await telltale(forest, { cwd })).code).toBe(0);
    for (const [args, message] of [
      [["bad.json", "a.safetensors"], /bad\.json: the XGBoost model is damaged: learner: expected an object; found 3/],
      [["cut.ubj", "a.safetensors"], /cut\.ubj: the XGBoost model is cut short/],
      [["forest.safetensors", "a.json"], /XGBoost has no model of the detector isolation-forest/],
      [["forest.safetensors", "a.model"], /expected a name that ends in \.json, \.ubj or \.safetensors/],
      [["forest.safetensors", "a.json", "--best"], /--best/],
      [["nothing.json", "a.safetensors"], /there is no such model file/],
    ] as const) {
      const ended = await telltale(["convert", ...args], { cwd });
      expect(ended.code, args.join(" ")).not.toBe(0);
      expect(ended.stderr).toMatch(message);
    }
  });
});
