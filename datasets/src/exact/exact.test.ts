import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { rounded } from "./decimals.js";
import { wave } from "./wave.js";

it("the wave is the sine of so many turns, and the same bits everywhere", () => {
  const values = Float64Array.from({ length: 4001 }, (_, i) => wave((i - 2000) / 700));
  values.forEach((value, i) => {
    expect(Math.abs(value - Math.sin((2 * Math.PI * (i - 2000)) / 700))).toBeLessThan(1e-13);
  });
  expect([wave(0), wave(0.25), wave(0.5), wave(-0.25)].map((value) => rounded(value, 6) + 0)).toEqual([0, 1, 0, -1]);
  expect(createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex")).toBe(
    "02db4c5c1a5f093dbcd65840f95618e56e9b2108bf230cb5d566068e661657f1",
  );
});

it("a rounded value is the nearest that has so many decimals", () => {
  expect([rounded(1.23456789, 3), rounded(-1.5, 0), rounded(99.995, 2)]).toEqual([1.235, -1, 100]);
});
