import { readdir, readFile, writeFile } from "node:fs/promises";
import { openSource } from "@telltale/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(["resample", ...args], { cwd: folder.path });

const NAMES = "time,Load,Mode,Open,Flow,state";
/** Rows of a rig, every tenth with a leak, numbered from `first`. */
function lines(rows: number, first = 0): string[] {
  return Array.from({ length: rows }, (_, at) => {
    const i = first + at;
    const faulty = i % 10 === 0;
    const time = `2024-03-01 00:${String(Math.floor(i / 60)).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}`;
    const load = ((i * 37) % 101) / 10 + (faulty ? 5 : 0);
    return `${time},${load},${i % 3 === 0 ? "eco" : '"boost, high"'},${i % 4 === 0},${(i * 53) % 97},${faulty ? "leak" : "ok"}`;
  });
}
const text = (rows: readonly string[]) => `${[NAMES, ...rows].join("\n")}\n`;
const COMMON = ["--label", "state", "--time", "time"];

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeFile(folder.file("rig.csv"), text(lines(120)));
  await writeFile(folder.file("first.csv"), text(lines(50)));
  await writeFile(folder.file("second.csv"), text(lines(70, 50)));
  const spoilt = (cell: string) => text([...lines(20, 50), `2024-03-01 01:00:00,${cell},eco,true,1,ok`]);
  await writeFile(folder.file("missing.csv"), spoilt(""));
  await writeFile(folder.file("infinite.csv"), spoilt("inf"));
  await writeFile(folder.file("huge.csv"), text([...lines(40, 50), "2024-03-01 01:00:00,1e300,eco,true,1,leak"]));
});
afterAll(() => folder.remove());

