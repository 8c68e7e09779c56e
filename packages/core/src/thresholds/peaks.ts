import { fitGeneralizedPareto, type GeneralizedPareto, generalizedParetoQuantile } from "../math/generalized-pareto.js";
import { quantileOf } from "../math/selection.js";

/** The tail of a series of scores: how many there were, which passed the initial threshold and how the excesses spread. */
export interface Tail {
  /** The initial threshold t. */
  readonly initial: number;
  /** Scores seen, and those of them above t. */
  readonly seen: number;
  readonly peaks: number;
  readonly distribution: GeneralizedPareto;
  /** Excesses over t that the distribution was fitted to, in the order of their scores. */
  readonly excesses: Float64Array;
}

/** The tail above the `level`-quantile of finite scores. */
export function tailOf(scores: Float64Array, level: number): Tail {
  const initial = quantileOf(scores, level);
  const excesses = scores.filter((score) => score > initial).map((score) => score - initial);
  const distribution = excesses.length === 0 ? { shape: 0, scale: 0 } : fitGeneralizedPareto(excesses);
  return { initial, seen: scores.length, peaks: excesses.length, distribution, excesses };
}

/**
 * The score that is passed with probability q: t + σ/γ · ((q n / N_t)^(−γ) − 1), and t itself when a larger share of the
 * scores than q does not even pass t, or none does.
 */
export function tailQuantile({ initial, seen, peaks, distribution }: Omit<Tail, "excesses">, q: number): number {
  if (peaks === 0) return initial;
  const share = (q * seen) / peaks;
  return share >= 1 ? initial : initial + generalizedParetoQuantile(distribution, share);
}
