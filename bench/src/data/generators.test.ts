import { expect, test } from "vitest";
import { type Distribution, PLANTED, plantedData } from "./generators.js";

const ROWS = 20_000;

/** The q-quantile of the absolute values of a column, over rows of one label. */
function spreadOf(distribution: Distribution, column: number, q: number, label: number): number {
  const { x, labels } = plantedData(distribution, ROWS, 3, 5);
  const values: number[] = [];
  for (let i = 0; i < ROWS; i++) if (labels[i] === label) values.push(Math.abs(x[i * 3 + column] as number));
  values.sort((a, b) => a - b);
  return values[Math.floor(q * values.length)] as number;
}

test("the same seed gives the same bytes, another seed others", () => {
  const first = plantedData("heavy-tailed", 100, 4, 1);
  expect(plantedData("heavy-tailed", 100, 4, 1)).toEqual(first);
  expect(plantedData("heavy-tailed", 100, 4, 2).x).not.toEqual(first.x);
});

test.each(["gaussian", "heavy-tailed"] as const)(
  "%s: all values are finite, about one row in a hundred is planted",
  (name) => {
    const { x, labels } = plantedData(name, ROWS, 3, 3);
    expect(x.every(Number.isFinite)).toBe(true);
    const planted = labels.reduce((sum, label) => sum + label, 0);
    expect(planted / ROWS).toBeGreaterThan(PLANTED * 0.8);
    expect(planted / ROWS).toBeLessThan(PLANTED * 1.2);
  },
);

test("the quantiles are those of the distributions", () => {
  // 95 % of |x|: normal 1.960; Student's t with 3 degrees of freedom 3.182; Cauchy tan(0.95 π / 2) = 12.71
  expect(spreadOf("gaussian", 0, 0.95, 0)).toBeCloseTo(1.96, 1);
  expect(spreadOf("heavy-tailed", 0, 0.95, 0) / 3.182).toBeCloseTo(1, 1);
  expect(spreadOf("heavy-tailed", 2, 0.95, 0) / 12.71).toBeCloseTo(1, 0);
  // Log-normal: exp(2 · 1.2816) = 12.98 at 90 %
  expect(spreadOf("heavy-tailed", 1, 0.9, 0) / 12.98).toBeCloseTo(1, 1);
});

test("planted rows lie further out", () => {
  expect(spreadOf("gaussian", 0, 0.5, 1)).toBeGreaterThan(1.2 * spreadOf("gaussian", 0, 0.5, 0));
});
