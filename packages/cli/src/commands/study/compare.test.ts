import { readFileSync, writeFileSync } from "node:fs";
import type { Comparison } from "@telltale/compare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../run.js";
import { telltale, temporaryFolder, writeRig } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const rig = (...names: string[]) => names.map((name) => folder.file(`${name}.csv`));
const LABEL = ["--label", "anomaly", "--drop", "changepoint,fault"];

/** Runs the command in this process. */
async function compare(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const code = await run(["compare", ...args], {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** Everything but what differs from run to run. */
function withoutCost(text: string): unknown {
  const { provenance, ...rest } = JSON.parse(text) as Comparison;
  const cut = <T extends { readonly cost?: unknown }>(rows: readonly T[]) => rows.map(({ cost, ...row }) => row);
  return { ...rest, detectors: cut(rest.detectors), runs: cut(rest.runs as never), data: provenance.data };
}

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const seed of [1, 2, 3]) await writeRig(folder.file(`${seed}.csv`), { seed, rows: 500 });
  const rows = Array.from({ length: 120 }, (_, i) => `${i % 7},${(i * i) % 11},${i % 12 === 5 ? "fault" : "ok"}`);
  writeFileSync(folder.file("table.csv"), `a,b,state\n${rows.join("\n")}\n`);
  writeFileSync(folder.file("late.csv"), "when,a,y\n2020-01-02,1,0\n2020-01-01,2,1\n2020-01-03,2,1\n");
});
afterAll(() => folder.remove());

