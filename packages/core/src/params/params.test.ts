import { describe, expect, it } from "vitest";
import { ParamError } from "../errors.js";
import {
  checkParam,
  expectation,
  flag,
  int,
  intOr,
  ints,
  number,
  numberOr,
  oneOf,
  parseParam,
  resolveParams,
} from "./params.js";

const schema = {
  trees: int({ default: 100, min: 1, max: 1000, doc: "Trees." }),
  depth: intOr("auto", { default: "auto", min: 1, doc: "Depth." }),
  rate: number({ default: 0.5, min: 0, max: 1, exclusive: true, doc: "Rate." }),
  width: numberOr("scott", { default: 1, min: 0, doc: "Width." }),
  metric: oneOf(["mean", "median"], { default: "mean", doc: "Metric." }),
  fast: flag({ default: false, doc: "Fast." }),
  lags: ints({ default: [1], min: 1, max: 99, doc: "Lags." }),
};
const codeOf = (body: () => unknown) => {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(ParamError);
    return (error as ParamError).code;
  }
  return undefined;
};

describe("resolveParams", () => {
  it("fills in the defaults", () => {
    const expected = { trees: 100, depth: "auto", rate: 0.5, width: 1, metric: "mean", fast: false, lags: [1] };
    expect(resolveParams(schema, {}, "x")).toEqual(expected);
    expect(resolveParams(schema, { trees: undefined, depth: 3 }, "x")).toEqual({ ...expected, depth: 3 });
  });

  it("refuses names that are not there and lists those that are", () => {
    expect(() => resolveParams(schema, { tree: 1 }, "forest")).toThrow(
      /forest has no parameter "tree".*trees, depth, rate/,
    );
    expect(codeOf(() => resolveParams(schema, { toString: 1 }, "x"))).toBe("PARAM_UNKNOWN");
    expect(() => resolveParams({}, { a: 1 }, "x")).toThrow(/Its parameters are: none/);
  });
});

describe("checkParam", () => {
  it.each([
    ["trees", 0, "PARAM_RANGE"],
    ["trees", 1001, "PARAM_RANGE"],
    ["trees", 1.5, "PARAM_RANGE"],
    ["trees", Number.NaN, "PARAM_RANGE"],
    ["trees", "3", "PARAM_TYPE"],
    ["trees", "auto", "PARAM_TYPE"],
    ["trees", null, "PARAM_TYPE"],
    ["depth", "automatic", "PARAM_TYPE"],
    ["rate", 0, "PARAM_RANGE"],
    ["rate", 1, "PARAM_RANGE"],
    ["rate", Number.POSITIVE_INFINITY, "PARAM_RANGE"],
    ["width", -1, "PARAM_RANGE"],
    ["metric", "mode", "PARAM_RANGE"],
    ["metric", 1, "PARAM_RANGE"],
    ["fast", 1, "PARAM_TYPE"],
    ["lags", [], "PARAM_TYPE"],
    ["lags", "1,2", "PARAM_TYPE"],
    ["lags", 0, "PARAM_RANGE"],
    ["lags", [1, 100], "PARAM_RANGE"],
    ["lags", [1, "2"], "PARAM_TYPE"],
    ["lags", new Array(10_001).fill(1), "PARAM_RANGE"],
  ] as const)("refuses %s = %j", (name, value, code) => {
    expect(codeOf(() => checkParam(schema[name], name, value))).toBe(code);
  });

  it.each([
    ["trees", 1],
    ["trees", 1000],
    ["depth", "auto"],
    ["width", "scott"],
    ["width", 0],
    ["rate", 5e-324],
  ] as const)("takes %s = %j", (name, value) => {
    expect(checkParam(schema[name], name, value)).toBe(value);
  });

  it("sorts lists, leaves out repetitions and expands a count", () => {
    const given = [3, 1, 3];
    expect(checkParam(schema.lags, "lags", given)).toEqual([1, 3]);
    expect(given).toEqual([3, 1, 3]);
    expect(checkParam(schema.lags, "lags", 4)).toEqual([1, 2, 3, 4]);
  });
});

describe("parseParam", () => {
  it.each([
    ["trees", "7", 7],
    ["trees", " 1e2 ", 100],
    ["depth", "auto", "auto"],
    ["rate", ".25", 0.25],
    ["metric", "median", "median"],
    ["fast", "yes", true],
    ["fast", "OFF", false],
    ["lags", "24,1, 2", [1, 2, 24]],
    ["lags", "2", [1, 2]],
  ] as const)("reads %s from %j", (name, text, value) => {
    expect(parseParam(schema[name], name, text)).toEqual(value);
  });

  it.each([
    ["trees", ""],
    ["trees", "0x10"],
    ["trees", "seven"],
    ["trees", "1,5"],
    ["rate", "Infinity"],
    ["fast", "maybe"],
    ["metric", ""],
    ["lags", "1,,2"],
    ["lags", "1,x"],
  ] as const)("refuses %s from %j", (name, text) => {
    expect(() => parseParam(schema[name], name, text)).toThrow(ParamError);
  });
});

describe("expectation", () => {
  it("takes one of several words in place of a number", () => {
    const gamma = numberOr(["scale", "auto"], { default: "scale", min: 0, exclusive: true, doc: "Gamma." });
    expect(["scale", "auto", 0.5].map((value) => checkParam(gamma, "gamma", value))).toEqual(["scale", "auto", 0.5]);
    expect(["auto", " 2 "].map((text) => parseParam(gamma, "gamma", text))).toEqual(["auto", 2]);
    expect(codeOf(() => checkParam(gamma, "gamma", "other"))).toBe("PARAM_TYPE");
    expect(expectation(gamma)).toBe('a number > 0, or "scale", or "auto"');
  });

  it("says in words what a value must be", () => {
    expect(Object.values(schema).map(expectation)).toEqual([
      "a whole number ≥ 1 and ≤ 1000",
      'a whole number ≥ 1, or "auto"',
      "a number > 0 and < 1",
      'a number ≥ 0, or "scott"',
      "one of mean, median",
      "true or false",
      "a list of whole numbers, or one n for 1 … n, each ≥ 1 and ≤ 99",
    ]);
  });
});
