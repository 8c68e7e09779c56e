import { DataError } from "../../../errors.js";
import type { Matrix } from "../../../matrix.js";

/**
 * The number that `gamma` stands for: `auto` is 1 / cols, `scale` 1 / (cols · variance of all values), 1 where those are
 * all equal.
 */
export function gammaOf(x: Matrix, gamma: number | "scale" | "auto"): number {
  if (typeof gamma === "number") return gamma;
  if (gamma === "auto") return 1 / x.cols;
  const { data } = x;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  const mean = sum / data.length;
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += ((data[i] as number) - mean) ** 2;
  const found = squares === 0 ? 1 : 1 / (x.cols * (squares / data.length));
  if (found > 0 && found < Number.POSITIVE_INFINITY) return found;
  throw new DataError("DATA_INFINITE", "gamma: the variance of the values is not in the range of doubles", {
    remedy: "Scale the columns first, or give gamma as a number",
  });
}
