import { Random } from "../../../random.js";
import type { LinearOneClassSvmFitArgs, LinearOneClassSvmScoreArgs } from "../../one-class-svm/linear-one-class-svm.js";
import { featuresOf, pairedDot } from "./fourier-features.js";

/**
 * Minimises ½‖w‖² − CVaR_ν(w · features), the ν-support-vector machine as a conditional value at risk, by stochastic
 * subgradients: the specification of the kernel. A step draws `batch` rows, takes the ν-fraction with the least margins
 * (ties: those drawn first) and moves w to (1 − η) w + η · their mean, η = 2 / (t + 2).
 *
 * @see https://doi.org/10.1145/1390156.1390290 Takeda, Sugiyama: ν-support vector machine as CVaR minimization
 * @see https://arxiv.org/abs/1212.2002 Lacoste-Julien, Schmidt, Bach: the steps and the weighted mean
 */
export function linearOneClassSvmFit(args: LinearOneClassSvmFitArgs): void {
  const { x, rows, cols, nu, batch, steps, firstStep, seed, weights, mean } = args;
  const width = weights.length;
  const drawn = new Float64Array(batch);
  const margins = new Float64Array(batch);
  const features = new Float64Array(width);
  const sum = new Float64Array(width);
  const taken = Math.max(1, Math.floor(nu * batch));
  for (let step = firstStep; step < firstStep + steps; step++) {
    const random = new Random(seed, step);
    for (let b = 0; b < batch; b++) drawn[b] = random.below(rows);
    for (let b = 0; b < batch; b++) {
      featuresOf(args, x, drawn[b] as number, cols, features);
      const margin = pairedDot(weights, features, width);
      margins[b] = margin === margin ? margin : Number.NEGATIVE_INFINITY; // NaN only where the values overflow
    }
    sum.fill(0);
    for (const b of leastFirst(margins, taken)) {
      featuresOf(args, x, drawn[b] as number, cols, features);
      for (let f = 0; f < width; f++) sum[f] = (sum[f] as number) + (features[f] as number);
    }
    const eta = 2 / (step + 2);
    for (let f = 0; f < width; f++) {
      const moved = (1 - eta) * (weights[f] as number) + eta * ((sum[f] as number) / taken);
      weights[f] = moved;
      mean[f] = (1 - eta) * (mean[f] as number) + eta * moved;
    }
  }
}

/** Places of the `count` least values, ascending by place; of equal values the first. */
function leastFirst(values: Float64Array, count: number): number[] {
  const limit = values.toSorted()[count - 1] as number;
  let equal = count;
  for (const v of values) if (v < limit) equal -= 1;
  const places: number[] = [];
  for (let b = 0; b < values.length; b++) {
    const v = values[b] as number;
    if (v < limit || (v === limit && equal-- > 0)) places.push(b);
  }
  return places;
}

/** Scores rows: the specification of the kernel. */
export function linearOneClassSvmScore(args: LinearOneClassSvmScoreArgs): void {
  const { x, rows, cols, weights, offset, scale, scores } = args;
  const features = new Float64Array(weights.length);
  for (let i = 0; i < rows; i++) {
    featuresOf(args, x, i, cols, features);
    scores[i] = offset - scale * pairedDot(weights, features, weights.length);
  }
}
