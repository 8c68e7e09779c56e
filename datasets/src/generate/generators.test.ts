import { ParamError } from "@telltale/core";
import { expect, it } from "vitest";
import { generator, generators } from "./generators.js";

it.each(generators)("$name makes as many rows as asked, the same for the same seed, and healthy ones", (each) => {
  const text = (seed: number, healthy = false) => [...each.text({ seed, rows: 1500, healthy })].join("").split(/\r?\n/);
  const lines = text(1);
  expect(lines).toHaveLength(1502);
  expect(lines.at(-1)).toBe("");
  expect(text(1)).toEqual(lines);
  expect(text(2)).not.toEqual(lines);
  const cells = (line: string | undefined) => (line ?? "").split(/[;,]/).length;
  expect(new Set(lines.slice(0, -1).map(cells))).toEqual(new Set([cells(lines[0])]));
  const label = /^\w+/.exec(each.label)?.[0] ?? "";
  const header = (lines[0] ?? "").split(/[;,]/);
  const at = header.indexOf(label);
  if (at < 0) return expect(each.label).toBe("There are no labels.");
  const labels = (found: string[]) => new Set(found.slice(1, -1).map((line) => line.split(/[;,]/)[at]));
  expect(labels(lines).size).toBeGreaterThan(1);
  expect(labels(text(1, true)).size).toBe(1);
});

it("finds generators by name and alias", () => {
  expect(generator("kaggle-pump").name).toBe("water-pump");
  expect(() => generator("pump-rigs")).toThrow(ParamError);
});
