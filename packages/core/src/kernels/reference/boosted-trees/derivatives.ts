import { exp2 } from "../../../math/elementary.js";
import { type BoostedTreesRoundArgs, derivativeUnit } from "../../boosted-trees/fit.js";

const LOG2_E = 1.4426950408889634;
const LEAST_CURVATURE = 1e-16;
const ROUNDER = 6755399441055744; // 2^52 + 2^51: adding it rounds a number below 2^51 to a whole one
export const SQUARED_ERROR = 0;
export const LOGISTIC = 1;

/** First and second derivatives of the loss, output after output: multiples of a power of two. */
export interface Derivatives {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** The derivatives of every training row at the margins as they are. */
export function derivatives(args: BoostedTreesRoundArgs): Derivatives {
  const { trainRows, outputs, weights, maxWeight, objective, labels, margins } = args;
  const first = new Float64Array(trainRows * outputs);
  const second = new Float64Array(trainRows * outputs);
  let most = maxWeight;
  if (objective === SQUARED_ERROR) {
    most = 0;
    for (let i = 0; i < trainRows; i++) {
      const g = ((margins[i] as number) - (labels[i] as number)) * (weights[i] ?? 1);
      most = Math.max(most, Math.abs(g));
    }
  }
  const firstUnit = derivativeUnit(most, trainRows);
  const secondUnit = derivativeUnit(maxWeight, trainRows);
  const put = (at: number, g: number, h: number) => {
    first[at] = (g / firstUnit + ROUNDER - ROUNDER) * firstUnit;
    second[at] = (h / secondUnit + ROUNDER - ROUNDER) * secondUnit;
  };
  const shares = new Float64Array(outputs);
  for (let i = 0; i < trainRows; i++) {
    const w = weights[i] ?? 1;
    const label = labels[i] as number;
    if (objective === SQUARED_ERROR) {
      put(i, ((margins[i] as number) - label) * w, w);
    } else if (objective === LOGISTIC) {
      const p = 1 / (1 + exp2(-(margins[i] as number) * LOG2_E));
      put(i, (p - label) * w, Math.max(p * (1 - p), LEAST_CURVATURE) * w);
    } else {
      softmax(margins, i * outputs, shares);
      for (let k = 0; k < outputs; k++) {
        const p = shares[k] as number;
        const h = Math.max(2 * p * (1 - p), LEAST_CURVATURE);
        put(k * trainRows + i, (p - (label === k ? 1 : 0)) * w, h * w);
      }
    }
  }
  return { first, second };
}

/** The probabilities that margins from place `at` on stand for. */
function softmax(margins: Float32Array, at: number, shares: Float64Array): void {
  let most = margins[at] as number;
  for (let k = 1; k < shares.length; k++) most = Math.max(most, margins[at + k] as number);
  let sum = 0;
  for (let k = 0; k < shares.length; k++) {
    const e = exp2(((margins[at + k] as number) - most) * LOG2_E);
    shares[k] = e;
    sum += e;
  }
  for (let k = 0; k < shares.length; k++) shares[k] = (shares[k] as number) / sum;
}
