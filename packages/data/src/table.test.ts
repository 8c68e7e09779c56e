import { describe, expect, it } from "vitest";
import { columnOf, isMissing, table, toMatrix } from "./table.js";

const rig = table([
  { name: "when", type: "timestamp", values: Float64Array.of(0, 1000) },
  { name: "flow", type: "float64", values: Float64Array.of(1.5, Number.NaN) },
  { name: "open", type: "boolean", values: Uint8Array.of(1, 255) },
  { name: "note", type: "string", values: ["x", null] },
]);

describe("table", () => {
  it("refuses columns of different lengths and of the same name", () => {
    const a = { name: "a", type: "float64", values: Float64Array.of(1) } as const;
    expect(() => table([a, { ...a, name: "b", values: new Float64Array(2) }])).toThrow(
      /every column needs 1 values; found 2/,
    );
    expect(() => table([a, a])).toThrow(expect.objectContaining({ code: "COLUMN_DUPLICATE" }));
  });

  it("tells what is missing", () => {
    expect(rig.columns.map((column) => [isMissing(column, 0), isMissing(column, 1)])).toEqual([
      [false, false],
      [false, true],
      [false, true],
      [false, true],
    ]);
  });

  it("suggests the name that was meant", () => {
    expect(() => columnOf(rig, "Flow")).toThrow('Did you mean "flow"?');
    expect(() => columnOf(rig, "pressure")).toThrow('There are "when", "flow", "open", "note"');
  });
});

describe("toMatrix", () => {
  it("takes the variables row by row, truth values as 0 and 1, missing ones as NaN", () => {
    const x = toMatrix(rig, { time: "when", drop: ["note"] });
    expect(x.columns).toEqual(["flow", "open"]);
    expect([...x.data]).toEqual([1.5, 1, Number.NaN, Number.NaN]);
  });

  it("takes the order that is asked for", () => {
    expect(toMatrix(rig, { columns: ["open", "flow"] }).columns).toEqual(["open", "flow"]);
  });

  it.each([
    [{}, "DATA_NOT_NUMERIC", "when"],
    [{ time: "when" }, "DATA_NOT_NUMERIC", "note"],
    [{ columns: ["flow", "speed"] }, "COLUMN_MISSING", "speed"],
    [{ columns: ["flow", "flow"] }, "COLUMN_DUPLICATE", "flow"],
    [{ drop: ["speed"] }, "COLUMN_MISSING", "speed"],
    [{ columns: ["flow"], drop: ["flow"] }, "COLUMN_COUNT", undefined],
  ])("refuses %j with %s", (selection, code, column) => {
    expect(() => toMatrix(rig, selection)).toThrow(expect.objectContaining({ code, where: column ? { column } : {} }));
  });
});
