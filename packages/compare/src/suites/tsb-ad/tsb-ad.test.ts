import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { averagePrecision, findWindowLength, Random, vusPr } from "@telltale/core";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stableJson } from "../../record/index.js";
import { runSuite } from "../run-suite.js";
import { readTsb, tsbFiles } from "./files.js";
import { tsbAd } from "./tsb-ad.js";

const ROOT = mkdtempSync(join(tmpdir(), "telltale-tsb-"));
let folder = "";
let count = 0;
afterAll(() => rmSync(ROOT, { recursive: true, force: true }));

const ONE = "001_MADE_id_1_Sine_tr_300_1st_500.csv";
const TWO = "002_MADE_id_2_Sine_tr_250_1st_600.csv";

/** A period of 24 rows, and another one where the labels are 1. */
function text(rows: number, from: number, columns: number, seed: number, end = "\n"): string {
  const random = new Random(seed);
  const lines = Array.from({ length: rows }, (_, i) => {
    const odd = i >= from && i < from + 30;
    const value = () => Math.sin((2 * Math.PI * i) / (odd ? 7 : 24)) + 0.05 * random.normal();
    return [...Array.from({ length: columns }, value), odd ? 1 : 0].join(",");
  });
  const names = columns === 1 ? ["Data"] : Array.from({ length: columns }, (_, j) => `Data${j}`);
  return [[...names, "Label"].join(","), ...lines, ""].join(end);
}

const emptied = () => {
  for (const name of [ONE, TWO]) rmSync(join(folder, name));
};
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);

beforeEach(() => {
  folder = join(ROOT, String(count++));
  mkdirSync(folder);
  write(ONE, text(700, 500, 1, 1));
  write(TWO, text(800, 600, 3, 2, "\r\n"));
});

describe("tsb-ad", () => {
  it("reads what names and columns say", async () => {
    const found = [];
    for await (const each of readTsb(folder, await tsbFiles(folder, undefined))) found.push(each);
    expect(found.map(({ name, set, x, train, window }) => [name, set, x.rows, x.cols, train, window])).toEqual([
      [ONE, "MADE", 700, 1, 300, 24],
      [TWO, "MADE", 800, 3, 250, 24],
    ]);
    expect(found[0]?.labels.indexOf(1)).toBe(500);
  });

  it("finds another period, beside controls, and gives the same bits again", async () => {
    const options = { detectors: ["sub-pca", "sub-knn"], seed: 2 };
    const result = await runSuite(tsbAd, folder, options);
    const row = (name: string) => result.rows.find((each) => each.name === name)?.measures ?? {};
    expect(row("sub-pca").vusPr).toBeGreaterThan(0.5);
    expect(row("random").vusPr).toBeLessThan(0.25);
    // The known flaw of point adjustment, which is why it is not to be read alone.
    expect(row("random").pointAdjustedF1).toBeGreaterThan(0.4);
    expect(result.measures.filter(({ oracle }) => oracle)).toHaveLength(5);
    const figures = ({ rows }: typeof result) => stableJson(rows.map(({ seconds: _, ...rest }) => rest));
    expect(figures(await runSuite(tsbAd, folder, options))).toBe(figures(result));
    const train = await runSuite(tsbAd, folder, { ...options, learn: "train" });
    expect(train.rows[0]?.measures.vusPr).not.toBe(row("sub-pca").vusPr);
  });

  it("measures files one by one and means them", async () => {
    const { rows } = await runSuite(tsbAd, folder, { detectors: ["z-score"], seed: 4 });
    const random = rows.find(({ name }) => name === "random");
    const expected = [];
    for await (const { name, x, labels } of readTsb(folder, [ONE, TWO])) {
      const numbers = new Random(4, Number.parseInt(name, 10));
      const scores = Float64Array.from({ length: x.rows }, () => numbers.uniform());
      const first = Float64Array.from({ length: x.rows }, (_, i) => x.data[i * x.cols] as number);
      expected.push([averagePrecision(labels, scores), vusPr(labels, scores, { window: findWindowLength(first) })]);
    }
    expect(random?.parts.map(({ measures }) => [measures.aucPr, measures.vusPr])).toEqual(expected);
    const [a = [], b = []] = expected;
    expect(random?.measures.aucPr).toBeCloseTo(((a[0] as number) + (b[0] as number)) / 2, 12);
  });

  it("runs the files that a list names, and counts a failure as 0", async () => {
    const list = join(folder, "list.txt");
    writeFileSync(list, `file_name\r\n${TWO}\r\n`);
    const { rows, provenance, settings } = await runSuite(tsbAd, folder, {
      detectors: ["knn:k=900"],
      list,
      learn: "train",
    });
    expect(provenance.data.map(({ file }) => file)).toEqual([TWO]);
    expect(settings).toMatchObject({ files: 1, learn: "train" });
    expect(rows[0]?.failures.map(({ part, code }) => [part, code])).toEqual([[TWO, "PARAM_RANGE"]]);
    expect(rows[0]?.measures.vusPr).toBe(0);
  });

  it.each([
    ["no folder", () => rmSync(folder, { recursive: true }), "FILE_NOT_FOUND", /not a folder/],
    ["an empty folder", emptied, "FILE_NOT_FOUND", /no CSV file/],
    ["names that say nothing", () => write("sine.csv", text(100, 50, 1, 1)), "DATA_FORMAT", /sine\.csv does not say/],
    ["labels elsewhere", () => write(ONE, "Label,Data\n0,1\n1,2\n"), "DATA_FORMAT", /last column should be Label/],
    ["labels of other kinds", () => write(ONE, text(700, 500, 1, 1).replace(",1\n", ",2\n")), "DATA_LABEL", /0 or 1/],
    ["too few rows", () => write(ONE, text(200, 100, 1, 1)), "SHAPE_TOO_FEW_ROWS", /300 rows to learn from/],
  ])("refuses %s", async (_, spoil, code, message) => {
    spoil();
    const failure = await runSuite(tsbAd, folder, { detectors: ["z-score"] }).catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).toMatch(message);
  });

  it("refuses lists that are not there, empty, or name other files", async () => {
    const list = join(ROOT, `list-${count}.txt`);
    const run = () => runSuite(tsbAd, folder, { detectors: ["z-score"], list });
    await expect(run()).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
    writeFileSync(list, "file_name\n");
    await expect(run()).rejects.toMatchObject({ code: "DATA_EMPTY" });
    writeFileSync(list, ONE.replace("001", "007"));
    await expect(run()).rejects.toThrow(/1 is not there: 007_/);
  });
});
