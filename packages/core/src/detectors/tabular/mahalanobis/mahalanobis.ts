import { chain, type MaybePromise } from "../../../kernels/kernels.js";
import { whitening } from "../../../math/linear-algebra/whitening.js";
import { numberOr } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import {
  chiSquaredLimit,
  distanceContributions,
  type Ellipsoid,
  ellipsoidParams,
  momentsOfTraining,
  rankRemarks,
  restoreEllipsoid,
  scoresOf,
} from "../../ellipsoid.js";
import { StateReader } from "../../state-reader.js";
import { shrink, shrinkageOf } from "./shrinkage.js";

const params = {
  shrinkage: numberOr(["ledoit-wolf", "oas"], {
    default: 0,
    min: 0,
    max: 1,
    doc: "How far the covariance is drawn towards equal variances without correlation: for few rows and many columns.",
  }),
  ...ellipsoidParams,
};

/**
 * Mahalanobis distance: rows far from the mean, measured in the spread and correlation of the columns, are anomalous.
 *
 * *fit*: rows × cols matrix; keeps the mean and a triangle of cols² numbers. O(rows · cols²) time.
 *
 * *score*: one value a row, ≥ 0: the squared distance (x − μ)ᵀ Σ⁻¹ (x − μ), without a unit. O(cols²) a row. For normal rows it
 * follows χ² with as many degrees of freedom as columns; `state.limit` is its quantile at `confidence`, to be used as a
 * `fixed` threshold. `contributions` are parts of it that add up to it; a column that speaks against the others' anomaly has a
 * negative one.
 *
 * *Needs*: finite values; no scaling, the distance does not change under it (without shrinkage). More rows than columns, or
 * shrinkage. Outliers among the training rows draw mean and covariance to themselves; `mcd` withstands up to half of them.
 *
 * *Edges*: the covariance is divided by the number of rows, as scikit-learn's `EmpiricalCovariance` does. Directions without
 * variance (constant columns, combinations of others) are left out, as with a pseudo-inverse; the model says so.
 * `ledoit-wolf` and `oas` are scikit-learn's `LedoitWolf` and `OAS`.
 *
 * @throws {@link DataError} `DATA_INFINITE` when squared differences between rows are beyond the range of doubles
 * @see https://doi.org/10.1007/s13171-019-00164-5 Mahalanobis (1936, reprint): on the generalised distance in statistics
 * @example
 * ```ts
 * import { fromRows, mahalanobis } from "@telltale/core";
 * const model = mahalanobis().fitSync(fromRows([[1, 1], [-1, -1], [2, -2], [-2, 2]]));
 * const [along, across] = model.scoreSync(fromRows([[2, -2], [2, 2]]));
 * console.log(along?.toFixed(3), across?.toFixed(3)); // 2.000 8.000
 * ```
 */
export const mahalanobis = defineDetector({
  name: "mahalanobis",
  aliases: ["mahalanobis-distance", "elliptic"],
  summary: "Mahalanobis distance: rows far from the mean, given spread and correlation of the columns, are anomalous.",
  input: "tabular",
  traits: { checksValues: true },
  leastRows: 2,
  params,
  fit: (x, { shrinkage, confidence }, run): MaybePromise<MahalanobisState> =>
    chain(momentsOfTraining("mahalanobis", x, run), ({ mean, scatter }) => {
      const covariance = scatter.map((v) => v / x.rows);
      const share = shrinkageOf(shrinkage, x, mean, covariance);
      const { directions, rank } = whitening(shrink(covariance, x.cols, share), x.cols);
      return { center: mean, directions, limit: chiSquaredLimit(confidence, rank), shrinkage: share };
    }),
  score: (state, x, _params, run) => scoresOf("mahalanobis", state, x, run),
  contributions: (state, x) => distanceContributions("mahalanobis", state, x),
  remarks: (state) => rankRemarks(state),
  restore(state, _params, cols): MahalanobisState {
    const reader = new StateReader("mahalanobis", state);
    const shrinkage = reader.number("shrinkage");
    if (shrinkage < 0 || shrinkage > 1) throw reader.wrong("the shrinkage is out of its range");
    return { ...restoreEllipsoid("mahalanobis", state, cols), shrinkage };
  },
});

export type MahalanobisState = Ellipsoid & {
  /** The share by which the covariance was shrunk. */
  readonly shrinkage: number;
};
