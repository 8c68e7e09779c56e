import { exp2 } from "../../../math/elementary.js";
import type { SvmKernelFunction } from "../../one-class-svm/one-class-svm.js";

const LOG2_E = 1.4426950408889634;

/** K(row i of a, row j of b). */
export type KernelValue = (i: number, j: number) => number;

/** The kernel function between rows of two matrices of the same columns. */
export function kernelBetween(f: SvmKernelFunction, a: Float64Array, b: Float64Array, cols: number): KernelValue {
  const { gamma, coef0, degree } = f;
  const dot = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0, p = i * cols, q = j * cols; k < cols; k++) sum += (a[p + k] as number) * (b[q + k] as number);
    return sum;
  };
  switch (f.kernel) {
    case "rbf": {
      const scale = -gamma * LOG2_E;
      return (i, j) => {
        let sum = 0;
        for (let k = 0, p = i * cols, q = j * cols; k < cols; k++) {
          const difference = (a[p + k] as number) - (b[q + k] as number);
          sum += difference * difference;
        }
        return exp2(scale * sum);
      };
    }
    case "linear":
      return dot;
    case "polynomial":
      return (i, j) => integerPower(gamma * dot(i, j) + coef0, degree);
    case "sigmoid":
      return (i, j) => hyperbolicTangent(gamma * dot(i, j) + coef0);
  }
}

/** base^exponent for an exponent ≥ 0, by squaring. */
function integerPower(base: number, exponent: number): number {
  let result = 1;
  for (let rest = exponent, power = base; rest > 0; rest = Math.floor(rest / 2), power *= power) {
    if (rest % 2 === 1) result *= power;
  }
  return result;
}

/** tanh x = 1 − 2 / (e^2x + 1), on |x| so that nothing overflows; to 1e-16 absolutely. */
function hyperbolicTangent(x: number): number {
  const t = 1 - 2 / (exp2(2 * LOG2_E * Math.abs(x)) + 1);
  return x < 0 ? -t : t;
}
