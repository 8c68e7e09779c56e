import { mkdir, readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(folder.file("raw/a"), { recursive: true });
  await mkdir(folder.file("raw/b"));
  const line = (i: number, value: string) =>
    `${i},2024-01-01 00:00:0${i},${value},7,,${i === 4 ? "fault" : "ok"},n${i}`;
  const rows = ["1", "2", "bad", "", "50", "6"].map((value, i) => line(i, value));
  const header = ",time,flow,fixed,empty,state,note";
  await writeFile(folder.file("raw/a/1.csv"), `${[header, ...rows, rows[5]].join("\n")}\n`);
  // Out of order, with a hole of three seconds.
  const others = [0, 2, 1, 6, 7, 8, 9].map((i) => line(i, String(10 * i)));
  await writeFile(folder.file("raw/b/1.csv"), `${[header, ...others].join("\n")}\n`);
});
afterAll(() => folder.remove());

const run = (...args: string[]) => telltale(["prepare", ...args], { cwd: folder.path });
/** The column under the empty header cell: row numbers, in these few rows not yet known as such. */
const UNNAMED = ["--drop", "Unnamed: 0"];
const read = async (name: string) => (await readFile(folder.file(name), "utf8")).trim().split("\n");

describe("telltale prepare", () => {
  it("cleans each file of a folder into one of its own, and says what it did", async () => {
    const { code, stdout, stderr } = await run(
      ...UNNAMED,
      "raw/*/1.csv",
      "--out",
      "clean/",
      "--label",
      "state",
      "--keep",
      "note",
      "--json",
    );
    expect(code, stderr).toBe(0);
    expect(await read("clean/a/1.csv")).toEqual([
      "time,flow,note,state",
      "2024-01-01 00:00:00,1,n0,0",
      "2024-01-01 00:00:01,2,n1,0",
      "2024-01-01 00:00:04,50,n4,1",
      "2024-01-01 00:00:05,6,n5,0",
    ]);
    expect((await read("clean/b/1.csv")).slice(1, 4).map((row) => row.split(",")[1])).toEqual(["0", "10", "20"]);
    const result = JSON.parse(stdout);
    expect(result.leftOut).toEqual([
      { name: "Unnamed: 0", why: "dropped" },
      { name: "fixed", why: "constant" },
      { name: "empty", why: "empty" },
    ]);
    expect(result.notNumbers).toEqual([{ name: "flow", cells: 1 }]);
    expect(result.warnings[0]).toMatch(/1 cells of "flow" are no numbers/);
    expect(result.labels).toEqual({ column: "state", normal: ["ok"], anomalous: ["fault"] });
    expect(result.files[0]).toMatchObject({
      rowsRead: 7,
      rowsWritten: 4,
      empty: 2,
      duplicates: 1,
      out: "clean/a/1.csv",
    });
    expect(result.files[1]).toMatchObject({ moved: 1, rowsWritten: 7 });
  });

  it("puts the series on a grid of times, marks gaps and fills short ones", async () => {
    const flags = ["--columns", "flow", "--every", "1s", "--mark-gaps", "--fill", "linear", "--fill-limit", "2"];
    const { code, stderr } = await run("raw/b/1.csv", "--out", "regular.csv", ...flags);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/7 rows of 1 file → 10 rows, 1 column in regular\.csv/);
    expect(stderr).toMatch(/3 steps without a reading, at most 3 in a row/);
    const rows = await read("regular.csv");
    expect(rows[0]).toBe("time,flow,gap");
    expect(rows.slice(4, 7).map((row) => row.split(",").slice(1))).toEqual([
      ["", "1"],
      ["", "1"],
      ["", "1"],
    ]);
    const filled = await run(
      "raw/b/1.csv",
      "--out",
      "filled.csv",
      "--columns",
      "flow",
      "--every",
      "1s",
      "--fill",
      "linear",
    );
    expect(filled.stderr).toMatch(/3 missing values filled in \(linear\)/);
    expect((await read("filled.csv")).slice(1).map((row) => Number(row.split(",")[1]))).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
  });

  it("learns fill values and scaling from the training rows, keeps them, and applies them to other files", async () => {
    const learn = ["--fill", "median", "--scale", "min-max", "--train", "0.5", "--save", "prep.json"];
    const first = await run("raw/b/1.csv", "--out", "train.csv", "--columns", "flow", ...learn, "--json");
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      trainRows: 3,
      scale: "min-max",
      fill: "median",
      saved: "prep.json",
    });
    // Rows 0, 10, 20 are 0 … 1.
    expect((await read("train.csv")).slice(1).map((row) => Number(row.split(",")[1]))).toEqual([
      0, 0.5, 1, 3, 3.5, 4, 4.5,
    ]);
    const other = await run("raw/a/1.csv", "--out", "other.csv", "--apply", "prep.json");
    expect(other.code, other.stderr).toBe(0);
    expect((await read("other.csv")).slice(1).map((row) => Number(row.split(",")[1]))).toEqual([0.05, 0.1, 2.5, 0.3]);
  });

  it("makes windows, whole and apart from each other when asked", async () => {
    const flags = ["--columns", "flow", "--window", "3", "--window-every", "2", "--label", "state"];
    const { code, stderr } = await run("raw/a/1.csv", "--out", "windows.npz", ...flags);
    expect(code, stderr).toBe(0);
    const made = await run("raw/a/1.csv", "--out", "windows.csv", ...flags, "--window-summary", "statistics");
    expect(made.code, made.stderr).toBe(0);
    const rows = await read("windows.csv");
    expect(rows[0]).toBe("time,mean(flow),std(flow),min(flow),max(flow),slope(flow),state");
    expect(rows).toHaveLength(2);
    // The window holds the fault.
    expect(rows[1]).toMatch(/,1$/);
    const again = await run("windows.npz", "--out", "again.csv", "--label", "y", "--keep-constant");
    expect(again.code, again.stderr).toBe(0);
    expect(await read("again.csv")).toEqual(["x0,x1,x2,y", "1,2,50,1"]);
  });

  it("says what is wrong", async () => {
    await writeFile(folder.file("bad.json"), "{}");
    for (const [args, code, message] of [
      [["--out", "x.csv", "--window-every", "2"], 2, /no windows without --window/],
      [["--out", "x.csv", "--mark-gaps"], 2, /grid of --every/],
      [["--out", "x.csv", "--fill", "mean", "--fill-limit", "2"], 2, /have a limit/],
      [["--out", "x.csv", "--train", "0.5"], 2, /nothing is learned/],
      [["--out", "x.csv", "--train", "1.5", "--scale", "robust"], 2, /share between 0 and 1/],
      [["--out", "x.csv", "--apply", "bad.json"], 1, /bad\.json: this is no saved preparation/],
      [["--out", "x.csv", "--apply", "none.json"], 1, /there is no such file/],
      [["--out", "x.csv", "--apply", "bad.json", "--scale", "robust"], 2, /come from the file/],
      [["--out", "x.csv", "--columns", "note"], 1, /a column of numbers was expected; found text/],
      [["--out", "x.csv", "--columns", "nothing"], 1, /there is no such column/],
      [["--out", "x.csv", "--every", "5"], 2, /a unit is missing: 5s/],
      [["--out", "x.csv", "--every", "soon"], 2, /a duration such as/],
      [["--out", "x"], 2, /end the name of a folder in \//],
      [["--out", "raw/a/1.csv"], 2, /one of the files that are read/],
      [["--out", "x.csv", "--drop", "flow,Unnamed: 0"], 1, /no column is left to prepare/],
      [[], 2, /required option '-o, --out/],
    ] as const) {
      const ended = await run("raw/a/1.csv", ...args);
      expect(ended.stderr).toMatch(message);
      expect(ended.code, args.join(" ")).toBe(code);
    }
    const both = await run("raw/a/1.csv", "raw/a/1.csv", "--out", "twice/");
    expect(both.code, both.stderr).toBe(0);
  });
});
