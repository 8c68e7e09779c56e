import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SKAB_FILES } from "@telltale/compare";
import { Random } from "@telltale/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telltale, temporaryFolder } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(["benchmark", ...args], { cwd: folder.path });

const SENSORS =
  "Accelerometer1RMS;Accelerometer2RMS;Current;Pressure;Temperature;Thermocouple;Voltage;Volume Flow RateRMS";
const timeOf = (seconds: number) =>
  new Date(Date.UTC(2020, 2, 9) + 1000 * seconds).toISOString().slice(0, 19).replace("T", " ");

/** A file as SKAB has them, with a shift of one sensor. */
function skabFile(seed: number): string {
  const random = new Random(seed);
  const lines = Array.from({ length: 440 }, (_, i) => {
    const odd = i >= 410 && i < 425;
    const values = Array.from({ length: 8 }, (_, j) => (random.normal() + (odd && j === 3 ? 20 : 0)).toFixed(3));
    return [timeOf(i), ...values, odd ? "1.0" : "0.0", i === 410 || i === 425 ? "1.0" : "0.0"].join(";");
  });
  return [`datetime;${SENSORS};anomaly;changepoint`, ...lines, ""].join("\r\n");
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(folder.file(path)), { recursive: true });
  await writeFile(folder.file(path), text);
}

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const [i, name] of SKAB_FILES.entries()) await write(`skab/${name}`, skabFile(i));
  const random = new Random(1);
  const rows = Array.from({ length: 300 }, (_, i) => `${timeOf(i)},${random.normal() + (i >= 200 && i < 220 ? 9 : 0)}`);
  await write("nab/data/made/shift.csv", ["timestamp,value", ...rows, ""].join("\n"));
  const windows = { "made/shift.csv": [[`${timeOf(200)}.000000`, `${timeOf(219)}.000000`]] };
  await write("nab/labels/combined_windows.json", JSON.stringify(windows));
});
afterAll(() => folder.remove());

describe.concurrent("telltale benchmark", () => {
  it("gives the same figures in several threads, and tells the failures of a detector", async () => {
    const given = ["skab", "skab", "--detectors", "z-score,knn:k=500", "--seed", "3", "--json"];
    const [one, two] = await Promise.all([run(...given, "--threads", "1"), run(...given, "--threads", "2")]);
    expect(one.code, one.stderr).toBe(0);
    expect(two.code, two.stderr).toBe(0);
    const figures = (text: string) =>
      (JSON.parse(text) as { rows: { seconds: unknown }[] }).rows.map(({ seconds: _, ...row }) => row);
    expect(figures(two.stdout)).toEqual(figures(one.stdout));
    const { rows, provenance } = JSON.parse(two.stdout);
    expect(rows.find(({ name }: { name: string }) => name === "knn:k=500").failures).toHaveLength(34);
    expect(provenance.data).toHaveLength(34);
    expect(provenance.command).toBe("telltale benchmark skab");
  });

  it("prints a table, writes the result and a page", async () => {
    const given = ["nab", "nab", "--detectors", "ewma,knn:k=9999", "--out", "nab.json", "--report", "nab.html"];
    const { code, stdout, stderr } = await run(...given);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/NAB standard\*/);
    expect(stdout).toMatch(/ {2}ewma +\d+\.\d\d/);
    expect(stdout).toMatch(/an oracle, no result to expect in use/);
    expect(stdout).toMatch(/knn:k=9999 on 1 of 1 \(made\/shift\.csv\): .*\(PARAM_RANGE\)/);
    expect(stderr).toMatch(/result written to nab\.json/);
    const result = JSON.parse(await readFile(folder.file("nab.json"), "utf8"));
    expect(result).toMatchObject({ schema: 1, suite: "nab", settings: { seed: 0, files: 1 } });
    expect(await readFile(folder.file("nab.html"), "utf8")).toMatch(/Numenta Anomaly Benchmark/);
  });

  it.each([
    [["skab", "nowhere"], 1, /nowhere is not a folder/],
    [["skab", "nab"], 1, /34 files are expected in nab; 34 are not there/],
    [["skab", "skab", "--detectors", "crystal-ball"], 2, /no detector "crystal-ball"/],
    [["skab", "skab", "--detectors", "lof,,knn"], 2, /names of detectors with commas/],
    [["nab", "nab", "--out", "nab/labels/combined_windows.json"], 2, /is a file of the benchmark/],
    [["skab", "skab", "--seed", "-1"], 2, /--seed/],
    [["tsb-ad", "skab", "--learn", "all"], 2, /whole, train/],
    [["chess", "skab"], 2, /chess/],
  ] as const)("refuses %j", async (args, expected, says) => {
    const { code, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(says);
    expect([code, stdout]).toEqual([expected, ""]);
  });
});
