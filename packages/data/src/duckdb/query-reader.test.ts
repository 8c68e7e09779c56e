import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { openSource } from "../index.js";
import { collect, errorOf, readAll, scratch } from "../testing/fixtures.js";

const { folder, file } = scratch();

async function parquet(name: string, query: string): Promise<string> {
  const path = join(folder, name);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 5000)`);
  connection.closeSync();
  return path;
}

describe("reading Parquet", () => {
  it("reads numbers of all kinds as doubles, nulls as NaN, in order", async () => {
    const path = await parquet(
      "all.parquet",
      "SELECT i::BIGINT AS b, i::UTINYINT AS u, (i / 4)::DECIMAL(9,2) AS d, (i % 2 = 0) AS o, " +
        "CASE WHEN i % 3 = 0 THEN NULL ELSE i::FLOAT END AS n FROM range(200) t(i)",
    );
    const { rows, names } = await readAll(path);
    expect(names).toEqual(["b", "u", "d", "o", "n"]);
    expect(rows).toEqual(
      Array.from({ length: 200 }, (_, i) => [i, i, i / 4, i % 2 === 0 ? 1 : 0, i % 3 === 0 ? Number.NaN : i]),
    );
  });

  it("knows the number of rows, and keeps their order over row groups", async () => {
    const path = await parquet("many.parquet", "SELECT i::DOUBLE AS a FROM range(100000) t(i)");
    const source = await openSource([path]);
    expect(source.files[0]?.rows).toBe(100_000);
    let expected = 0;
    for await (const { matrix } of source.matrices()) {
      for (const value of matrix.data) if (value !== expected++) expect.fail(`row ${expected}`);
    }
    expect(expected).toBe(100_000);
    await source.close();
  });

  it("reads times in any unit as milliseconds in UTC", async () => {
    const at = "TIMESTAMP '2020-03-09 10:14:33.5'";
    const path = await parquet(
      "times.parquet",
      `SELECT ${at} AS us, ${at}::TIMESTAMP_NS AS ns, ${at}::TIMESTAMP_MS AS ms, DATE '2020-03-09' AS d`,
    );
    const source = await openSource([path]);
    const [table] = await collect(source.chunks());
    const ms = Date.UTC(2020, 2, 9, 10, 14, 33, 500);
    expect(table?.columns.map(({ type, values }) => [type, values[0]])).toEqual([
      ["timestamp", ms],
      ["timestamp", ms],
      ["timestamp", ms],
      ["timestamp", Date.UTC(2020, 2, 9)],
    ]);
    await source.close();
  });

  it("names the row of a text among numbers", async () => {
    const path = await parquet(
      "text.parquet",
      "SELECT CASE WHEN i = 7000 THEN 'x' ELSE i::VARCHAR END AS a FROM range(9000) t(i)",
    );
    const error = await errorOf(readAll(path));
    expect(error).toMatchObject({ code: "DATA_NOT_NUMERIC", where: { file: path, row: 7001, column: "a" } });
  });

  it("refuses a file that is cut short, or none at all", async () => {
    const whole = readFileSync(await parquet("whole.parquet", "SELECT i AS a FROM range(9000) t(i)"));
    for (const length of [whole.length - 1, whole.length / 2, 9]) {
      const path = file("cut.parquet", whole.subarray(0, length));
      expect(await errorOf(readAll(path))).toMatchObject({ code: "DATA_FORMAT", where: { file: path } });
    }
    expect(await errorOf(readAll(file("text.pq", "not parquet")))).toMatchObject({ code: "DATA_FORMAT" });
  });

  it("refuses damaged pages, though the footer is fine", async () => {
    const bytes = readFileSync(await parquet("pages.parquet", "SELECT random() AS a FROM range(90000) t(i)"));
    bytes.fill(0xff, 500_000, 640_000);
    expect(await errorOf(readAll(file("damaged.parquet", bytes)))).toMatchObject({ code: "DATA_FORMAT" });
  });
});

describe("reading JSON", () => {
  it("reads objects a line, and an array of them", async () => {
    const objects = ['{"a":1,"b":true}', '{"a":2.5,"b":false}', '{"b":null}'];
    const expected = [
      [1, 1],
      [2.5, 0],
      [Number.NaN, Number.NaN],
    ];
    expect((await readAll(file("lines.ndjson", `${objects.join("\n")}\n`))).rows).toEqual(expected);
    expect((await readAll(file("lines.json", `${objects.join("\n")}\n`))).rows).toEqual(expected);
    expect((await readAll(file("array.json", `[${objects.join(",\n")}]`))).rows).toEqual(expected);
  });

  it("goes on with fractions after whole numbers, and with values after none", async () => {
    const lines = [...Array(30_000).fill('{"a":1,"b":null}'), '{"a":1.5,"b":2}'];
    const { rows } = await readAll(file("later.ndjson", lines.join("\n")));
    expect(rows.at(-1)).toEqual([1.5, 2]);
  });

  it("names the row of a text among numbers", async () => {
    const lines = [...Array(30_000).fill('{"a":1}'), '{"a":"bad"}', '{"a":2}'];
    for (const [name, text] of [
      ["text.ndjson", lines.join("\n")],
      ["text.json", `[${lines.join(",")}]`],
    ] as const) {
      const path = file(name, text);
      const error = await errorOf(readAll(path));
      expect(error).toMatchObject({ code: "DATA_NOT_NUMERIC", where: { file: path, row: 30_001, column: "a" } });
      expect(error.message).toContain('found "bad"');
    }
  });

  it("names the line of what is no JSON", async () => {
    const path = file("broken.ndjson", `${'{"a":1}\n'.repeat(30_000)}{"a":\n{"a":2}\n`);
    expect(await errorOf(readAll(path))).toMatchObject({ code: "DATA_FORMAT", where: { file: path, line: 30_001 } });
  });

  it("refuses values that are no objects", async () => {
    expect(await errorOf(readAll(file("numbers.json", "[1, 2, 3]")))).toMatchObject({ code: "DATA_FORMAT" });
  });
});
