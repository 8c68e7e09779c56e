import { describe, expect, it } from "vitest";
import { fromRows } from "../matrix.js";
import { Random } from "../random.js";
import { longRunVariances } from "./long-run-variance.js";

/** γ₀ + 2 Σ (1 − k / b) γₖ as it is written. */
function byAutocovariances(values: readonly number[], level: number, bandwidth: number): number {
  let total = 0;
  for (let k = 0; k < Math.min(bandwidth, values.length); k++) {
    let sum = 0;
    for (let t = k; t < values.length; t++) {
      sum += ((values[t] as number) - level) * ((values[t - k] as number) - level);
    }
    total += (k === 0 ? 1 : 2 * (1 - k / bandwidth)) * (sum / values.length);
  }
  return total;
}

describe("long-run variance", () => {
  it("is the sum of Bartlett-weighted autocovariances", () => {
    const random = new Random(3);
    let state = 0;
    const values = Array.from({ length: 300 }, () => {
      state = 0.9 * state + random.normal();
      return 5 + state;
    });
    const x = fromRows(values.map((v) => [v, -2 * v]));
    for (const bandwidth of [1, 2, 20, 400]) {
      const [first, second] = longRunVariances([x], Float64Array.of(5, -10), bandwidth) as unknown as [number, number];
      expect(first).toBeCloseTo(byAutocovariances(values, 5, bandwidth), 9);
      expect(second / first).toBeCloseTo(4, 9);
    }
  });

  it("by hand: two equal neighbours, b = 2", () => {
    // γ₀ = 1, γ₁ = (1 · 1) / 2: 1 + 2 · ½ · ½
    expect([...longRunVariances([fromRows([[1], [1]])], Float64Array.of(0), 2)]).toEqual([1.5]);
    // As two series of one row each there is no pair.
    expect([...longRunVariances([fromRows([[1]]), fromRows([[1]])], Float64Array.of(0), 2)]).toEqual([1]);
  });

  it("is the variance for independent rows, and far more for a sensor that drifts to and fro", () => {
    const random = new Random(5);
    let state = 0;
    const x = fromRows(
      Array.from({ length: 4000 }, () => {
        state = 0.95 * state + random.normal();
        return [random.normal(), state];
      }),
    );
    const [independent, drifting] = longRunVariances([x], new Float64Array(2), 20) as unknown as [number, number];
    expect(independent).toBeGreaterThan(0.8);
    expect(independent).toBeLessThan(1.2);
    // γ₀ = 1 / (1 − .95²) = 10.3; with Bartlett's weights to lag 20 about 13 times as much.
    expect(drifting / 10.26).toBeGreaterThan(9);
    expect(drifting / 10.26).toBeLessThan(18);
  });
});
