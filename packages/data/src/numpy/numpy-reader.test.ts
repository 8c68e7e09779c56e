import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { openSource } from "../index.js";
import { collect, errorOf, readAll, scratch, valuesOf } from "../testing/fixtures.js";

const { file } = scratch();

interface Described {
  readonly descr: string;
  readonly shape: string;
  readonly fortran?: boolean;
  readonly version?: number;
}

/** An array file as numpy.lib.format describes it. */
function npy(data: ArrayBufferView, { descr, shape, fortran = false, version = 1 }: Described): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape}), }`;
  const start = version === 1 ? 10 : 12;
  const padded = `${text.padEnd(Math.ceil((start + text.length + 1) / 64) * 64 - start - 1)}\n`;
  const head = Buffer.alloc(start);
  head.write("\x93NUMPY", "latin1");
  head[6] = version;
  if (version === 1) head.writeUInt16LE(padded.length, 8);
  else head.writeUInt32LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

const f8 = (...values: number[]) => Float64Array.from(values);

describe("reading .npy", () => {
  it.each([
    ["doubles", f8(1, 2, 3, 4, 5, 6), { descr: "'<f8'", shape: "3, 2" }],
    ["doubles of format 2", f8(1, 2, 3, 4, 5, 6), { descr: "'<f8'", shape: "3, 2", version: 2 }],
    ["Fortran order", f8(1, 3, 5, 2, 4, 6), { descr: "'<f8'", shape: "3, 2", fortran: true }],
    ["singles", Float32Array.of(1, 2, 3, 4, 5, 6), { descr: "'<f4'", shape: "3, 2" }],
    ["halves", Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600), { descr: "'<f2'", shape: "3, 2" }],
    ["bytes", Int8Array.of(1, 2, 3, 4, 5, 6), { descr: "'|i1'", shape: "3, 2" }],
    ["long integers", BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n), { descr: "'<i8'", shape: "3, 2" }],
    ["big-endian integers", Uint8Array.of(0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6), { descr: "'>u2'", shape: "3, 2" }],
  ])("reads %s", async (name, data, described) => {
    const { rows, names } = await readAll(file(`${name}.npy`, npy(data, described)));
    expect(names).toEqual(["x0", "x1"]);
    expect(rows).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it("reads a vector as one column, and knows its length", async () => {
    const source = await openSource([file("vector.npy", npy(f8(1, Number.NaN), { descr: "'<f8'", shape: "2," }))]);
    expect(source.files[0]).toMatchObject({ rows: 2, columns: [{ name: "x0", type: "float64" }] });
    await source.close();
  });

  it.each([
    [
      "a shape that is not there",
      f8(1, 2),
      { descr: "'<f8'", shape: "1000000000000, 52" },
      "needs 416000000000000 bytes",
    ],
    ["a shape of 2^60", f8(1), { descr: "'<f8'", shape: "1152921504606846976," }, "found 8"],
    ["pickled objects", f8(1), { descr: "'|O'", shape: "1," }, "pickled Python objects, which are never loaded"],
    ["a structured type", f8(1), { descr: "[('a', '<f8')]", shape: "1," }, "structured"],
    ["texts without length", f8(1), { descr: "'<U0'", shape: "1152921504606846976," }, "type U0"],
    ["complex numbers", f8(1, 2), { descr: "'<c16'", shape: "1," }, "type c16"],
    ["three dimensions", f8(1, 2), { descr: "'<f8'", shape: "1, 2, 1" }, "of shape (1, 2, 1)"],
    ["a negative shape", f8(1), { descr: "'<f8'", shape: "-1," }, "no shape"],
    ["code for a shape", f8(1), { descr: "'<f8'", shape: "__import__('os')," }, "no shape"],
    ["a format from the future", f8(1), { descr: "'<f8'", shape: "1,", version: 9 }, "found 9"],
  ])("refuses %s", async (name, data, described, words) => {
    const error = await errorOf(readAll(file(`${name.replaceAll(" ", "-")}.npy`, npy(data, described))));
    expect(error.code).toBe("DATA_FORMAT");
    expect(error.message).toContain(words);
  });

  it("refuses an array without rows, and one cut short within its header", async () => {
    const empty = npy(f8(), { descr: "'<f8'", shape: "0, 2" });
    expect(await errorOf(readAll(file("empty.npy", empty)))).toMatchObject({ code: "DATA_EMPTY" });
    expect(await errorOf(readAll(file("cut.npy", empty.subarray(0, 20))))).toMatchObject({ code: "DATA_FORMAT" });
    expect(await errorOf(readAll(file("tiny.npy", empty.subarray(0, 8))))).toMatchObject({ code: "DATA_FORMAT" });
  });
});

describe("reading .npz", () => {
  const x = npy(f8(1, 2, 3, 4), { descr: "'<f8'", shape: "2, 2" });
  const y = npy(BigInt64Array.of(0n, 1n), { descr: "'<i8'", shape: "2," });

  it.each([0, 6] as const)("reads X and y, and leaves other arrays alone (compression %i)", async (level) => {
    const other = npy(f8(1), { descr: "'|O'", shape: "1," });
    const path = file(`set${level}.npz`, zipSync({ "X.npy": x, "y.npy": y, "names.npy": other }, { level }));
    const { rows, labels, names } = await readAll(path, { label: "y" });
    expect(names).toEqual(["x0", "x1"]);
    expect(rows).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(labels).toEqual([0, 1]);
  });

  it("reads named vectors, texts among them", async () => {
    const text = npy(Uint32Array.from([..."ok", "\0", ..."bad"].map((c) => c.charCodeAt(0))), {
      descr: "'<U3'",
      shape: "2,",
    });
    const source = await openSource([
      file("named.npz", zipSync({ "flow.npy": npy(f8(1, 2), { descr: "'<f8'", shape: "2," }), "state.npy": text })),
    ]);
    const [table] = await collect(source.chunks());
    expect(table?.columns.map((column) => [column.name, valuesOf(column)])).toEqual([
      ["flow", [1, 2]],
      ["state", ["ok", "bad"]],
    ]);
    await source.close();
  });

  it("refuses arrays of different lengths", async () => {
    const short = npy(BigInt64Array.of(0n), { descr: "'<i8'", shape: "1," });
    const error = await errorOf(readAll(file("uneven.npz", zipSync({ "X.npy": x, "y.npy": short }))));
    expect(error).toMatchObject({ code: "DATA_RAGGED" });
  });

  it("refuses a file that is cut short, damaged, or without arrays", async () => {
    const whole = Buffer.from(zipSync({ "X.npy": x, "y.npy": y }, { level: 0 }));
    expect(await errorOf(readAll(file("cut.npz", whole.subarray(0, whole.length - 30))))).toMatchObject({
      code: "DATA_FORMAT",
    });
    const at = whole.indexOf(Buffer.from(f8(1, 2, 3, 4).buffer));
    whole[at] = 0xff;
    const damaged = await errorOf(readAll(file("damaged.npz", whole)));
    expect(damaged).toMatchObject({ code: "DATA_FORMAT" });
    expect(damaged.message).toContain("checksum");
    expect(await errorOf(readAll(file("none.npz", zipSync({ "a.txt": Uint8Array.of(1) }))))).toMatchObject({
      code: "DATA_EMPTY",
    });
  });
});
