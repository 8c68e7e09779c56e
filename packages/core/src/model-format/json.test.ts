import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelFileError } from "../errors.js";
import { asInteger, asNames, asObject, parseJson } from "./json.js";

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("parseJson", () => {
  it("reads what JSON.stringify writes", () => {
    const values = fc.jsonValue({ maxDepth: 6, noUnicodeString: false });
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('"__proto__":'));
        expect(plain(parseJson(text, "test"))).toEqual(plain(value));
      }),
    );
  });

  it("refuses deep nesting without running out of stack", () => {
    for (const depth of [33, 1_000_000]) {
      expect(() => parseJson("[".repeat(depth) + "]".repeat(depth), "test")).toThrow(/nested deeper than 32/);
      expect(() => parseJson(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`, "test")).toThrow(ModelFileError);
    }
    expect(plain(parseJson("[".repeat(32) + "]".repeat(32), "test"))).toBeDefined();
  });

  it("refuses repeated keys, however they are written, but only within one object", () => {
    expect(() => parseJson('{"a":1,"b":2,"a":3}', "test")).toThrow(/key "a" twice/);
    expect(() => parseJson('{"a":1,"\\u0061":3}', "test")).toThrow(/twice/);
    expect(() => parseJson('[{"x":{"a":1 , "a" :2}}]', "test")).toThrow(/twice/);
    expect(plain(parseJson('{"a":{"a":["a","a"]},"b":{"a":1}}', "test"))).toEqual({
      a: { a: ["a", "a"] },
      b: { a: 1 },
    });
  });

  it("refuses __proto__ and gives objects without a prototype", () => {
    expect(() => parseJson('{"__proto__":{"polluted":1}}', "test")).toThrow(/__proto__/);
    expect(() => parseJson('{"\\u005f_proto__":1}', "test")).toThrow(/__proto__/);
    expect(Object.getPrototypeOf(parseJson('{"constructor":1}', "test"))).toBeNull();
  });

  it.each(["", "{", '{"a', '{"a":1,}', "[1 2]", "nan", "NaN", "]", '"\\x"', '{"a\\":1}', '{"\\q":1}', "\u0000"])(
    "refuses %j",
    (text) => {
      expect(() => parseJson(text, "test")).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
    },
  );

  it("never throws anything else", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\ua01-.e n') }), (text) => {
        try {
          parseJson(text, "test");
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFileError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("checked values", () => {
  it("are what was asked for, or refused", () => {
    expect(asObject(parseJson("{}", "x"), "x")).toEqual({});
    for (const other of ["[]", "null", "1", '"a"'])
      expect(() => asObject(parseJson(other, "x"), "x")).toThrow(ModelFileError);
    expect(asInteger(3, "x", 1, 3)).toBe(3);
    for (const other of [0, 4, 1.5, "1", null, undefined])
      expect(() => asInteger(other, "x", 1, 3)).toThrow(ModelFileError);
    expect(asNames(["a", "b"], "x")).toEqual(["a", "b"]);
    for (const other of [["a", "a"], ["a", 1], "a", null]) expect(() => asNames(other, "x")).toThrow(ModelFileError);
  });
});
