import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, FileError, matrix, ParamError, Random } from "@telltale/core";
import { writeNpz } from "@telltale/data";
import { afterAll, describe, expect, it } from "vitest";
import { runSuite } from "../run-suite.js";
import { adbench } from "./adbench.js";
import { splitAdbench } from "./protocol.js";
import { readAdbenchSet } from "./sets.js";
import { summarize } from "./summary.js";

const folder = mkdtempSync(join(tmpdir(), "adbench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two columns of noise; one row in twenty lies elsewhere. */
function planted(rows: number, far: number, seed: number) {
  const random = new Random(seed);
  const labels = Uint8Array.from({ length: rows }, (_, i) => (i % 20 === 3 ? 1 : 0));
  const x = Float64Array.from({ length: 2 * rows }, (_, i) => random.normal() + (labels[i >> 1] === 1 ? far : 0));
  return { labels, x };
}

async function writeSet(name: string, rows: number, far: number): Promise<void> {
  const { labels, x } = planted(rows, far, rows);
  await writeNpz(join(folder, name), [
    { name: "X", values: x, shape: [rows, 2] },
    { name: "y", values: Float64Array.from(labels), shape: [rows] },
  ]);
}

describe("the division of a set", () => {
  const set = (rows: number) => {
    const { labels, x } = planted(rows, 5, 1);
    return { name: "planted", x: matrix(x, rows, 2), labels };
  };

  it("fills small sets up with copies and cuts large ones, 30 % of each kind to test, the same for the same seed", () => {
    for (const [rows, all] of [
      [100, 1000],
      [2000, 2000],
      [12_000, 10_000],
    ] as const) {
      const { train, test, labels } = splitAdbench(set(rows), 1);
      expect(train.rows + test.rows).toBe(all);
      expect(Math.abs(test.rows - 0.3 * all)).toBeLessThanOrEqual(1);
      const anomalies = labels.reduce((sum, label) => sum + label, 0);
      expect(Math.abs(anomalies / test.rows - 0.05)).toBeLessThan(0.025);
      expect(splitAdbench(set(rows), 1)).toEqual({ train, test, labels });
      expect(splitAdbench(set(rows), 2).test.data).not.toEqual(test.data);
    }
  });

  it("scales by the training rows, and keeps rows apart where none is drawn twice", () => {
    const { train, test } = splitAdbench(set(2000), 3);
    for (const j of [0, 1]) {
      const column = Array.from({ length: train.rows }, (_, i) => train.data[2 * i + j] as number);
      expect([Math.min(...column), Math.max(...column)]).toEqual([0, 1]);
    }
    const key = (data: Float64Array, i: number) => `${data[2 * i]},${data[2 * i + 1]}`;
    const seen = new Set(Array.from({ length: train.rows }, (_, i) => key(train.data, i)));
    expect(Array.from({ length: test.rows }, (_, i) => seen.has(key(test.data, i))).filter(Boolean)).toEqual([]);
  });
});

describe("summarize", () => {
  const done = (rocAuc: number, averagePrecision: number) =>
    ({ status: "done", rocAuc, averagePrecision, fitSeconds: 1, scoreSeconds: 2 }) as const;
  const failed = { status: "failed", code: "KERNEL_MEMORY", message: "too much" } as const;

  it("averages over seeds, then sets; a failure counts as chance and ranks last", () => {
    const sets = [
      { name: "a", anomalies: 0.1 },
      { name: "b", anomalies: 0.2 },
    ];
    const row = (name: string, trials: Parameters<typeof summarize>[1][number]["trials"]) =>
      ({ name, kind: "detector", settings: "", trials }) as const;
    const [base, good, broken] = summarize(
      sets,
      [
        row("extended-isolation-forest", [
          [done(0.7, 0.3), done(0.9, 0.5)],
          [done(0.4, 0.2), done(0.6, 0.2)],
        ]),
        row("good", [
          [done(0.9, 0.6), done(1, 0.6)],
          [done(0.4, 0.1), done(0.5, 0.1)],
        ]),
        row("broken", [
          [failed, done(0.9, 0.9)],
          [failed, failed],
        ]),
      ],
      [1, 2],
    );
    expect(base?.measures.rocAuc).toBeCloseTo(0.65, 12);
    expect(base?.measures.gain).toBeNull();
    expect(good?.measures.rank).toBe(1.5);
    expect(good?.measures).toMatchObject({ wins: 1, losses: 1, failures: 0 });
    expect(good?.measures.gain).toBeCloseTo(0.05, 12);
    expect(good?.seconds).toEqual({ fit: 4, score: 8 });
    expect(broken?.measures).toMatchObject({ rank: 3, failures: 3 });
    expect(broken?.measures.rocAuc).toBeCloseTo((0.7 + 0.5) / 2, 12);
    expect(broken?.measures.averagePrecision).toBeCloseTo((0.5 + 0.2) / 2, 12);
    expect(broken?.failures[0]).toEqual({ part: "a, seed 1", code: "KERNEL_MEMORY", message: "too much" });
  });
});

describe("adbench on made-up sets", () => {
  it("runs detectors beside the baseline and controls, counts failures, and goes on after a stop", async () => {
    await writeSet("2_far.npz", 300, 6);
    await writeSet("10_near.npz", 1200, 2);
    const options = { detectors: ["ecod", "lof:k=999999", "boosted-trees"], repeats: 2 };
    const result = await runSuite(adbench, folder, options);
    const row = (name: string) => result.rows.find((each) => each.name === name);
    expect(result.rows.map(({ name }) => name).sort()).toEqual(
      ["boosted-trees", "constant", "ecod", "extended-isolation-forest", "lof:k=999999", "random"].sort(),
    );
    expect(row("ecod")?.measures.rocAuc).toBeGreaterThan(0.9);
    expect(row("ecod")?.parts.map(({ name }) => name)).toEqual(["2_far", "10_near"]);
    expect(row("constant")?.measures.rocAuc).toBe(0.5);
    expect(Math.abs((row("random")?.measures.rocAuc ?? 0) - 0.5)).toBeLessThan(0.15);
    for (const name of ["lof:k=999999", "boosted-trees"]) expect(row(name)?.measures).toMatchObject({ failures: 4 });
    expect(row("boosted-trees")?.failures[0]?.message).toMatch(/learns from labels/);
    expect(result.provenance.data.map(({ file }) => file)).toEqual(["2_far.npz", "10_near.npz"]);

    // Half of the work, then all of it, from the journal: the same figures.
    const resume = join(folder, "adbench.journal");
    const stop = new AbortController();
    let told = 0;
    await expect(
      runSuite(adbench, folder, {
        ...options,
        resume,
        signal: stop.signal,
        progress: () => ++told > 9 && stop.abort(),
      }),
    ).rejects.toThrow();
    const before = readFileSync(resume, "utf8").split("\n").length;
    expect(before).toBeGreaterThan(5);
    const again = await runSuite(adbench, folder, { ...options, resume });
    const figures = ({ rows }: typeof result) => rows.map(({ name, measures, parts }) => ({ name, measures, parts }));
    expect(figures(again)).toEqual(figures(result));
    expect(readFileSync(resume, "utf8").split("\n").length).toBe(2 + 6 * 2 * 2);
    await writeSet("2_far.npz", 301, 6);
    await expect(runSuite(adbench, folder, { ...options, resume })).rejects.toThrow(DataError);
  });

  it("says what is wrong with a folder or a file", async () => {
    await expect(adbench.run(join(folder, "none"), {})).rejects.toThrow(FileError);
    await expect(adbench.run(import.meta.dirname, {})).rejects.toThrow(/no .npz file/);
    await expect(adbench.run(folder, { detectors: ["nothing"] })).rejects.toThrow(ParamError);
    const values = Float64Array.of(1, 2, 3, 4);
    for (const labels of [
      [0, 0],
      [0, 2],
    ]) {
      await writeNpz(join(folder, "bad.data"), [
        { name: "X", values, shape: [2, 2] },
        { name: "y", values: Float64Array.from(labels), shape: [2] },
      ]);
      copyFileSync(join(folder, "bad.data"), join(folder, "bad.npz"));
      await expect(readAdbenchSet(folder, "bad.npz")).rejects.toThrow(DataError);
    }
    await writeNpz(join(folder, "bad.npz"), [{ name: "X", values, shape: [2, 2] }]);
    await expect(readAdbenchSet(folder, "bad.npz")).rejects.toThrow(/no labels y/);
    rmSync(join(folder, "bad.npz"));
  });
});

const DATA = join(import.meta.dirname, "../../../../../../shared/datasets/adbench");
const present = existsSync(DATA);
if (!present) console.log(`skipped: ADBench on its own files, since ${DATA} is not there`);

describe.skipIf(!present)("adbench on its own files", () => {
  it("has figures as known of two small sets", async () => {
    const some = join(folder, "some");
    mkdirSync(some);
    for (const name of ["45_wine.npz", "6_cardio.npz"]) copyFileSync(join(DATA, name), join(some, name));
    const { rows } = await runSuite(adbench, some, { detectors: ["auto:mode=fast", "isolation-forest", "ecod"] });
    const area = (name: string, set: string) =>
      rows.find((row) => row.name === name)?.parts.find((part) => part.name === set)?.measures.rocAuc as number;
    // scikit-learn's forest, fitted and scored on all rows of cardio, has .93; that of a few hundred rows moves by .02.
    expect(Math.abs(area("isolation-forest", "6_cardio") - 0.93)).toBeLessThan(0.03);
    expect(area("ecod", "6_cardio")).toBeGreaterThan(0.9);
    expect(area("auto:mode=fast", "45_wine")).toBeGreaterThan(0.8);
  }, 60_000);
});
