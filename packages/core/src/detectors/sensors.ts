import { power, root } from "../math/power.js";
import { oneOf } from "../params/params.js";

/** How the values of several sensors become one score. */
export type Combination = "mean" | "max" | "root-mean-square";
export const combineParam = (fallback: Combination) =>
  oneOf(["mean", "max", "root-mean-square"], {
    default: fallback,
    doc: "How the values of the sensors become one score: their mean, the largest, or the root of the mean square.",
  });

/**
 * One score from a value ≥ 0 of each sensor.
 *
 * @param parts  gets what each sensor contributes, when given; they add up to the score
 */
export function combineSensors(
  values: Float64Array,
  how: Combination,
  parts: Float64Array | undefined = undefined,
): number {
  const { length } = values;
  if (how === "max") {
    let best = 0;
    for (let j = 1; j < length; j++) if ((values[j] as number) > (values[best] as number)) best = j;
    parts?.fill(0);
    if (parts !== undefined) parts[best] = values[best] as number;
    return values[best] as number;
  }
  let sum = 0;
  for (let j = 0; j < length; j++) sum += how === "mean" ? (values[j] as number) : (values[j] as number) ** 2;
  const score = how === "mean" ? sum / length : Math.sqrt(sum / length);
  if (parts !== undefined) {
    const unit = how === "mean" ? length : score > 0 ? length * score : 1;
    for (let j = 0; j < length; j++) {
      parts[j] = (how === "mean" ? (values[j] as number) : (values[j] as number) ** 2) / unit;
    }
  }
  return score;
}

/**
 * The power mean of the values ≥ 0 of the sensors, (Σ vᵖ / n)^(1 / p): their mean for p = 1, and ever closer to the largest one
 * for larger p. The same bits everywhere.
 *
 * @param p  ≥ 1
 * @param parts  gets what each sensor contributes, vᵖ / Σ vᵖ of it, when given; they add up to the score
 */
export function powerMean(values: Float64Array, p: number, parts: Float64Array | undefined = undefined): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  parts?.fill(0);
  if (largest === 0) return 0;
  // In shares of the largest one, so that no power overflows.
  let sum = 0;
  for (let j = 0; j < values.length; j++) {
    const share = power((values[j] as number) / largest, p);
    if (parts !== undefined) parts[j] = share;
    sum += share;
  }
  const score = largest * root(sum / values.length, p);
  if (parts !== undefined) for (let j = 0; j < parts.length; j++) parts[j] = (score * (parts[j] as number)) / sum;
  return score;
}
