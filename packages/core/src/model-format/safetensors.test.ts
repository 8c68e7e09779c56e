import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { decodeSafetensors, encodeSafetensors, type ModelArray } from "./safetensors.js";

/** A file with that header and so many bytes of data; the header may be anything. */
function file(header: unknown, data = 0, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 8], dtype = "F64") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});
const codeOf = (bytes: Uint8Array) => {
  try {
    decodeSafetensors(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ModelFileError);
    return (error as ModelFileError).code;
  }
  return "read";
};

const arrays = new Map<string, ModelArray>([
  ["bytes", Uint8Array.of(1, 2, 255)],
  ["doubles", Float64Array.of(0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324)],
  ["whole", Int32Array.of(-(2 ** 31), 7)],
  ["natural", Uint32Array.of(2 ** 32 - 1)],
  ["short", Float32Array.of(0.5)],
  ["none", new Float64Array(0)],
]);
const metadata = new Map([
  ["b", "ä\n\u0000"],
  ["a", ""],
]);

describe("safetensors", () => {
  it("gives back what was written, from any place in a buffer", () => {
    const bytes = encodeSafetensors({ arrays, metadata });
    for (const offset of [0, 1, 4, 7]) {
      const room = new Uint8Array(bytes.length + 16).fill(0xee);
      room.set(bytes, offset);
      const read = decodeSafetensors(room.subarray(offset, offset + bytes.length));
      room.fill(0); // what was read is a copy
      expect(new Map([...read.arrays].sort())).toEqual(new Map([...arrays].sort()));
      expect(Object.fromEntries(read.metadata)).toEqual(Object.fromEntries(metadata));
    }
  });

  it("reads a Buffer, whose slices are views, at any alignment", () => {
    const bytes = encodeSafetensors({ arrays, metadata });
    for (let shift = 0; shift < 8; shift++) {
      const pool = Buffer.alloc(bytes.length + shift);
      pool.set(bytes, shift);
      const read = decodeSafetensors(pool.subarray(shift));
      expect(new Map([...read.arrays].sort())).toEqual(new Map([...arrays].sort()));
    }
  });

  it("writes the documented layout, aligned, the same bytes in any order", () => {
    const bytes = encodeSafetensors({ arrays, metadata });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header.doubles).toEqual({ dtype: "F64", shape: [5], data_offsets: [0, 40] });
    expect(header.whole).toEqual({ dtype: "I32", shape: [2], data_offsets: [48, 56] });
    expect(new DataView(bytes.buffer).getFloat64(8 + length, true)).toBe(0.1);
    for (const [name, array] of arrays) expect(header[name].data_offsets[0] % array.BYTES_PER_ELEMENT).toBe(0);
    const turned = { arrays: new Map([...arrays].reverse()), metadata: new Map([...metadata].reverse()) };
    expect(encodeSafetensors(turned)).toEqual(bytes);
  });

  it("writes views with an offset, and nothing else", () => {
    const view = new Map([["v", Float64Array.of(1, 2, 3).subarray(1, 2)]]);
    expect(decodeSafetensors(encodeSafetensors({ arrays: view, metadata })).arrays.get("v")).toEqual(
      Float64Array.of(2),
    );
    const wrong = new Map([["v", new Int16Array(2) as unknown as Int32Array]]);
    expect(() => encodeSafetensors({ arrays: wrong, metadata })).toThrow(TypeError);
    const long = new Map([["a", "x".repeat(17 * 2 ** 20)]]);
    expect(() => encodeSafetensors({ arrays, metadata: long })).toThrow(ModelFileError);
  });

  it("tells what is cut short from what is no such file", () => {
    const bytes = encodeSafetensors({ arrays, metadata });
    for (const length of [0, 7, 9, 10, 100, bytes.length - 1]) {
      expect(codeOf(bytes.subarray(0, length)), `${length} bytes`).toBe("MODEL_TRUNCATED");
    }
    expect(codeOf(new TextEncoder().encode("datetime;Pressure\n2020;1\n"))).toBe("MODEL_FOREIGN");
    expect(codeOf(Uint8Array.from({ length: 200 }, (_, i) => (i * 89) % 256))).toBe("MODEL_FOREIGN");
    expect(codeOf(file("{}", 0, 2n ** 60n))).toBe("MODEL_FOREIGN");
    expect(codeOf(file("{}", 0, 2n ** 64n - 1n))).toBe("MODEL_FOREIGN");
    expect(codeOf("text" as unknown as Uint8Array)).toBe("MODEL_FOREIGN");
    expect(codeOf(file("{}"))).toBe("read");
  });

  it.each([
    ["a gap", { a: entry(0, 8), b: entry(16, 24) }, 24],
    ["an overlap", { a: entry(0, 16), b: entry(8, 24) }, 24],
    ["the same bytes twice", { a: entry(0, 16), b: entry(0, 16) }, 16],
    ["an array that does not begin at 0", { a: entry(8, 16) }, 16],
    ["bytes behind the last array", { a: entry(0, 8) }, 16],
    ["a size that lies", { a: entry(0, 8, [2]) }, 8],
    ["an enormous shape", { a: entry(0, 8, [2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 1]) }, 8],
    ["a shape that multiplies to nothing", { a: entry(0, 8, [0, 2 ** 53 - 1]) }, 8],
    ["a shape of many sizes", { a: entry(0, 8, new Array(100_000).fill(1)) }, 8],
    ["a negative offset", { a: entry(-8, 0, [1]) }, 8],
    ["a broken offset", { a: entry(0.5, 8.5, [1]) }, 9],
    ["swapped offsets", { a: entry(8, 0, [1]) }, 8],
    ["no offsets", { a: { dtype: "F64", shape: [1] } }, 8],
    ["three offsets", { a: { ...entry(0, 8), data_offsets: [0, 8, 8] } }, 8],
    ["an unknown type", { a: entry(0, 8, [1], "BF16") }, 8],
    ["a type from the prototype", { a: entry(0, 8, [1], "toString") }, 8],
    ["an entry that is no object", { a: [1, 2] }, 8],
    ["metadata that is not text", { __metadata__: { a: 1 } }, 0],
    ["metadata that is no object", { __metadata__: ["a"] }, 0],
  ])("refuses %s", (_, header, data) => {
    expect(codeOf(file(header, data))).toBe("MODEL_CORRUPT");
  });

  it.each([
    ["an array of 2^52 bytes", { a: entry(0, 2 ** 52) }],
    [
      "an array of 2^60 bytes",
      '{"a":{"dtype":"U8","shape":[1152921504606846976],"data_offsets":[0,1152921504606846976]}}',
    ],
  ])("allocates nothing for %s that is not there", (_, header) => {
    expect(["MODEL_TRUNCATED", "MODEL_CORRUPT"]).toContain(codeOf(file(header, 16)));
  });

  it.each([
    [
      "a repeated name",
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
    ],
    ["deep nesting", `{"a":${"[".repeat(500_000)}`],
    ["__proto__", '{"__proto__":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'],
    ["text that is not JSON", "{not json}"],
  ])("refuses a header with %s", (_, header) => {
    expect(codeOf(file(header))).toBe("MODEL_CORRUPT");
  });

  it("refuses a header that is not UTF-8", () => {
    const bytes = file('{"a":1}');
    bytes[10] = 0xff;
    expect(codeOf(bytes)).toBe("MODEL_CORRUPT");
  });

  it("throws its own error for any change of any byte", () => {
    const bytes = encodeSafetensors({ arrays, metadata });
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(bytes.length),
        (at, value, length) => {
          const copy = bytes.slice();
          copy[at] = value;
          codeOf(copy);
          codeOf(copy.subarray(0, length));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