describe.concurrent("telltale resample", () => {
  it("writes the rows as they were, then exactly as many synthetic ones as the ratio takes", async () => {
    const args = ["rig.csv", ...COMMON, "--categorical", "Mode,Open", "--ratio", "0.5", "--seed", "7"];
    const { code, stderr } = await run(...args, "--out", "half.csv", "--mark-synthetic");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/added 42 synthetic rows to 120 rows \(smote-nc\) .*: 108 normal, 54 anomalous → half.csv/);
    const written = (await readFile(folder.file("half.csv"), "utf8")).trimEnd().split("\n");
    expect(written[0]).toBe(`${NAMES},synthetic`);
    expect(written.slice(1, 121)).toEqual(lines(120).map((line) => `${line},0`));
    expect(written).toHaveLength(1 + 120 + 42);
    for (const line of written.slice(121)) {
      const cells = /^,([\d.]+),(eco|"boost, high"),(true|false),([\d.]+),leak,1$/.exec(line);
      expect(cells, line).not.toBeNull();
      expect(Number(cells?.[1])).toBeGreaterThanOrEqual(5);
    }
  });

  it.each([
    [["--method", "smote"], "smote"],
    [["--method", "borderline-smote", "--m", "7", "--variant", "2"], "borderline-smote"],
    [["--method", "adasyn", "--k", "3"], "adasyn"],
    [[], "smote"],
  ])("%j balances, the same on every path and for files that were cut", async (flags, method) => {
    const args = [...COMMON, "--drop", "Mode", ...flags, "--seed", "3"];
    const name = `${method}-${flags.length}`;
    const whole = await run("rig.csv", ...args, "--out", `${name}.csv`, "--json");
    expect(whole.code, whole.stderr).toBe(0);
    expect(JSON.parse(whole.stdout)).toMatchObject({
      ...{ out: `${name}.csv`, method, rows: 216, synthetic: 96, classes: { normal: 108, anomalous: 108 } },
      ...{ labels: { column: "state", normal: ["ok"], anomalous: ["leak"] }, warnings: [] },
    });
    const written = await readFile(folder.file(`${name}.csv`), "utf8");
    expect(written.split("\n")[0]).toBe("time,Load,Open,Flow,state");
    const plain = await run("first.csv", "second.csv", ...args, "--kernels", "js", "--threads", "1");
    expect(plain.code, plain.stderr).toBe(0);
    expect(plain.stdout).toBe(written);
  });

  it("finds neighbours whatever the units with --scale, and writes the units that were read", async () => {
    const parsed = (csv: string) =>
      csv
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));
    const rows = Array.from({ length: 90 }, (_, i) => [((i * 37) % 101) / 7, ((i * 53) % 97) / 3, i % 6 === 0 ? 1 : 0]);
    const table = (factor: number) =>
      `Load,Flow,anomaly\n${rows.map(([a = 0, b, c]) => `${a * factor},${b},${c}`).join("\n")}\n`;
    await writeFile(folder.file("small.csv"), table(1));
    await writeFile(folder.file("large.csv"), table(1024)); // a power of two: the same digits
    const args = ["--label", "anomaly", "--seed", "4"];
    const [small, large, plain] = await Promise.all([
      run("small.csv", ...args, "--scale"),
      run("large.csv", ...args, "--scale"),
      run("large.csv", ...args),
    ]);
    for (const { code, stderr } of [small, large, plain]) expect(code, stderr).toBe(0);
    expect(parsed(large.stdout)).toEqual(parsed(small.stdout).map(([a = 0, ...rest]) => [a * 1024, ...rest]));
    expect(large.stdout).not.toBe(plain.stdout);
  });

  it("writes Parquet with the types that were read, and no time for synthetic rows", async () => {
    const { code, stderr } = await run("rig.csv", ...COMMON, "--categorical", "Open,Mode", "--out", "all.parquet");
    expect(code, stderr).toBe(0);
    const source = await openSource([folder.file("all.parquet")]);
    const types = Object.fromEntries((source.files[0]?.columns ?? []).map(({ name, type }) => [name, type]));
    expect(types).toEqual({
      ...{ time: "timestamp", Load: "float64", Mode: "string", Open: "boolean", Flow: "float64", state: "string" },
    });
    for await (const { columns, rows } of source.chunks()) {
      expect(rows).toBe(216);
      const [time] = columns;
      expect([...(time?.values ?? [])].map((v) => Number.isNaN(v))).toEqual(
        Array.from({ length: 216 }, (_, i) => i >= 120),
      );
    }
    await source.close();
  });

  it.each([
    [["rig.csv", "--label", "state"], 1, /column "time": .*found times. Name it with --time/],
    [["rig.csv", ...COMMON], 1, /rig.csv, column "Mode": .*found text. Say .* --categorical/],
    [
      ["rig.csv", ...COMMON, "--drop", "Mode", "--k", "12"],
      2,
      /class 1, which has 12 rows; 13 are needed. Choose k ≤ 11/,
    ],
    [["rig.csv", ...COMMON, "--drop", "Mode", "--ratio", "0.1"], 2, /ratio: 0.1 is less than what is there/],
    [["rig.csv", ...COMMON, "--drop", "Mode", "--method", "smote", "--m", "3"], 2, /smote has no parameter "m"/],
    [["rig.csv", ...COMMON, "--method", "adasyn", "--categorical", "Mode"], 2, /no parameter "categorical"/],
    [["rig.csv", ...COMMON, "--drop", "Mode", "--ratio", "none"], 2, /--ratio: expected a number/],
    [["rig.csv", ...COMMON, "--categorical", "Mood,Mode"], 1, /column "Mood": there is no such column/],
    [["rig.csv", "--label", "status"], 1, /column "status": there is no such column/],
    [["rig.csv", ...COMMON, "--method", "rose"], 2, /Allowed choices are smote/],
    [["rig.csv", ...COMMON, "--drop", "Mode", "--normal", "ok,leak"], 1, /needs rows of two classes; found 120 rows/],
    [["rig.csv", ...COMMON, "--drop", "Mode", "--out", "rig.csv"], 2, /is one of the files that are read/],
    [["first.csv", "missing.csv", ...COMMON, "--drop", "Mode"], 1, /missing.csv, row 21, column "Load": .*--drop$/m],
    [["first.csv", "infinite.csv", ...COMMON, "--drop", "Mode"], 1, /infinite.csv, row 21, column "Load": .*--drop$/m],
    [["first.csv", "huge.csv", ...COMMON, "--drop", "Mode"], 1, /huge.csv, row 41: the distance .*--drop$/m],
    [["rig.csv"], 2, /required option '--label <name>'/],
  ])("%j is refused with %d", async (args, exit, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(says);
    expect([code, stdout]).toEqual([exit, ""]);
  });

  it("leaves what was there when it fails", async () => {
    await writeFile(folder.file("kept.csv"), "before");
    const { code } = await run("missing.csv", ...COMMON, "--drop", "Mode", "--out", "kept.csv");
    expect(code).toBe(1);
    expect(await readFile(folder.file("kept.csv"), "utf8")).toBe("before");
    expect((await readdir(folder.path)).filter((name) => name.startsWith(".kept"))).toEqual([]);
  });

  it("marks no rows in a column that is there already", async () => {
    await writeFile(folder.file("marked.csv"), "a,synthetic,anomaly\n1,0,0\n2,0,1\n");
    const { code, stderr } = await run("marked.csv", "--label", "anomaly", "--mark-synthetic");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/a column "synthetic" already.*--drop synthetic/)]);
  });
});
