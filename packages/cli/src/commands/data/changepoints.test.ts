import { readFile, writeFile } from "node:fs/promises";
import { alarmRows, levelShift, pelt } from "@telltale/core";
import { openSource } from "@telltale/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Change } from "../../changepoints/change.js";
import { type Ended, telltale, temporaryFolder, writeRig } from "../../test/command-line.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (...args: string[]) => telltale(["changepoints", ...args], { cwd: folder.path });
const DROP = ["--drop", "anomaly,changepoint,fault"];

beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRig(folder.file("normal.csv"), { seed: 7, rows: 1200, faults: [] });
  await writeRig(folder.file("1.csv"), { seed: 2, rows: 1500 });
  await writeRig(folder.file("2.csv"), { seed: 10, rows: 1400 });
  // One sensor, a jump at row 601 (from 1).
  const rows = Array.from({ length: 900 }, (_, t) => `${t},${Math.sin(t) + (t < 600 ? 0 : 30)},${Math.cos(3 * t)}`);
  await writeFile(folder.file("jump.csv"), ["second,flow,other", ...rows, ""].join("\n"));
});
afterAll(() => folder.remove());

function json({ code, stdout, stderr }: Ended): { readonly changePoints: readonly Change[]; readonly method: string } {
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function matrixOf(name: string) {
  const source = await openSource([folder.file(name)]);
  try {
    for await (const { matrix } of source.matrices({ drop: ["datetime", "anomaly", "changepoint", "fault"] })) {
      return matrix;
    }
  } finally {
    await source.close();
  }
  throw new Error(`${name} has no rows`);
}

describe("changepoints", () => {
  it("tells a jump, its time and the sensor, with either method", async () => {
    const shift = json(await run("jump.csv", "--time", "second", "--json"));
    const [first] = shift.changePoints;
    expect(shift.method).toBe("level-shift");
    expect(first?.row).toBeGreaterThanOrEqual(601);
    expect(first?.row).toBeLessThan(606);
    expect(first?.time).toBe(String((first?.row as number) - 1));
    expect(first?.causes[0]?.column).toBe("flow");
    const cut = json(await run("jump.csv", "--time", "second", "--method", "pelt", "--json"));
    expect(cut.changePoints.map(({ row, time, score }) => [row, time, score])).toEqual([[601, "600", null]]);
    expect(cut.changePoints[0]?.causes[0]).toEqual({ column: "flow", share: expect.closeTo(1, 3) });
    const text = await run("jump.csv", "--time", "second", "--method", "pelt");
    expect(text.stdout).toMatch(/^600 {2}row 601 {2}flow (100\.0|99\.\d) %/);
  });

  it("tells what core finds, file after file, however the rows are cut into chunks", async () => {
    const whole = json(await run("[12].csv", ...DROP, "--train", "300", "--limit", "3.5", "--rest", "40", "--json"));
    const small = json(
      await run(
        ..."[12].csv --train 300 --limit 3.5 --rest 40 --chunk-rows 37 --kernels js --json".split(" "),
        ...DROP,
      ),
    );
    expect(small.changePoints).toEqual(whole.changePoints);
    expect(new Set(whole.changePoints.map(({ file }) => file)).size).toBe(2);
    const x = await matrixOf("1.csv");
    const train = { ...x, rows: 300, data: x.data.subarray(0, 300 * x.cols) };
    const scores = levelShift().fitSync(train).scoreSync(x).subarray(300);
    const rows = Array.from(alarmRows(scores, { limit: 3.5, rest: 40 }), (row) => row + 301);
    expect(whole.changePoints.filter(({ file }) => file === "1.csv").map(({ row }) => row)).toEqual(rows);
    const cuts = json(
      await run("1.csv", ...DROP, "--method", "pelt", "--penalty", "500", "--min-size", "30", "--json"),
    );
    expect(cuts.changePoints.map(({ row }) => row - 1)).toEqual([...pelt(x, { penalty: 500, minSize: 30 })]);
  });

  it("takes a fitted model with its threshold", async () => {
    const fit = "fit level-shift normal.csv --drop changepoint,fault --label anomaly --model shift.safetensors".split(
      " ",
    );
    const fitted = await telltale(fit, { cwd: folder.path });
    expect(fitted.code, fitted.stderr).toBe(0);
    const found = json(await run("1.csv", "--model", "shift.safetensors", "--json"));
    expect(found.method).toBe("level-shift");
    expect(found.changePoints.length).toBeGreaterThan(0);
    const none = json(await run("1.csv", "--model", "shift.safetensors", "--limit", "1e9", "--json"));
    expect(none.changePoints).toEqual([]);
    expect((await readFile(folder.file("shift.safetensors"))).byteLength).toBeLessThan(40_000);
  });

  it("says what is wrong", async () => {
    for (const [args, text] of [
      [["jump.csv", "--train", "901"], /first 901 rows are to learn from; found 900.*jump\.csv|jump\.csv.*first 901/s],
      [["jump.csv", "--method", "pelt", "--limit", "3"], /--limit has no meaning with --method pelt/],
      [["jump.csv", "--min-size", "3"], /--min-size has no meaning with --method level-shift/],
      [["jump.csv", "--model", "x", "--train", "3"], /--train has no meaning with --model/],
      [["jump.csv", "--penalty", "often"], /penalty: expected/],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(text);
    }
  });
});
