import { ParamError } from "../../../errors.js";
import { chain } from "../../../kernels/kernels.js";
import { rowRange } from "../../../matrix.js";
import { int, number, oneOf } from "../../../params/params.js";
import { defineDetector, type ModelState } from "../../detector.js";
import { inOrder } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { fitMixture } from "./expectation-maximisation.js";
import { logDensities, type Mixture, mixtureSizes } from "./mixture.js";

/** Values of components beside rows that are in memory at a time. */
const SHARES_AT_ONCE = 2 ** 20;
/** Of an inverse standard deviation, so that it has a logarithm. */
const LEAST_SCALE = 1e-300;

/**
 * Gaussian mixture: rows where the mixture is thin are anomalous.
 *
 * *fit*: rows × cols matrix; finds `components` normal distributions by expectation maximisation, starting from the clusters of
 * k-means; of `starts` the most likely result is kept. O(components · cols²) memory beside O(rows · components), O(iterations ·
 * rows · components · cols²) time (cols instead of cols² with `diag`).
 *
 * *score*: one value a row, in nats: minus the logarithm of the mixture's density. O(components · cols²) a row.
 *
 * *Needs*: finite values; no scaling for the fit itself, but `regularization` is in the square of the columns' unit. At least
 * as many rows as components.
 *
 * *Edges*: constant and dependent columns are kept apart from zero variance by `regularization`. Training rows with fewer distinct
 * values than components make so many components. A row whose squared distances are beyond the range of doubles scores ∞.
 *
 * @throws {@link ParamError} `PARAM_RANGE` when there are fewer rows than components, or `regularization` is too small for
 *   columns that depend on each other
 * @throws {@link DataError} `DATA_INFINITE` when squared distances between training rows are beyond the range of doubles
 * @see https://doi.org/10.1111/j.2517-6161.1977.tb01600.x Dempster, Laird, Rubin: Maximum likelihood from incomplete data via
 *   the EM algorithm
 * @example
 * ```ts
 * import { fromRows, gmm } from "@telltale/core";
 * const train = fromRows([[-1], [1], [-1], [1]]);
 * const model = gmm({ regularization: 0 }).fitSync(train);
 * console.log([...model.scoreSync(fromRows([[0], [2]]))].map((s) => s.toFixed(4))); // ["0.9189", "2.9189"]
 * ```
 */
export const gmm = defineDetector({
  name: "gmm",
  aliases: ["gaussian-mixture", "gaussian-mixture-model"],
  summary: "Gaussian mixture: rows where a mixture of normal distributions is thin are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: {
    components: int({ default: 1, min: 1, max: 1000, doc: "Normal distributions; at most the training rows." }),
    covariance: oneOf(["full", "diag"], {
      default: "full",
      doc: "full: any covariance; diag: the columns of a component do not depend on each other.",
    }),
    tolerance: number({
      default: 1e-3,
      min: 0,
      max: 1e6,
      doc: "Converged when the mean log-likelihood of a row changes by less.",
    }),
    regularization: number({ default: 1e-6, min: 0, max: 1e100, doc: "Added to every variance." }),
    maxIterations: int({ default: 100, min: 1, max: 1_000_000, doc: "Iterations of one start at most." }),
    starts: int({ default: 1, min: 1, max: 1000, doc: "Times to start from other clusters; the best result is kept." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit(x, given, run) {
    if (given.components > x.rows) {
      throw new ParamError("PARAM_RANGE", `components: ${given.components} asked of ${x.rows} training rows`, {
        remedy: `Choose components ≤ ${x.rows}, or train on more rows`,
      });
    }
    return fitMixture(x, given, run);
  },
  score(state, x, { covariance }, run) {
    const scores = new Float64Array(x.rows);
    const slice = Math.ceil(SHARES_AT_ONCE / state.weights.length);
    const slices = Math.ceil(x.rows / slice);
    const shares = new Float64Array(state.weights.length * Math.min(slice, x.rows));
    const done = inOrder(slices, (i) => {
      const part = rowRange(x, i * slice, Math.min(x.rows, (i + 1) * slice));
      const found = logDensities(state, part, covariance, shares, run.within(i / slices, (i + 1) / slices));
      return chain(found, (densities) => {
        densities.forEach((density, row) => {
          scores[i * slice + row] = -density + 0;
        });
      });
    });
    return chain(done, () => scores);
  },
  remarks({ converged, iterations, weights, asked }) {
    return [
      ...(weights.length < asked
        ? [`The training rows have ${weights.length} distinct values, so there are ${weights.length} components`]
        : []),
      ...(converged
        ? []
        : [`The best start had not converged after ${iterations} iterations. Raise maxIterations or tolerance`]),
    ];
  },
  restore: (state, { components, covariance }, cols): GmmState => restored(state, components, covariance, cols),
});

/** The mixture, and how its fit ended. */
export type GmmState = { readonly [K in keyof Mixture]: Mixture[K] } & {
  readonly iterations: number;
  readonly converged: boolean;
  /** Components asked for. */
  readonly asked: number;
};

function restored(state: ModelState, components: number, covariance: "full" | "diag", cols: number): GmmState {
  const reader = new StateReader("gmm", state);
  const weights = reader.doubles("weights");
  const found = weights.length;
  if (found < 1 || found > components) throw reader.wrong("the number of components is impossible");
  if (!weights.every((w) => w > 1e-300 && w <= 1.001)) throw reader.wrong("a weight is no share");
  const { perFactor, diagonal } = mixtureSizes(cols, covariance);
  const factors = reader.doubles("factors", found * perFactor);
  for (let at = 0; at < found * cols; at++) {
    const scale = factors[Math.floor(at / cols) * perFactor + (at % cols) * diagonal] as number;
    if (!(scale >= LEAST_SCALE)) throw reader.wrong("a standard deviation is not positive");
  }
  return {
    ...{ weights, means: reader.doubles("means", found * cols), factors },
    ...{ iterations: reader.count("iterations", 0), converged: reader.flag("converged") },
    asked: reader.count("asked", found, components),
  };
}
