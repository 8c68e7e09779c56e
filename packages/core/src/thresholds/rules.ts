import { ParamError } from "../errors.js";
import { medianOf, quantileOf } from "../math/selection.js";
import { onSide, sideOption } from "./side.js";
import { defineThreshold } from "./threshold.js";

/** 1 / Φ⁻¹(3/4), 1.4826 for short: makes the MAD of normally distributed values estimate their standard deviation. */
const MAD_TO_SIGMA = 1.482602218505602;

/**
 * Threshold at a quantile of the training scores: about a share 1 − q of rows like the training rows will be flagged.
 *
 * Linear interpolation between the two nearest scores, NumPy's default, bit for bit. `quantile(1)` is the greatest
 * training score, so that no training row is flagged. All scores equal: that score, and nothing equal to it is flagged.
 * Time O(n) without sorting.
 *
 * @param value  q, from 0 to 1
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @see Hyndman, Fan (1996), type 7, https://doi.org/10.1080/00031305.1996.10473566
 * @example
 * ```ts
 * import { quantile } from "@telltale/core";
 * const rule = quantile(0.75).fit(Float64Array.of(1, 2, 3, 4, 5));
 * console.log(rule.threshold); // 4
 * console.log([...rule.apply(Float64Array.of(3.9, 4, 4.1))]); // [0, 0, 1]
 * ```
 */
export const quantile = defineThreshold({
  name: "quantile",
  parameter: "q",
  doc: "The q-quantile of the training scores.",
  example: 0.995,
  key: "q",
  range: "from 0 to 1",
  needsScores: true,
  options: { side: sideOption },
  accepts: (q) => q >= 0 && q <= 1,
  find(scores, q, { side }) {
    if (side === "both" && q < 0.5) {
      throw new ParamError("PARAM_RANGE", `threshold quantile: q must be at least 0.5 with side=both; found ${q}`, {
        remedy: "q is the upper quantile; the lower one is 1 − q",
      });
    }
    return onSide(
      side,
      () => quantileOf(scores, q),
      () => quantileOf(scores, 1 - q),
    );
  },
});

/**
 * Threshold from the share of training rows believed to be anomalies: `contamination(c)` is `quantile(1 − c)`, said
 * from the other side, and flags about n · c of n training rows.
 *
 * Fewer when scores tie at the threshold, since only a greater score is flagged. Use it when the training data is known
 * to hold anomalies; on clean training data choose a quantile by the alarm rate that can be borne.
 *
 * @param value  c, greater than 0, at most 0.5: more than half of the rows cannot be the exception
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @see Liu, Ting, Zhou (2008), "Isolation forest", https://doi.org/10.1109/ICDM.2008.17
 * @example
 * ```ts
 * import { contamination } from "@telltale/core";
 * const scores = Float64Array.of(0.3, 0.9, 0.4, 0.2);
 * console.log([...contamination(0.25).fit(scores).apply(scores)]); // [0, 1, 0, 0]
 * ```
 */
export const contamination = defineThreshold({
  name: "contamination",
  parameter: "the share of anomalies",
  doc: "The share of the training rows believed to be anomalies; the same as quantile of one minus it.",
  example: 0.01,
  key: "share",
  range: "greater than 0 and at most 0.5",
  options: {},
  needsScores: true,
  accepts: (share) => share > 0 && share <= 0.5,
  find: (scores, share) => ({ threshold: quantileOf(scores, 1 - share) }),
});

/**
 * A threshold that is known beforehand; training scores are not looked at.
 *
 * @param value  any finite number, in the unit of the scores
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { fixed } from "@telltale/core";
 * console.log([...fixed(0.6).fit(new Float64Array(0)).apply(Float64Array.of(0.5, 0.7))]); // [0, 1]
 * ```
 */
export const fixed = defineThreshold({
  name: "fixed",
  parameter: "the threshold",
  doc: "This score, whatever the training scores are.",
  example: 0.6,
  key: "at",
  range: "finite",
  options: {},
  needsScores: false,
  accepts: Number.isFinite,
  find: (_scores, threshold) => ({ threshold }),
});

/**
 * Threshold at median + k · 1.4826 · MAD of the training scores, where MAD is the median distance from the median.
 *
 * On normally distributed scores that is k standard deviations above the mean; unlike mean and standard deviation it
 * does not move when up to half of the training rows are anomalies. When more than half of the scores are equal the MAD
 * is 0 and the threshold is the median itself: use a quantile for such scores.
 *
 * @param value  k, at least 0; 3.5 is Iglewicz and Hoaglin's advice, 3 and 2.5 are Leys et al.'s
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @see Leys et al. (2013), "Detecting outliers: do not use standard deviation around the mean, use absolute deviation
 *   around the median", https://doi.org/10.1016/j.jesp.2013.03.013
 * @see Iglewicz, Hoaglin (1993), "How to detect and handle outliers", ASQC Quality Press
 * @example
 * ```ts
 * import { mad } from "@telltale/core";
 * const rule = mad(3).fit(Float64Array.of(1, 2, 3, 4, 100));
 * console.log(rule.threshold.toFixed(4)); // 7.4478
 * ```
 */
export const mad = defineThreshold({
  name: "mad",
  parameter: "k",
  doc: "Median + k · 1.4826 · median absolute deviation of the training scores.",
  example: 3.5,
  key: "k",
  range: "finite and at least 0",
  options: {},
  needsScores: true,
  accepts: (k) => k >= 0 && Number.isFinite(k),
  find(scores, k) {
    const median = medianOf(scores);
    if (!Number.isFinite(median)) return { threshold: Number.NaN };
    return { threshold: median + k * MAD_TO_SIGMA * medianOf(scores.map((score) => Math.abs(score - median))) };
  },
});

/**
 * Threshold at Q3 + k · (Q3 − Q1) of the training scores, Tukey's fence: the quartiles do not move when up to a quarter of
 * the rows are anomalies.
 *
 * The quartiles are NumPy's, with linear interpolation. When the middle half of the scores is equal, the fence is that
 * score. `side: "low"` flags scores below Q1 − k · (Q3 − Q1), `"both"` those beyond either fence, as Darts' `IQRDetector`
 * does.
 *
 * @param value  k, at least 0; Tukey's 1.5 flags 0.35 % of normally distributed scores on each side, 3 is "far out"
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE`
 * @see Tukey (1977), "Exploratory data analysis", Addison-Wesley
 * @example
 * ```ts
 * import { iqr } from "@telltale/core";
 * const rule = iqr(1.5, { side: "both" }).fit(Float64Array.of(1, 2, 3, 4, 5));
 * console.log(rule.low, rule.threshold); // -1 7
 * ```
 */
export const iqr = defineThreshold({
  name: "iqr",
  key: "k",
  parameter: "k",
  doc: "The upper quartile + k times the distance between the quartiles of the training scores (Tukey's fence).",
  example: 1.5,
  optional: true,
  range: "finite and at least 0",
  needsScores: true,
  options: { side: sideOption },
  accepts: (k) => k >= 0 && Number.isFinite(k),
  find(scores, k, { side }) {
    const [q1, q3] = [quantileOf(scores, 0.25), quantileOf(scores, 0.75)];
    if (!Number.isFinite(q1) || !Number.isFinite(q3)) return { threshold: Number.NaN };
    return onSide(
      side,
      () => q3 + k * (q3 - q1),
      () => q1 - k * (q3 - q1),
    );
  },
});
