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
 * The mean of the `count` largest of the values ≥ 0 of the sensors; of all where there are fewer.
 *
 * @param parts  gets what each sensor contributes, when given; they add up to the score
 */
export function meanOfLargest(
  values: Float64Array,
  count: number,
  parts: Float64Array | undefined = undefined,
): number {
  const taken = Math.min(count, values.length);
  const order = values.slice().sort();
  let sum = 0;
  for (let k = 1; k <= taken; k++) sum += order[order.length - k] as number;
  if (parts === undefined) return sum / taken;
  const least = order[order.length - taken] as number;
  let ties = taken;
  for (const value of values) if (value > least) ties--;
  for (let j = 0; j < values.length; j++) {
    const value = values[j] as number;
    // Of sensors that are equally far the first ones count.
    const counts = value > least || (value === least && ties-- > 0);
    parts[j] = counts ? value / taken : 0;
  }
  return sum / taken;
}
