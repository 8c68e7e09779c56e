import { ParamError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { keptComponents } from "../../../math/linear-algebra/kept-components.js";
import type { Matrix } from "../../../matrix.js";
import { number, numberOr, oneOf } from "../../../params/params.js";
import { requireFinite } from "../../checks.js";
import { defineDetector } from "../../detector.js";
import { StateReader } from "../../state-reader.js";
import { principalAxes } from "./axes.js";
import { controlLimits, PCA_LIMITS } from "./control-limits.js";
import { squaredNorms } from "./squared-norms.js";
import { contributionsOf, type Weights, weightsOf } from "./statistics.js";
import { weightedDistances } from "./weighted-distances.js";

const params = {
  components: numberOr("all", {
    default: 0.9,
    min: 0,
    max: 100_000,
    doc: "Components kept: below 1 the share of the variance that they have at least, from 1 on their number.",
  }),
  score: oneOf(["combined", "t2", "q", "either", "weighted"], {
    default: "combined",
    doc: "T² within the components, Q beside them, both (sum or larger of the ratios to their limits), or PyOD's distance.",
  }),
  confidence: number({
    default: 0.99,
    min: 0,
    max: 1,
    exclusive: true,
    doc: "Share of normal rows that the control limits of T² and Q let pass.",
  }),
  limits: oneOf(PCA_LIMITS, {
    default: "jackson-mudholkar",
    doc: "How the limit of Q is made; skab repeats the benchmark's own code, skab-lapack with its order of the variances, too.",
  }),
};

/**
 * Principal components: rows far out in the few directions in which training rows vary (Hotelling's T²), or off them (the
 * squared prediction error Q, SPE), are anomalous.
 *
 * *fit*: rows × cols matrix; eigenvectors of the covariance, O(rows · cols² + cols³) time, cols² numbers kept. With rows ≤ cols
 * from the inner products of the rows, O(rows² · cols) time, kept · cols numbers.
 *
 * *score*: one value a row, ≥ 0. `t2`: Σ tₖ² / λₖ over the kept components. `q`: squared distance from their subspace, in squared
 * units of the columns. `combined` (Yue and Qin): T² / its limit + Q / its limit. `either`: the larger of the two ratios, above 1
 * exactly when one of them is beyond its limit. `weighted`: PyOD's definition, the distances from the row to the unit vectors of
 * the kept components, each divided by its share of the variance. O(cols²) a row, or O(kept · cols). The limits are in the state as `t2Limit`
 * and `qLimit`, for `fixed` thresholds. `contributions` add up to the score: tₖ / λₖ · vₖⱼ (x − μ)ⱼ of T², squared residuals of Q.
 *
 * *Needs*: finite values; columns on one scale (`standardize`), since a column of large values is otherwise a component of its
 * own. More rows than components.
 *
 * *Edges*: directions without variance are never kept: a constant column that moves shows in Q. Where Q has no variance at all, a
 * billionth of the whole stands in for its limit. Where the approximation of Jackson and Mudholkar has no meaning, Box's is used.
 *
 * *Departures*: `limits: "skab"` takes powers of the sum of the variances for sums of their powers and reads quantiles off a
 * grid, as that benchmark's code does; variances go by size. `skab-lapack` takes them in the order of LAPACK's `dgeev`, as the
 * benchmark does by chance: its published counts are those of this order.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when more components are asked for than there are columns
 * @throws {@link DataError} `DATA_INFINITE` when squared differences between rows are beyond the range of doubles
 * @see https://doi.org/10.1080/00401706.1979.10489779 Jackson, Mudholkar: control procedures for residuals associated with principal component analysis
 * @see https://doi.org/10.1021/ie000141+ Yue, Qin: reconstruction-based fault identification using a combined index
 * @example
 * ```ts
 * import { fromRows, pca } from "@telltale/core";
 * const train = fromRows([[1, 1.1], [2, 1.9], [3, 3.1], [4, 3.9], [5, 5]]);
 * const [along, beside] = pca({ components: 1, score: "q" }).fitSync(train).scoreSync(fromRows([[9, 9], [3, 4]]));
 * console.log((along ?? 0) < 0.01, (beside ?? 0) > 0.4); // true true
 * ```
 */
export const pca = defineDetector({
  name: "pca",
  aliases: ["principal-components", "hotelling", "spe"],
  summary: "Principal components: rows far out along them (Hotelling's T²) or off them (Q, SPE) are anomalous.",
  input: "tabular",
  traits: { checksValues: true, scaleSensitive: true },
  leastRows: 2,
  params,
  fit(x, given, run): MaybePromise<PcaState> {
    const { cols, rows } = x;
    const { components } = given;
    if (components !== "all" && components >= 1 && (components > cols || !Number.isInteger(components))) {
      throw new ParamError("PARAM_RANGE", `components: ${components} asked of ${cols} columns`, {
        remedy: `Choose a whole number up to ${cols}, or a share of the variance below 1`,
      });
    }
    return chain(principalAxes(x, given.limits === "skab-lapack", run), ({ mean, variances, unsorted, vectors }) => {
      const kept = keptComponents(components, variances);
      const ordered = { variances: unsorted ?? variances, kept, rows };
      const { t2, q } = controlLimits(ordered, given.confidence, given.limits);
      return { center: mean, vectors: vectors(kept), variances, kept, t2Limit: t2, qLimit: q };
    });
  },
  score: (state, x, { score }, run): MaybePromise<Float64Array> => {
    if (score === "weighted") {
      requireFinite("pca", x);
      return weightedDistances(state, x);
    }
    return scoresOf(state, x, weightsOf(state, score), run);
  },
  contributions(state, x, { score }): Float64Array {
    requireFinite("pca", x);
    return contributionsOf(state, x, score);
  },
  remarks: ({ kept, variances }) =>
    kept === variances.length ? [`All ${kept} components are kept, so that no direction is left for Q`] : [],
  restore(state, _params, cols): PcaState {
    const reader = new StateReader("pca", state);
    const variances = reader.doubles("variances", cols);
    if (variances.some((v, k) => v < 0 || v > (variances[k - 1] ?? v)))
      throw reader.wrong("variances do not descend to 0");
    const kept = reader.count("kept", 0, cols);
    if (kept > 0 && !((variances[kept - 1] as number) > 0))
      throw reader.wrong("a component that is kept has no variance");
    const limits = { t2Limit: reader.number("t2Limit"), qLimit: reader.number("qLimit") };
    if (limits.t2Limit < 0 || limits.qLimit < 0) throw reader.wrong("a limit is below 0");
    const vectors = reader.doubles("vectors");
    if (vectors.length !== cols * cols && vectors.length !== kept * cols) {
      throw reader.wrong("there is not one vector for each column, or for each component that is kept");
    }
    return { center: reader.doubles("center", cols), vectors, variances, kept, ...limits };
  },
});

export type PcaState = {
  readonly center: Float64Array;
  /** Row-major, cols × cols or, after fewer training rows than columns, kept × cols: unit eigenvectors of the covariance. */
  readonly vectors: Float64Array;
  /** The variances along them all (divided by rows − 1), largest first. */
  readonly variances: Float64Array;
  /** Components that are kept. */
  readonly kept: number;
  /** Control limits at `confidence`; 0 where there is no component, or none is left. */
  readonly t2Limit: number;
  readonly qLimit: number;
};

/** Both statistics of every row in one call, then their weighted sum or the larger one. */
function scoresOf(state: PcaState, x: Matrix, { t2, q, larger }: Weights, run: Run): MaybePromise<Float64Array> {
  const { rows } = x;
  return chain(squaredNorms(state, x, run), (norms) => {
    const scores = new Float64Array(rows);
    let beyond = false;
    for (let i = 0; i < rows; i++) {
      const within = norms[2 * i] as number;
      const beside = norms[2 * i + 1] as number;
      // An infinite statistic without weight is no number, where one that counts is infinite.
      const a = t2 === 0 ? 0 : within * t2;
      const b = q === 0 ? 0 : beside * q;
      scores[i] = larger ? Math.max(a, b) : a + b;
      if (within === Number.POSITIVE_INFINITY || beside === Number.POSITIVE_INFINITY) beyond = true;
    }
    if (beyond) requireFinite("pca", x);
    return scores;
  });
}
