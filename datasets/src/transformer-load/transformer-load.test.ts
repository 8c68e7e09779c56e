import { createHash } from "node:crypto";
import { findWindowLength, ParamError } from "@telltale/core";
import { expect, it } from "vitest";
import { TRANSFORMER_COLUMNS, transformerLoad, transformerLoadText } from "./transformer-load.js";

const column = (rows: number, j: number, seed = 1) => {
  const { matrix } = transformerLoad({ seed, rows });
  return Float64Array.from({ length: rows }, (_, i) => matrix.data[i * 7 + j] as number);
};

it("gives the same bytes for the same seed, on every machine", () => {
  const text = (seed: number) => [...transformerLoadText(transformerLoad({ seed, rows: 3000 }))].join("");
  expect(text(1)).toBe(text(1));
  expect(text(2)).not.toBe(text(1));
  expect(createHash("sha256").update(text(1)).digest("hex")).toBe(
    "156b472e63675f6fad4fe927501841671d6100b0770bd111656620acca83a675",
  );
  const lines = text(1).split("\n");
  expect(lines[0]).toBe(`date,${TRANSFORMER_COLUMNS.join(",")}`);
  expect(lines[25]).toMatch(/^2020-07-02 00:00:00,/);
  expect(lines).toHaveLength(3002);
});

it("has a daily cycle, quieter weekends and a warm summer", () => {
  expect(findWindowLength(column(2400, 2))).toBe(24);
  const high = column(17_420, 0);
  const oil = column(17_420, 6);
  const mean = (values: Float64Array, keep: (i: number) => boolean) => {
    const kept = values.filter((_, i) => keep(i));
    return kept.reduce((sum, value) => sum + value, 0) / kept.length;
  };
  // The record begins on a Wednesday: Saturday is its fourth day.
  const weekend = (i: number) => Math.floor(i / 24) % 7 === 3 || Math.floor(i / 24) % 7 === 4;
  expect(mean(high, (i) => !weekend(i)) - mean(high, weekend)).toBeGreaterThan(2);
  const summer = (i: number) => i % 8766 < 1400;
  const winter = (i: number) => Math.abs((i % 8766) - 4383) < 700;
  expect(mean(oil, summer) - mean(oil, winter)).toBeGreaterThan(15);
});

it("refuses what it cannot make", () => {
  expect(() => transformerLoad({ rows: -1 })).toThrow(ParamError);
  expect(() => transformerLoad({ start: 1e18 })).toThrow(ParamError);
});
