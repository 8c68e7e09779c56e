import { describe, expect, it } from "vitest";
import { type LabelOptions, labelReader } from "./labels.js";

const strings = (...values: (string | null)[]) => ({ name: "state", type: "string", values }) as const;
const numbers = (...values: number[]) => ({ name: "y", type: "float64", values: Float64Array.from(values) }) as const;

function read(column: Parameters<ReturnType<typeof labelReader>["read"]>[0], options?: LabelOptions): number[] {
  const reader = labelReader(options);
  const labels = reader.read(column);
  reader.finish();
  return [...labels];
}

describe("labelReader", () => {
  it("reads numbers, truth values and names", () => {
    expect(read(numbers(0, 1, 1, 0))).toEqual([0, 1, 1, 0]);
    expect(read({ name: "y", type: "boolean", values: Uint8Array.of(0, 1) })).toEqual([0, 1]);
    expect(read(strings("0", "1.0", "0.0"))).toEqual([0, 1, 0]);
    expect(read(strings("NORMAL", "BROKEN", "RECOVERING", "normal "))).toEqual([0, 1, 1, 0]);
    expect(read(strings("Healthy", "leak"))).toEqual([0, 1]);
  });

  it("lets the caller say what is normal", () => {
    expect(read(strings("A", "B", "a"), { normal: "a" })).toEqual([0, 1, 0]);
    expect(read(numbers(1, -1, 1), { normal: "1" })).toEqual([0, 1, 0]);
    expect(read(strings("run", "idle", "trip"), { normal: ["run", "idle"] })).toEqual([0, 0, 1]);
  });

  it("says what was taken for what", () => {
    const reader = labelReader();
    reader.read(strings("OK", "leak"));
    reader.read(strings("OK", "valve"));
    expect(reader.meaning()).toEqual({ normal: ["OK"], anomalous: ["leak", "valve"] });
  });

  it("gives the same labels however the rows are split", () => {
    const reader = labelReader();
    expect([...reader.read(strings("leak")), ...reader.read(strings("ok"))]).toEqual([1, 0]);
    expect(() => reader.finish()).not.toThrow();
  });

  it.each([
    ["a missing name", strings("ok", null), { row: 12, column: "state" }, "missing"],
    ["a missing number", numbers(0, Number.NaN), { row: 12, column: "y" }, "missing"],
    ["another number", numbers(0, 2), { row: 12, column: "y" }, "0 or 1; found 2"],
    [
      "a time",
      { name: "t", type: "timestamp", values: Float64Array.of(0) } as const,
      { row: 11, column: "t" },
      "a time",
    ],
  ])("refuses %s", (_, column, where, words) => {
    const act = () => labelReader().read(column, { file: "rig.csv", row: 11 });
    expect(act).toThrow(expect.objectContaining({ code: "DATA_LABEL", where: { file: "rig.csv", ...where } }));
    expect(act).toThrow(words);
  });

  it("refuses names of which none is known", () => {
    expect(() => read(strings("A", "B"))).toThrow(expect.objectContaining({ code: "DATA_LABEL" }));
    expect(() => read(strings("A", "B"))).toThrow('none of the labels "A", "B"');
  });
});
