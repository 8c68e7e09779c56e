import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openSource } from "../index.js";
import { collect, errorOf, readAll, scratch, valuesOf } from "../testing/fixtures.js";

const { file } = scratch();

describe("reading CSV", () => {
  it.each([
    ["comma", "a,b\n1,2\n3,4\n"],
    ["semicolon and CRLF", "a;b\r\n1;2\r\n3;4\r\n"],
    ["tab", "a\tb\n1\t2\n3\t4\n"],
    ["bar", "a|b\n1|2\n3|4\n"],
    ["carriage returns alone", "a,b\r1,2\r3,4\r"],
    ["no last line end", "a,b\n1,2\n3,4"],
    ["byte order mark", "\ufeffa,b\n1,2\n3,4\n"],
    ["blank lines", "a,b\n\n1,2\n\n3,4\n\n\n"],
    ["quotes", '"a","b"\n"1","2"\n3,"4"\n'],
    ["decimal commas", "a;b\n1,0;2\n3;4,0\n"],
    ["a delimiter at the end of each line", "a,b,\n1,2,\n3,4,\n"],
    ["spaces", "a,b\n 1, 2\n3 ,4\n"],
  ])("finds out: %s", async (name, text) => {
    const { rows, names } = await readAll(file(`${name.replaceAll(" ", "-")}.csv`, text));
    expect(names).toEqual(["a", "b"]);
    expect(rows).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("names columns without a header x0, x1", async () => {
    const { rows, names } = await readAll(file("bare.csv", "1,2\n3,4\n"));
    expect(names).toEqual(["x0", "x1"]);
    expect(rows).toHaveLength(2);
  });

  it("calls a column without a name as pandas does", async () => {
    const { names } = await readAll(file("unnamed.csv", ",a\n0,1\n1,2\n"));
    expect(names).toEqual(["Unnamed: 0", "a"]);
  });

  it("keeps columns apart whose names differ only in case", async () => {
    const { rows, names } = await readAll(file("case.csv", "a,A\n1,2\n"));
    expect(names).toEqual(["a", "A"]);
    expect(rows).toEqual([[1, 2]]);
  });

  it("reads missing values as NaN and keeps NaN and infinities", async () => {
    const { rows } = await readAll(file("missing.csv", "a,b\n,NA\nnan,NaN\ninf,-Infinity\nnull,1e400\n"));
    expect(rows).toEqual([
      [Number.NaN, Number.NaN],
      [Number.NaN, Number.NaN],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [Number.NaN, Number.POSITIVE_INFINITY],
    ]);
  });

  it("reads every double back exactly", async () => {
    const values = Array.from({ length: 5000 }, (_, i) => Math.sin(i) * 10 ** ((i % 600) - 300));
    const { rows } = await readAll(file("exact.csv", `a\n${values.join("\n")}\n`));
    expect(rows.map(([value]) => value)).toEqual(values);
  });

  it("reads a column that is empty throughout as missing numbers", async () => {
    const { rows } = await readAll(file("hollow.csv", "a,b\n1,\n2,\n"));
    expect(rows).toEqual([
      [1, Number.NaN],
      [2, Number.NaN],
    ]);
  });

  it("reads times as milliseconds in UTC", async () => {
    const path = file("times.csv", "t,u,v\n2020-03-09 10:14:33,2020-03-09T10:14:33.123456+02:00,1\n,,2\n");
    const source = await openSource([path]);
    expect(source.files[0]?.columns.map(({ type }) => type)).toEqual(["timestamp", "timestamp", "float64"]);
    for await (const { columns } of source.chunks()) {
      const at = Date.UTC(2020, 2, 9, 10, 14, 33);
      expect(valuesOf(columns[0])).toEqual([at, Number.NaN]);
      expect(columns[1]?.values[0]).toBeCloseTo(at - 2 * 3_600_000 + 123.456, 3);
    }
    await source.close();
  });

  it("reads truth values and texts", async () => {
    const source = await openSource([file("kinds.csv", 'ok,what\ntrue,"x, ""y"""\nFalse,\n,"two\nlines"\n')]);
    const tables = await collect(source.chunks());
    expect(tables[0]?.columns).toEqual([
      { name: "ok", type: "boolean", values: Uint8Array.of(1, 0, 255) },
      { name: "what", type: "string", values: ['x, "y"', null, "two\nlines"] },
    ]);
    await source.close();
  });

  it("reads gzip", async () => {
    const { rows } = await readAll(file("packed.csv.gz", gzipSync("a,b\n1,2\n")));
    expect(rows).toEqual([[1, 2]]);
  });

  it("takes a file name with signs of a pattern as it is", async () => {
    const { rows } = await readAll(file("odd [1]*'x'.csv", "a\n5\n"));
    expect(rows).toEqual([[5]]);
  });

  it("keeps the order of rows over many buffers, and counts them", async () => {
    const n = 300_000;
    const lines = Array.from({ length: n }, (_, i) => `${i},${"0".repeat(40)}${i}`);
    const { chunks } = await readAll(file("long.csv", `a,b\n${lines.join("\n")}\n`), { rowsPerChunk: 70_001 });
    let expected = 0;
    for (const { matrix, firstRow } of chunks) {
      expect(firstRow).toBe(expected + 1);
      for (let i = 0; i < matrix.rows; i++, expected++) {
        if (matrix.data[2 * i] !== expected || matrix.data[2 * i + 1] !== expected) expect.fail(`row ${expected + 1}`);
      }
    }
    expect(expected).toBe(n);
    expect(chunks.map(({ matrix }) => matrix.rows)).toEqual([70_001, 70_001, 70_001, 70_001, 19_996]);
  });
});

describe("what is wrong with a CSV file", () => {
  const far = 150_000;
  const long = (bad: string) =>
    `a,b\n${Array.from({ length: far + 50_000 }, (_, i) => (i === far ? bad : `${i},2`)).join("\n")}\n`;

  it.each([
    [
      "a short row",
      "a,b\n1,2\n\n3\n5,6\n",
      { code: "DATA_RAGGED", row: 2, line: 4 },
      "2 fields were expected; found 1",
    ],
    ["a long row", "a,b\n1,2\n3,4,5\n", { code: "DATA_RAGGED", row: 2, line: 3 }, "2 fields were expected; found 3"],
    [
      "text for a number, far in",
      long("7,bad"),
      { code: "DATA_NOT_NUMERIC", row: far + 1, line: far + 2, column: "b" },
      "bad",
    ],
    ["a ragged row, far in", long("7"), { code: "DATA_RAGGED", row: far + 1, line: far + 2 }, "found 1"],
    ["an open quote", 'a,b\n1,2\n3,"4\n', { code: "DATA_FORMAT", row: 2, line: 3 }, "never closed"],
    ["mixed line ends", "a,b\n1,2\r\n3,4\n", { code: "DATA_FORMAT", line: 2 }, "end alike"],
    ["duplicate names", "a,b,a\n1,2,3\n", { code: "COLUMN_DUPLICATE", column: "a" }, "same name"],
    ["an empty file", "", { code: "DATA_EMPTY" }, "an empty file"],
    ["blank lines only", "\n\n", { code: "DATA_EMPTY" }, "blank lines only"],
    ["a header only", "a,b\n", { code: "DATA_EMPTY" }, "a header line only"],
    ["binary data", "a\0b\u0001\n", { code: "DATA_FORMAT" }, "binary data"],
    [
      "text, after a newline in quotes",
      'a,b\n"1","2"\n"x\ny",3\n4,bad\n',
      { code: "DATA_NOT_NUMERIC", row: 3, line: 5, column: "b" },
      "a number",
    ],
  ])("says it: %s", async (name, text, expected, words) => {
    const path = file(`bad-${name.replaceAll(/[ ,]/g, "-")}.csv`, text);
    const columns = name.includes("quotes") ? ["b"] : undefined;
    const error = await errorOf(readAll(path, { columns }));
    expect({ code: error.code, ...error.where }).toEqual({ ...expected, file: path });
    expect(error.message).toContain(words);
    expect(error.message).toContain(path);
    expect(error.remedy).toBeTruthy();
  });

  it("says the line of bytes that are not UTF-8", async () => {
    const path = file("latin1.csv", Buffer.from(`a,b\n${"1,2\n".repeat(200_000)}3,caf\xe9\n`, "latin1"));
    const error = await errorOf(readAll(path));
    expect(error).toMatchObject({ code: "DATA_FORMAT", where: { file: path, line: 200_002 } });
    expect(error.message).toContain("iconv");
  });

  it("does not take part of a file for all of it", async () => {
    const path = file("part.csv", long("7,bad"));
    const source = await openSource([path]);
    let rows = 0;
    const reading = (async () => {
      for await (const { matrix } of source.matrices({ rowsPerChunk: 1000 })) rows += matrix.rows;
    })();
    await expect(reading).rejects.toMatchObject({ code: "DATA_NOT_NUMERIC" });
    expect(rows).toBeLessThanOrEqual(far);
    await source.close();
  });

  it("reports a time that is none", async () => {
    const text = `t,a\n${"2020-01-01 00:00:00+02,1\n".repeat(20_000)}yesterday,2\n`;
    const error = await errorOf(readAll(file("bad-time.csv", text), { time: "t" }));
    expect(error).toMatchObject({ code: "DATA_FORMAT", where: { row: 20_001, line: 20_002, column: "t" } });
  });

  it("does not convert what is not asked for", async () => {
    const { rows } = await readAll(file("unasked.csv", long("7,bad")), { columns: ["a"] });
    expect(rows).toHaveLength(far + 50_000);
  });

  it("refuses text in a column that is a variable, with its name", async () => {
    const path = file("words.csv", "a,b\n1,x\n2,y\n");
    const error = await errorOf(readAll(path));
    expect(error).toMatchObject({ code: "DATA_NOT_NUMERIC", where: { file: path, row: 1, line: 2, column: "b" } });
  });
});
