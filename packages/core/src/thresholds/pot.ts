import { number } from "../params/params.js";
import { tailOf, tailQuantile } from "./peaks.js";
import { onSide, sideOption } from "./side.js";
import { defineThreshold } from "./threshold.js";

/** The quantile from which on scores count as the tail. */
export const levelOption = number({
  default: 0.98,
  min: 0,
  max: 1,
  exclusive: true,
  doc: "Quantile of the training scores beyond which they are taken for the tail and its law is fitted.",
});

/**
 * Threshold by extreme-value theory (peaks over threshold): the score that a row like the training rows passes with
 * probability q, however much smaller than 1 / n that is.
 *
 * The excesses of scores over their `level`-quantile t follow a generalized Pareto distribution in the limit, whatever the
 * scores follow; it is fitted by maximum likelihood (Grimshaw), and its quantile gives the threshold
 * t + σ/γ ((q n / N_t)^(−γ) − 1). A quantile of the training scores cannot say anything about q < 1 / n; this can, as far as
 * the tail goes on as it began. Fifty peaks or more make a fit worth something: n ≥ 50 / (1 − level).
 *
 * *Edges*: no score above t (ties): t. All excesses equal: exponential tail. q ≥ the share of scores above t: t.
 * `side: "low"` looks at the other tail, `"both"` flags each with probability q.
 *
 * @param value  q, greater than 0 and less than 1
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @see Siffer, Fouque, Termier, Largouët (2017), "Anomaly detection in streams with extreme value theory",
 *   https://doi.org/10.1145/3097983.3098144
 * @example
 * ```ts
 * import { pot, Random } from "@telltale/core";
 * const random = new Random(1);
 * const scores = Float64Array.from({ length: 5000 }, () => -Math.log(1 - random.uniform()));
 * const rule = pot(1e-4, { level: 0.9 }).fit(scores);
 * console.log(Math.abs(rule.threshold - Math.log(1e4)) < 1); // true
 * ```
 */
export const pot = defineThreshold({
  name: "pot",
  key: "q",
  parameter: "q",
  doc: "The score that is passed with probability q by the law of extremes (peaks over threshold), fitted to the tail.",
  example: 0.001,
  optional: true,
  range: "greater than 0 and less than 1",
  needsScores: true,
  options: { level: levelOption, side: sideOption },
  accepts: (q) => q > 0 && q < 1,
  find: (scores, q, { level, side }) =>
    onSide(
      side,
      () => tailQuantile(tailOf(scores, level), q),
      () =>
        -tailQuantile(
          tailOf(
            scores.map((score) => -score),
            level,
          ),
          q,
        ),
    ),
});
