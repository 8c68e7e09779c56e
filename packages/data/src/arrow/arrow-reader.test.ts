import * as arrow from "apache-arrow";
import { describe, expect, it } from "vitest";
import { openSource } from "../index.js";
import { collect, errorOf, readAll, scratch, valuesOf } from "../testing/fixtures.js";

const { file } = scratch();

function sample(batches = 3, rows = 1000): arrow.Table {
  const parts = Array.from({ length: batches }, (_, b) => {
    const index = Array.from({ length: rows }, (_, i) => b * rows + i);
    return new arrow.Table({
      d: arrow.vectorFromArray(
        index.map((i) => (i % 5 === 0 ? null : i / 2)),
        new arrow.Float64(),
      ),
      i: arrow.vectorFromArray(index.map(BigInt), new arrow.Int64()),
      u: arrow.vectorFromArray(
        index.map((i) => i % 200),
        new arrow.Uint8(),
      ),
      b: arrow.vectorFromArray(
        index.map((i) => i % 2 === 0),
        new arrow.Bool(),
      ),
    });
  });
  return parts.reduce((all, part) => all.concat(part));
}

const expected = (i: number) => [i % 5 === 0 ? Number.NaN : i / 2, i, i % 200, i % 2 === 0 ? 1 : 0];

describe("reading Arrow", () => {
  it.each(["file", "stream"] as const)("reads a %s, batch after batch", async (layout) => {
    const path = file(`all.${layout === "file" ? "arrow" : "arrows"}`, arrow.tableToIPC(sample(), layout));
    const { rows, names } = await readAll(path, { rowsPerChunk: 700 });
    expect(names).toEqual(["d", "i", "u", "b"]);
    expect(rows).toEqual(Array.from({ length: 3000 }, (_, i) => expected(i)));
  });

  it("reads times of every unit to the microsecond, and texts, dictionary-coded or not", async () => {
    const micros = BigInt64Array.of(1_583_748_873_123_456n);
    const time = (type: arrow.Timestamp, value: bigint) =>
      arrow.makeVector({ type, length: 1, data: BigInt64Array.of(value) } as never);
    const table = new arrow.Table({
      s: time(new arrow.TimestampSecond(), (micros[0] as bigint) / 1_000_000n),
      us: time(new arrow.TimestampMicrosecond(), micros[0] as bigint),
      ns: time(new arrow.TimestampNanosecond(), (micros[0] as bigint) * 1000n),
      text: arrow.vectorFromArray(["é"], new arrow.Utf8()),
      word: arrow.vectorFromArray(["ok"], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    });
    const source = await openSource([file("times.arrow", arrow.tableToIPC(table, "file"))]);
    const [read] = await collect(source.chunks());
    expect(read?.columns.map((column) => [column.type, valuesOf(column)[0]])).toEqual([
      ["timestamp", 1_583_748_873_000],
      ["timestamp", 1_583_748_873_123.456],
      ["timestamp", 1_583_748_873_123.456],
      ["string", "é"],
      ["string", "ok"],
    ]);
    await source.close();
  });

  it("names the row of a text among numbers", async () => {
    const words = Array.from({ length: 50 }, (_, i) => (i === 30 ? "bad" : String(i)));
    const path = file(
      "text.arrow",
      arrow.tableToIPC(new arrow.Table({ a: arrow.vectorFromArray(words, new arrow.Utf8()) }), "file"),
    );
    expect(await errorOf(readAll(path))).toMatchObject({
      code: "DATA_NOT_NUMERIC",
      where: { file: path, row: 31, column: "a" },
    });
  });

  it("refuses what is cut short anywhere", async () => {
    for (const layout of ["file", "stream"] as const) {
      const whole = arrow.tableToIPC(sample(), layout);
      for (const length of [7, 30, 200, whole.length / 2, whole.length - 300].map(Math.floor)) {
        const error = await errorOf(
          readAll(file(`cut.arrow${layout === "file" ? "" : "s"}`, whole.subarray(0, length))),
        );
        expect([layout, length, error.code]).toEqual([layout, length, "DATA_FORMAT"]);
      }
    }
  });

  it("refuses what is no Arrow", async () => {
    expect(await errorOf(readAll(file("text.arrows", "a,b\n1,2\n")))).toMatchObject({ code: "DATA_FORMAT" });
  });
});
