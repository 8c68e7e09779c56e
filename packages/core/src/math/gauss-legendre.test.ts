import { expect, test } from "vitest";
import { gaussLegendre } from "./gauss-legendre.js";

test("two and three points as in the books", () => {
  const two = gaussLegendre(2);
  expect(two.points[0]).toBeCloseTo((1 - 1 / Math.sqrt(3)) / 2, 15);
  expect(two.points[1]).toBeCloseTo((1 + 1 / Math.sqrt(3)) / 2, 15);
  expect([...two.weights].map((w) => w.toFixed(14))).toEqual(["0.50000000000000", "0.50000000000000"]);
  const three = gaussLegendre(3);
  expect(three.points[1]).toBeCloseTo(0.5, 15);
  expect(three.weights[1]).toBeCloseTo(4 / 9, 15);
});

test.each([1, 2, 3, 4, 7, 16, 40])("%d points: exact for every power up to 2n − 1, ascending within 0 and 1", (n) => {
  const { points, weights } = gaussLegendre(n);
  for (let power = 0; power < 2 * n; power++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (weights[i] as number) * (points[i] as number) ** power;
    expect(sum * (power + 1)).toBeCloseTo(1, 12);
  }
  for (let i = 0; i < n; i++) {
    expect(points[i]).toBeGreaterThan(i === 0 ? 0 : (points[i - 1] as number));
    expect(points[i]).toBeLessThan(1);
  }
});
