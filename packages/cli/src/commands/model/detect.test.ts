import { readFile } from "node:fs/promises";
import { load } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AlarmEpisode } from "../../output/episodes.js";
import { type Ended, telltale, temporaryFolder, writeRig } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(args, { cwd: folder.path });
const FIT = "fit isolation-forest normal.csv --drop changepoint,fault --label anomaly --time datetime --trees 40".split(
  " ",
);

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("normal.csv"), { seed: 7, rows: 4000, faults: [] });
  await writeRig(folder.file("calm.csv"), { seed: 8, rows: 1500, faults: [] });
  for (const seed of [2, 10]) await writeRig(folder.file(`${seed}.csv`), { seed, rows: 900 });
  for (const [model, rule] of [
    ["a", "quantile:0.995"],
    ["b", "pot:0.001,level=0.9"],
  ]) {
    const { code, stderr } = await run(...FIT, "--threshold", rule as string, "--model", `${model}.safetensors`);
    expect(code, stderr).toBe(0);
  }
});
afterAll(() => folder.remove());

function json({ code, stdout, stderr }: Ended) {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("detect", () => {
  it("makes the model that a fit with that rule would have made, byte for byte", async () => {
    const { code, stdout } = await run(
      "detect",
      "a.safetensors",
      "--threshold",
      "pot:0.001,level=0.9",
      "--out",
      "c.safetensors",
    );
    expect([code, stdout]).toEqual([0, ""]);
    const [made, fitted] = await Promise.all(["c", "b"].map((name) => readFile(folder.file(`${name}.safetensors`))));
    expect(made?.equals(fitted as Buffer)).toBe(true);
  });

  it("keeps the conditions of alarms in the model, and every command holds to them", async () => {
    const bare = json(await run("detect", "a.safetensors", "2.csv", "--json"));
    const rule = "quantile:0.995,hits=3,of=5,hold=20,guard=10";
    const out = await run("detect", "a.safetensors", "--threshold", rule, "--out", "alarms.safetensors");
    expect(out.stderr).toContain("in 3 of 5 rows, going on for 20 rows, not in the first 10 rows");
    const found = json(await run("detect", "alarms.safetensors", "2.csv", "--json"));
    expect(found.threshold.alarm).toEqual({ hits: 3, of: 5, hold: 20, rest: 0, guard: 10 });
    expect(found.episodes.length).toBeLessThan(bare.episodes.length / 2);
    expect(found.episodes.length).toBeGreaterThan(0);
    const scored = await run(
      "score",
      "alarms.safetensors",
      "2.csv",
      "--chunk-rows",
      "7",
      "--out",
      "alarms.csv",
      "--json",
    );
    expect(json(scored).anomalies).toBe(found.anomalies);
    const judged = json(await run("evaluate", "alarms.safetensors", "2.csv", "--label", "anomaly", "--json"));
    expect(judged.series.events.alarms).toBe(found.episodes.length);
  });

  it("lists episodes with peak and causes, and the same flags row by row", async () => {
    const found = json(
      await run("detect", "a.safetensors", "[0-9]*.csv", "--flags", "flags.csv", "--gap", "5", "--top", "2", "--json"),
    );
    expect(found.rows).toBe(1800);
    expect(found.threshold.rule).toBe("quantile");
    expect(found.episodes.length).toBeGreaterThan(1);
    const lines = (await readFile(folder.file("flags.csv"), "utf8")).trimEnd().split("\n");
    expect(lines[0]).toBe("file,time,score,anomaly,episode");
    const rows = lines.slice(1).map((line) => line.split(","));
    expect(rows.filter(([, , , anomaly]) => anomaly === "1")).toHaveLength(found.anomalies);
    found.episodes.forEach((episode: AlarmEpisode, i: number) => {
      const own = rows.filter(([, , , , number]) => number === String(i + 1));
      expect(own).toHaveLength(episode.rows);
      expect(own[0]?.[1]).toBe(episode.start);
      expect(own.at(-1)?.[1]).toBe(episode.end);
      expect(Math.max(...own.map(([, , score]) => Number(score)))).toBe(episode.peak);
      expect(new Set(own.map(([file]) => file))).toEqual(new Set([episode.file]));
      expect(episode.causes.length).toBeLessThanOrEqual(2);
      for (const { share } of episode.causes) expect(share > 0 && share <= 1).toBe(true);
    });
    const scored = json(await run("score", "a.safetensors", "[0-9]*.csv", "--out", "s.csv", "--json"));
    expect(scored.anomalies).toBe(found.anomalies);
  });

  it("calibrates on other rows, which gives conformal its guarantee", async () => {
    const rule = ["--threshold", "conformal:0.02"];
    const unsure = await run("detect", "a.safetensors", "2.csv", ...rule);
    expect(unsure.stderr).toMatch(/guarantees nothing.*--calibrate/);
    const found = json(
      await run(
        "detect",
        "a.safetensors",
        "2.csv",
        ...rule,
        "--calibrate",
        "calm.csv",
        "--json",
        "--out",
        "d.safetensors",
      ),
    );
    expect(found.warnings).toEqual([]);
    const model = load(await readFile(folder.file("d.safetensors")));
    expect(model.threshold?.threshold).toBe(found.threshold.threshold);
    const calm = json(await run("detect", "d.safetensors", "calm.csv", "--json"));
    expect(calm.anomalies / calm.rows).toBeLessThanOrEqual(0.02);
    const together = json(
      await run(
        "detect",
        "a.safetensors",
        "2.csv",
        "--threshold",
        "conformal:0.5,control=discoveries",
        "--calibrate",
        "calm.csv",
        "--json",
      ),
    );
    expect(together.anomalies).toBeGreaterThan(0);
  });

  it("follows a stream alike in any chunks", async () => {
    const args = [
      "detect",
      "a.safetensors",
      "2.csv",
      "10.csv",
      "--threshold",
      "dspot:1e-3,depth=30",
      "--top",
      "0",
      "--json",
    ];
    const whole = json(await run(...args));
    const cut = json(await run(...args, "--chunk-rows", "77"));
    expect(cut.episodes).toEqual(whole.episodes);
    expect(whole.threshold.state).toBeUndefined();
  });

  it("marks what was found with labels", async () => {
    const args = [
      "detect",
      "a.safetensors",
      "2.csv",
      "--threshold",
      "best-f1",
      "--calibrate",
      "10.csv",
      "--label",
      "anomaly",
    ];
    const found = json(await run(...args, "--json"));
    expect(found.threshold).toMatchObject({ rule: "best-f1-oracle", oracle: true });
    expect(found.warnings[0]).toMatch(/^oracle: /);
    const evaluated = json(await run("evaluate", "a.safetensors", "2.csv", "--threshold", "best-f1", "--json"));
    expect(evaluated.threshold.oracle).toBe(true);
    expect(evaluated.warnings.join()).toMatch(/oracle: .*upper limit/);
  });

  it("ends with 2 when there is nothing to do, or labels are missing", async () => {
    for (const [args, says] of [
      [["a.safetensors"], /nothing to do/],
      [["a.safetensors", "--out", "x"], /as it is/],
      [["a.safetensors", "2.csv", "--threshold", "cost:5"], /labelled rows/],
      [["a.safetensors", "2.csv", "--threshold", "top:5"], /Choose one of quantile/],
      [["a.safetensors", "2.csv", "--flags", "2.csv"], /one of the files that are read/],
    ] as const) {
      const { code, stderr } = await run("detect", ...args);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(says);
    }
  });
});
