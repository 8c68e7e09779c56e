import { ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { chiSquaredCdf, chiSquaredQuantile } from "../../../math/distributions/gamma.js";
import { whitening } from "../../../math/linear-algebra/whitening.js";
import type { Matrix } from "../../../matrix.js";
import { int, numberOr, type ParamValues } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import {
  chiSquaredLimit,
  distanceContributions,
  type Ellipsoid,
  ellipsoidParams,
  type Moments,
  momentsOf,
  momentsOfTraining,
  rankRemarks,
  restoreEllipsoid,
  scoresOf,
  squaredDistances,
} from "../../ellipsoid.js";
import { StateReader } from "../../state-reader.js";
import { inward, moved, outward, product } from "./coordinates.js";
import { fastMcd, type RawEstimate } from "./fast-mcd.js";

/** Share of normal rows that the second, weighted estimate leaves away (Rousseeuw, Van Driessen). */
const WEIGHTED_AWAY = 0.025;

const params = {
  support: numberOr("auto", {
    default: "auto",
    min: 0.5,
    max: 1,
    doc: "Share of the rows that the estimate is made of; auto is just over one half, which withstands most outliers.",
  }),
  starts: int({ default: 500, min: 1, max: 100_000, doc: "Random starts; the best result is kept." }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  ...ellipsoidParams,
};

/**
 * Minimum covariance determinant: the Mahalanobis distance from the half of the rows that lie closest together, so that
 * outliers among the training rows have no say.
 *
 * *fit*: rows × cols matrix. FastMCD: from random starts, on subsets of 300 rows, then on these together, then on all rows,
 * steps that lower the determinant of the covariance of `support` rows; the best one is made consistent for normal rows, and
 * made again of all rows that it does not find too far away. O(rows · cols²) time a step, some 40 steps for many rows.
 *
 * *score*: one value a row, ≥ 0: the squared robust distance. O(cols²) a row. For normal rows it follows χ² with as many
 * degrees of freedom as columns; `state.limit` is its quantile at `confidence`, to be used as a `fixed` threshold.
 * `contributions` are parts of it that add up to it.
 *
 * *Needs*: finite values; no scaling. More rows than twice the columns, to be of use; rows of one cloud.
 *
 * *Edges*: columns that are constant, or combinations of others, are left out as directions; the model says so. Where half of
 * the rows lie in a hyperplane (a sensor that mostly stands still), the distance within it weighs the rows. One column is
 * solved exactly.
 *
 * *Departures*: estimates are those of scikit-learn's `MinCovDet` where both find the least determinant. Starts are of cols + 1
 * rows, and subsets at most five, as in the paper; scikit-learn starts from half of the rows, in as many subsets as there are.
 * For one column scikit-learn takes the shortest half, here it is the one of least variance.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when the support is not more rows than columns that vary
 * @throws {@link DataError} `DATA_INFINITE` when squared differences between rows are beyond the range of doubles
 * @see https://doi.org/10.1080/00401706.1999.10485670 Rousseeuw, Van Driessen: a fast algorithm for the minimum covariance determinant estimator
 * @see https://doi.org/10.1006/jmva.1999.1839 Croux, Haesbroeck: influence function and efficiency of the MCD
 * @example
 * ```ts
 * import { fromRows, mcd } from "@telltale/core";
 * const rows = Array.from({ length: 40 }, (_, i) => (i < 30 ? [Math.sin(i), Math.cos(2 * i)] : [50 + Math.sin(i), 50]));
 * const scores = mcd().fitSync(fromRows(rows)).scoreSync(fromRows([[0, 0], [50, 50]]));
 * console.log(scores.map((v) => (v > 1000 ? 1 : 0)).join()); // 0,1
 * ```
 */
export const mcd = defineDetector({
  name: "mcd",
  aliases: ["min-cov-det", "fast-mcd", "elliptic-envelope", "robust-covariance"],
  summary: "Minimum covariance determinant: distance from the half of the rows that lie closest together.",
  input: "tabular",
  traits: { checksValues: true },
  leastRows: 2,
  params,
  fit: (x, given, run): MaybePromise<McdState> =>
    chain(momentsOfTraining("mcd", x, run.within(0, 0.05)), (all) => fitRows(x, all, given, run.within(0.05, 1))),
  score: (state, x, _params, run) => scoresOf("mcd", state, x, run),
  contributions: (state, x) => distanceContributions("mcd", state, x),
  remarks: (state) => rankRemarks(state),
  restore(state, _params, cols): McdState {
    const reader = new StateReader("mcd", state);
    return {
      ...restoreEllipsoid("mcd", state, cols),
      covariance: reader.doubles("covariance", cols * cols),
      rawCenter: reader.doubles("rawCenter", cols),
      rawCovariance: reader.doubles("rawCovariance", cols * cols),
      support: reader.count("support", 1),
      weighted: reader.count("weighted", 0),
    };
  },
});

export type McdState = Ellipsoid & {
  /** cols × cols: that of the second estimate, which `directions` belong to. */
  readonly covariance: Float64Array;
  /** The first estimate, of the rows of least determinant, before it is made consistent. */
  readonly rawCenter: Float64Array;
  readonly rawCovariance: Float64Array;
  /** Rows of the first estimate, and of the second. */
  readonly support: number;
  readonly weighted: number;
};

/** Rows that vary in all directions are taken as they are; others in the coordinates in which they do vary. */
function fitRows(x: Matrix, all: Moments, given: ParamValues<typeof params>, run: Run): MaybePromise<McdState> {
  const { cols } = x;
  const outer = whitening(
    all.scatter.map((v) => v / x.rows),
    cols,
  );
  const { rank } = outer;
  const support =
    given.support === "auto"
      ? Math.min(x.rows, Math.ceil((x.rows + rank + 1) / 2))
      : Math.floor(given.support * x.rows);
  if (support <= rank && support < x.rows) {
    throw new ParamError("PARAM_RANGE", `support: ${support} rows are not more than the ${rank} columns that vary`, {
      remedy: "Choose a larger share, or train on more rows",
    });
  }
  if (rank === cols) return estimate(x, support, given, run);
  if (rank === 0) {
    const zeros = new Float64Array(cols * cols);
    const rest = { directions: new Float64Array(0), limit: 0, covariance: zeros, rawCovariance: zeros };
    return { center: all.mean, rawCenter: all.mean, ...rest, support, weighted: x.rows };
  }
  return chain(estimate(inward(x, all.mean, outer), support, given, run), (inner) => ({
    ...inner,
    center: moved(all.mean, inner.center, outer),
    directions: product(inner.directions, outer.directions, inner.directions.length / rank, rank, cols),
    covariance: outward(inner.covariance, outer, cols),
    rawCenter: moved(all.mean, inner.rawCenter, outer),
    rawCovariance: outward(inner.rawCovariance, outer, cols),
  }));
}

function estimate(x: Matrix, support: number, given: ParamValues<typeof params>, run: Run): MaybePromise<McdState> {
  return chain(fastMcd(x, support, given, run.within(0, 0.9)), (raw) =>
    chain(reweighted(x, raw, support, run.within(0.9, 1)), ({ rows, mean, covariance }) => {
      const { directions, rank } = whitening(covariance, x.cols);
      return {
        ...{ center: mean, covariance, directions, limit: chiSquaredLimit(given.confidence, rank) },
        rawCenter: raw.mean,
        rawCovariance: raw.scatter.map((v) => v / support),
        support,
        weighted: rows,
      };
    }),
  );
}

/** The consistent covariance of the rows that are not too far from the raw estimate. */
function reweighted(
  x: Matrix,
  raw: RawEstimate,
  support: number,
  run: Run,
): MaybePromise<{ readonly rows: number; readonly mean: Float64Array; readonly covariance: Float64Array }> {
  const { directions, rank } = whitening(
    raw.scatter.map((v) => v / support),
    x.cols,
  );
  const limit = chiSquaredQuantile(WEIGHTED_AWAY, rank, true) * consistency(support / x.rows, rank);
  return chain(squaredDistances({ center: raw.mean, directions }, x, run), (norms) => {
    const near = Int32Array.from(norms.keys()).filter((i) => (norms[i] as number) < limit);
    const factor = consistency(1 - WEIGHTED_AWAY, x.cols);
    return chain(momentsOf(x, run, near), ({ rows, mean, scatter }) => {
      return { rows, mean, covariance: scatter.map((v) => (v / rows) * factor) };
    });
  });
}

/** What a covariance of the share of normal rows nearest to the mean is too small by (Croux, Haesbroeck 1999). */
function consistency(share: number, dimensions: number): number {
  if (share >= 1) return 1;
  return share / chiSquaredCdf(chiSquaredQuantile(share, dimensions), dimensions + 2);
}
