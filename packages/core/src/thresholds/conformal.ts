import { DataError, ParamError, ShapeError } from "../errors.js";
import { kthSmallest } from "../math/selection.js";
import { oneOf } from "../params/params.js";
import { defineThreshold } from "./threshold.js";

/** Calibration scores that a threshold with false-discovery control keeps, at most: the greatest ones. */
const MOST_KEPT = 65_536;

/**
 * Split-conformal p-values: p = (1 + #{calibration scores ≥ s}) / (n + 1).
 *
 * When a score is exchangeable with the calibration scores (scores of normal rows on which the model was *not* fitted),
 * P(p ≤ α) ≤ α for every α, whatever the detector and the data.
 *
 * @param calibration  n ≥ 1 scores, higher = more anomalous
 * @param scores  m scores
 * @returns m values, 1 / (n + 1) … 1
 * @throws {@link ShapeError} `SHAPE_EMPTY` · {@link DataError} `DATA_MISSING` for a NaN
 * @see Bates, Candès, Lei, Romano, Sesia (2023), "Testing for outliers with conformal p-values",
 *   https://doi.org/10.1214/22-AOS2244
 * @example
 * ```ts
 * import { conformalPValues } from "@telltale/core";
 * console.log([...conformalPValues(Float64Array.of(1, 2, 3, 4), Float64Array.of(3, 9))]); // [0.6, 0.2]
 * ```
 */
export function conformalPValues(calibration: Float64Array, scores: Float64Array): Float64Array {
  if (calibration.length === 0) {
    throw new ShapeError("SHAPE_EMPTY", "conformal p-values need at least one calibration score; found none");
  }
  for (const values of [calibration, scores]) {
    const row = values.findIndex(Number.isNaN);
    if (row >= 0) throw new DataError("DATA_MISSING", "a score is a number; found NaN", { where: { row: row + 1 } });
  }
  return pValues(calibration.slice().sort(), calibration.length, scores);
}

/** p-values from the greatest of n calibration scores, ascending; below the least of them p is 1, which is on the safe side. */
function pValues(sorted: ArrayLike<number>, n: number, scores: Float64Array): Float64Array {
  return scores.map((score) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < score) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 1 : (1 + sorted.length - low) / (n + 1);
  });
}

/**
 * The Benjamini–Hochberg procedure: flags as many rows as possible such that, on average, at most a share `rate` of the
 * flagged ones is normal.
 *
 * Holds for independent p-values, and for conformal ones that share a calibration set (Bates et al. 2023).
 *
 * @param pValues  m values from 0 to 1
 * @param rate  false-discovery rate, from 0 to 1
 * @returns m values, 1 = flagged
 * @throws {@link ParamError} `PARAM_RANGE` · {@link DataError} `DATA_MISSING` for a NaN
 * @see Benjamini, Hochberg (1995), "Controlling the false discovery rate",
 *   https://doi.org/10.1111/j.2517-6161.1995.tb02031.x
 * @example
 * ```ts
 * import { benjaminiHochberg } from "@telltale/core";
 * console.log([...benjaminiHochberg(Float64Array.of(0.01, 0.04, 0.03, 0.5), 0.1)]); // [1, 1, 1, 0]
 * ```
 */
export function benjaminiHochberg(pValues: Float64Array, rate: number): Uint8Array {
  if (!(rate >= 0 && rate <= 1)) {
    throw new ParamError("PARAM_RANGE", `a false-discovery rate lies from 0 to 1; found ${rate}`);
  }
  const row = pValues.findIndex(Number.isNaN);
  if (row >= 0) throw new DataError("DATA_MISSING", "a p-value is a number; found NaN", { where: { row: row + 1 } });
  const sorted = pValues.slice().sort();
  let limit = -1;
  for (let k = sorted.length; k >= 1 && limit < 0; k--) {
    const p = sorted[k - 1] as number;
    if (p <= (rate * k) / sorted.length) limit = p;
  }
  return Uint8Array.from(pValues, (p) => (p <= limit ? 1 : 0));
}