describe("telltale compare", () => {
  it("prints a table with controls, and writes the whole result, the rows and a page", async () => {
    const [out, csv, runs, page] = ["r.json", "d.csv", "r.parquet", "p.html"].map((name) => folder.file(name)) as [
      ...[string, string, string, string],
    ];
    const files = rig("1", "2", "3");
    const detectors = "mean-z:window=10,hbos,boosted-trees:rounds=5";
    const asked = [...files, ...LABEL, "--detectors", detectors, "--group", "file", "--rank-by", "vus-pr"];
    const made = await telltale(["compare", ...asked, "--out", out, "--csv", csv, "--runs", runs, "--report", page], {
      cwd: folder.path,
    });
    expect(made.code, made.stderr).toBe(0);
    expect(made.stderr).toMatch(/datetime holds the time/);
    expect(made.stdout).toMatch(/1,500 rows, \d+ anomalies \(.*\); 3 groups left out; trained on all other rows/);
    expect(made.stdout).toMatch(
      /ROC-AUC +AP +F1 +VUS-PR +event F1 +best F1\* +rank +group +fit +score +rows\/s +memory/,
    );
    expect(made.stdout).toMatch(/^boosted-trees:rounds=5 † +0\.\d{3} ±\.\d{3}/m);
    expect(made.stdout).toMatch(/^random ‡ /m);
    expect(made.stdout).toMatch(/^constant ‡ +0\.500 ±\.000/m);
    expect(made.stdout).toMatch(/ranks by VUS-PR over 3 splits; mean ranks \d\.\d\d apart differ/);
    const text = readFileSync(out, "utf8");
    const result = JSON.parse(text) as Comparison;
    expect(result.sets[0]?.splits.map(({ name, testRows }) => [name, testRows])).toEqual([
      ["1.csv", 500],
      ["2.csv", 500],
      ["3.csv", 500],
    ]);
    expect(result.provenance.data.map(({ file }) => file)).toEqual(["1.csv", "2.csv", "3.csv"]);
    expect(result.provenance.command).toMatch(
      /^telltale compare 1\.csv 2\.csv 3\.csv .*--rank-by vus-pr .*--drop changepoint,fault/,
    );
    expect(result.runs).toHaveLength(15);
    const table = readFileSync(csv, "utf8").trim().split("\n");
    expect(table).toHaveLength(6);
    expect(table[0]).toMatch(/^detector,kind,steps,threshold,rocAuc,rocAucDeviation/);
    expect(readFileSync(runs).subarray(0, 4).toString()).toBe("PAR1");
    expect(readFileSync(page, "utf8")).toMatch(/mean-z:window=10/);
    // Finished: nothing is left to go on with.
    expect(() => readFileSync(`${out}.journal`)).toThrow(/ENOENT/);
    const again = await compare(...asked, "--json");
    expect(again.code, again.stderr).toBe(0);
    const { warnings, ...same } = JSON.parse(again.stdout);
    expect(warnings).toEqual([]);
    expect(withoutCost(JSON.stringify(same))).toEqual(withoutCost(text));
  });

  it("goes on from a journal, and begins anew where its own belongs to another question", async () => {
    const journal = folder.file("go-on.journal");
    const asked = [folder.file("table.csv"), "--label", "state", "--detectors", "hbos", "--folds", "3", "--json"];
    const first = await compare(...asked, "--resume", journal);
    expect(first.code, first.stderr).toBe(0);
    const lines = readFileSync(journal, "utf8").trim().split("\n");
    expect(lines).toHaveLength(10);
    writeFileSync(journal, `${lines.slice(0, 6).join("\n")}\n{"key":"cut`);
    const second = await compare(...asked, "--resume", journal);
    const [a, b] = [first, second].map(({ stdout }) => JSON.parse(stdout) as Comparison);
    // Times of finished runs come from the journal; the rest ran again.
    expect(b?.runs.slice(0, 5)).toEqual(a?.runs.slice(0, 5));
    expect(withoutCost(second.stdout)).toEqual(withoutCost(first.stdout));
    const other = await compare(...asked, "--seed", "1", "--resume", journal);
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stderr).error.code).toBe("JOURNAL_MISMATCH");
    const out = folder.file("own.json");
    writeFileSync(`${out}.journal`, readFileSync(journal));
    expect((await compare(...asked, "--seed", "1", "--out", out)).code).toBe(0);
    writeFileSync(`${out}.journal`, "a file of somebody's\n");
    expect((await compare(...asked, "--out", out)).code).toBe(1);
    expect(readFileSync(`${out}.journal`, "utf8")).toBe("a file of somebody's\n");
  });

  it("takes each file as a set of its own when asked, and says what failed", async () => {
    const made = await compare(
      ...[...rig("1", "2"), ...LABEL, "--separate", "--split", "stratified", "--folds", "2"],
      ...["--detectors", "hbos,lof:k=400", "--max-seconds", "60", "--threads", "1"],
    );
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/2 stratified folds of each of 2 sets/);
    expect(made.stdout).toMatch(/lof:k=400 .* failed$/m);
    expect(made.stderr).toMatch(/warning: lof:k=400 failed: .*400.*\(\w+\)/);
    expect(made.stdout).toMatch(/over 2 sets/);
  });

  it("says that values are missing, and fills them in when asked", async () => {
    const holes = folder.file("holes.csv");
    const rows = Array.from(
      { length: 100 },
      (_, i) => `${i % 10 === 3 ? "" : i % 7},${(i * i) % 11},${i % 10 === 5 ? 1 : 0}`,
    );
    writeFileSync(holes, `a,b,y\n${rows.join("\n")}\n`);
    const asked = [holes, "--label", "y", "--detectors", "hbos", "--folds", "2"];
    const bare = await compare(...asked);
    expect(bare.stderr).toMatch(/10 values are missing: .*--missing mean/);
    expect(bare.stderr).toMatch(/hbos failed: .*DATA_MISSING/);
    expect((await compare(...asked, "--missing", "mean")).stderr).not.toMatch(/missing|failed/);
  });

  it.each([
    ["no label", () => [...rig("1")], 2, /which column has them is not known.*--label.*anomaly/],
    ["an unknown label", () => [...rig("1"), "--label", "none"], 1, /none/],
    ["an unknown detector", () => [...rig("1"), ...LABEL, "--detectors", "lofty"], 2, /no detector "lofty"/],
    [
      "a gap between rows in no order",
      () => [folder.file("table.csv"), "--label", "state", "--gap", "3"],
      2,
      /--gap.*--time/,
    ],
    ["time without times", () => [folder.file("table.csv"), "--label", "state", "--split", "forward"], 2, /--time/],
    [
      "windows over rows in no order",
      () => [folder.file("table.csv"), "--label", "state", "--window", "3"],
      2,
      /--window needs/,
    ],
    [
      "more folds than anomalies",
      () => [folder.file("table.csv"), "--label", "state", "--folds", "11"],
      1,
      /11 rows of each class/,
    ],
    [
      "a group that is not there",
      () => [folder.file("table.csv"), "--label", "state", "--group", "day"],
      1,
      /column "day": there is no such column/,
    ],
    [
      "groups in order of time",
      () => [...rig("1"), ...LABEL, "--group", "file", "--split", "forward"],
      2,
      /different splits/,
    ],
    ["one group", () => [...rig("1"), ...LABEL, "--group", "file"], 1, /at least as many groups/],
    [
      "times that go back",
      () => [folder.file("late.csv"), "--label", "y"],
      1,
      /late\.csv, row 2, column "when".*--split stratified/,
    ],
    [
      "one class",
      () => [folder.file("table.csv"), "--label", "state", "--normal", "ok,fault"],
      1,
      /every row is labelled normal/,
    ],
    [
      "an output that is read",
      () => [folder.file("table.csv"), "--label", "state", "--out", folder.file("table.csv")],
      2,
      /is one of the files/,
    ],
    [
      "series without order",
      () => [folder.file("table.csv"), "--label", "state", "--detectors", "cusum"],
      2,
      /cusum looks at rows in order/,
    ],
  ] as const)("refuses %s", async (_, args, code, text) => {
    const { code: found, stderr } = await compare(...args());
    expect(stderr).toMatch(text);
    expect(found).toBe(code);
  });
});
