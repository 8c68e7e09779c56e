import { exp2, log } from "./elementary.js";

const LOG2_E = 1.4426950408889634;
/** Whole exponents up to this one are multiplied out. */
const MOST_FACTORS = 16;
const LEAST_NORMAL = 2.2250738585072014e-308;

/**
 * x^p for x ≥ 0 and p ≥ 1, in a fixed order of operations that `native/cpp/math/power.h` mirrors: x · x · … for whole p up
 * to 16, else 2^(p · log2 x), with a relative error below (4 + 3 |p log2 x|) 2^-53. Numbers below the normal range count
 * as 0.
 */
export function power(x: number, p: number): number {
  if (p <= MOST_FACTORS && Math.floor(p) === p) {
    let product = x;
    for (let i = 1; i < p; i++) product *= x;
    return product;
  }
  if (x < LEAST_NORMAL) return 0;
  if (x > Number.MAX_VALUE) return x;
  return exp2(p * (log(x) * LOG2_E));
}

/** x^(1/p) for x ≥ 0 and p ≥ 1, the like; x itself for p = 1 and the exact square root for p = 2. */
export function root(x: number, p: number): number {
  if (p === 1) return x;
  if (p === 2) return Math.sqrt(x);
  if (x < LEAST_NORMAL) return 0;
  if (x > Number.MAX_VALUE) return x;
  return exp2((log(x) * LOG2_E) / p);
}