/**
 * Threshold with a guarantee: a normal row that the calibration scores do not know is flagged with probability at most α,
 * whatever the detector and the distribution of the data (split conformal prediction).
 *
 * A row is flagged when its p-value (1 + #{calibration ≥ s}) / (n + 1) is at most α, that is, when its score exceeds the
 * ⌊α (n + 1)⌋-th greatest calibration score. The guarantee needs calibration scores of *normal rows that the model was not
 * fitted on*, exchangeable with those to come: fit on the scores of such rows (`fitThreshold`, `telltale detect
 * --calibrate`). Fitted on training scores, which flatter the training rows, the rule has no guarantee.
 *
 * `control: "discoveries"` bounds the share of false alarms among all flags by α instead (Benjamini–Hochberg over the
 * scores that are decided together); it keeps the 65,536 greatest calibration scores and needs all scores at once.
 *
 * @param value  α, greater than 0 and less than 1
 * @throws {@link ParamError} `PARAM_RANGE`, `PARAM_TYPE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` with fewer than
 *   1 / α − 1 scores, on which no row could ever be flagged
 * @see Laxhammar, Falkman (2010), "Conformal prediction for distribution-independent anomaly detection",
 *   https://doi.org/10.1145/1883784.1883789
 * @see Bates, Candès, Lei, Romano, Sesia (2023), https://doi.org/10.1214/22-AOS2244
 * @example
 * ```ts
 * import { conformal } from "@telltale/core";
 * const calibration = Float64Array.from({ length: 99 }, (_, i) => i);
 * const rule = conformal(0.05).fit(calibration);
 * console.log(rule.threshold); // 94
 * ```
 */
export const conformal = defineThreshold({
  name: "conformal",
  key: "alpha",
  parameter: "alpha",
  doc: "Flags a normal row with probability alpha at most: guaranteed when fitted on normal rows the model does not know.",
  example: 0.01,
  range: "greater than 0 and less than 1",
  needsScores: true,
  options: {
    control: oneOf(["alarms", "discoveries"], {
      default: "alarms",
      doc: "What alpha bounds: the share of normal rows that are flagged, or the share of flags on normal rows.",
    }),
  },
  accepts: (alpha) => alpha > 0 && alpha < 1,
  scope: ({ control }) => (control === "discoveries" ? "batch" : "score"),
  find(scores, alpha, { control }) {
    const n = scores.length;
    // The greatest j with j / (n + 1) ≤ α, by the very division that a p-value is made of.
    let j = Math.floor(alpha * (n + 1));
    if ((j + 1) / (n + 1) <= alpha) j += 1;
    else if (j / (n + 1) > alpha) j -= 1;
    if (j < 1) {
      throw new ShapeError(
        "SHAPE_TOO_FEW_ROWS",
        `threshold conformal:${alpha} needs at least ${Math.ceil(1 / alpha) - 1} calibration scores; found ${n}`,
        { remedy: "Give more calibration rows, or choose a greater alpha" },
      );
    }
    const threshold = kthSmallest(scores, n - j);
    if (control === "alarms") return { threshold };
    if (!scores.every(Number.isFinite)) return { threshold: Number.NaN };
    const calibration = Array.from(
      scores
        .slice()
        .sort()
        .subarray(Math.max(0, n - MOST_KEPT)),
    );
    return { threshold, state: { rows: n, calibration } };
  },
  open(alpha, _options, { state }) {
    const { rows, calibration } = state as { readonly rows: number; readonly calibration: readonly number[] };
    return (scores) => benjaminiHochberg(pValues(calibration, rows, scores), alpha);
  },
  checkState({ rows, calibration }, { control }) {
    if (control === "alarms") return;
    const whole = Number.isSafeInteger(rows) && Array.isArray(calibration) && (rows as number) >= calibration.length;
    if (!whole || (calibration as number[]).length === 0) throw new Error("its calibration scores do not count up");
    const sorted = (calibration as number[]).every((score, i, all) => i === 0 || score >= (all[i - 1] as number));
    if (!sorted) throw new Error("its calibration scores are not in order");
  },
});
