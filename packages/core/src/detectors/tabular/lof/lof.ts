import { chain } from "../../../kernels/kernels.js";
import { type Neighbours, queryNeighbours, trainingNeighbours } from "../../../kernels/nearest/neighbour-search.js";
import { int } from "../../../params/params.js";
import { defineDetector, type ModelState } from "../../detector.js";
import {
  checkNeighbours,
  corruptRows,
  keepRows,
  neighbourParams,
  queryRows,
  restoreRows,
  searchable,
  type TrainingRows,
} from "../../training-rows.js";

/** Added to a mean reachability distance, so that more than k equal rows have a density; scikit-learn's value. */
const LEAST_REACH = 1e-10;

/**
 * Local outlier factor: rows that lie less densely than their neighbours are anomalous.
 *
 * *fit*: rows × cols matrix; finds the k nearest others of every row, from them its local reachability density, and its
 * outlier factor. Keeps a copy of the rows (O(rows · cols) memory; O(rows · k) while it works).
 *
 * *score*: one value a row, > 0: the mean density of its k nearest training rows over its own. About 1 where a row lies as
 * densely as its neighbours, more where it lies apart. A row's score depends on that row and the model alone (novelty).
 *
 * *Training rows*: `score` counts a row that was trained on as its own nearest neighbour, as any new row that equals it.
 * `trainingScores` are the outlier factors of the paper, where no row is its own neighbour; thresholds are fitted on these.
 * They are kept in the model, in `state.factors`.
 *
 * *Needs*: finite values; columns on one scale. More than k training rows.
 *
 * *Edges*: of more than k equal rows the density is 1e10 and the factor 1; a row beside them can have a factor of millions, as
 * in scikit-learn. Choose a greater k then, or remove duplicates.
 *
 * *Departures*: exactly k neighbours, those of lower index among equally far ones, where the paper takes all that are as far
 * as the k-th; scikit-learn does the same. 1e-10 is added to the mean reachability distance, as there.
 *
 * @throws {@link ParamError} when there are not more than `k` training rows
 * @see https://doi.org/10.1145/342009.335388 Breunig, Kriegel, Ng, Sander: LOF: Identifying Density-Based Local Outliers
 * @example
 * ```ts
 * import { fromRows, lof } from "@telltale/core";
 * const train = fromRows([[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5], [9, 9]]);
 * const model = lof({ k: 3 }).fitSync(train);
 * const factors = model.trainingScoresSync(train);
 * console.log(factors.indexOf(Math.max(...factors))); // 5
 * ```
 */
export const lof = defineDetector({
  name: "lof",
  aliases: ["local-outlier-factor"],
  summary: "Local outlier factor: rows that lie less densely than their neighbours are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 2,
  params: {
    k: int({ default: 20, min: 1, max: 2 ** 31 - 2, doc: "Neighbours to look at; fewer than the training rows." }),
    ...neighbourParams,
  },
  fit(x, params, run) {
    checkNeighbours(params.k, x.rows);
    return chain(keepRows(run.within(0, INDEX_SHARE), x, params.metric), (rows) =>
      chain(trainingNeighbours(run.within(INDEX_SHARE, 1), searchable(rows), params), (neighbours): LofState => {
        const { k } = params;
        const reach = Float64Array.from({ length: x.rows }, (_, i) => neighbours.distances[i * k + k - 1] as number);
        const density = densities(neighbours, reach, x.rows, k);
        return { ...rows, reach, density, factors: outlierFactors(neighbours, density, density, k) };
      }),
    );
  },
  score(state, x, params, run) {
    const found = queryNeighbours(run, searchable(state), queryRows(x, params.metric), x.rows, params);
    return chain(found, (neighbours) => {
      const density = densities(neighbours, state.reach, x.rows, params.k);
      return outlierFactors(neighbours, density, state.density, params.k);
    });
  },
  trainingScores: (state) => state.factors.slice(),
  restore(state, params, cols): LofState {
    const rows = restoreRows("lof", state, params, cols);
    const [reach, density, factors] = [
      column(state, "reach", rows.order.length, 0),
      column(state, "density", rows.order.length, Number.MIN_VALUE),
      column(state, "factors", rows.order.length, 0),
    ];
    return { ...rows, reach, density, factors };
  },
});

/** Share of a fit's progress for the index. */
const INDEX_SHARE = 0.05;

/** Training rows, their index, and one value of each array for every row. */
export type LofState = TrainingRows & {
  /** Distance to the k-th neighbour. */
  readonly reach: Float64Array;
  /** Local reachability density. */
  readonly density: Float64Array;
  /** Outlier factor: 1 / density times the mean density of the neighbours. */
  readonly factors: Float64Array;
};

/** Local reachability densities: 1 over the mean of max(distance, k-distance of the neighbour). Definition 6. */
function densities({ distances, indices }: Neighbours, reach: Float64Array, rows: number, k: number): Float64Array {
  const density = new Float64Array(rows);
  for (let i = 0, at = 0; i < rows; i++) {
    let sum = 0;
    for (const end = at + k; at < end; at++) {
      const distance = distances[at] as number;
      const far = reach[indices[at] as number] as number;
      sum += distance > far ? distance : far;
    }
    density[i] = 1 / (sum / k + LEAST_REACH);
  }
  return density;
}

/** Mean density of the neighbours over a row's own. Definition 7. */
function outlierFactors({ indices }: Neighbours, own: Float64Array, theirs: Float64Array, k: number): Float64Array {
  const factors = new Float64Array(own.length);
  for (let i = 0, at = 0; i < factors.length; i++) {
    let sum = 0;
    for (const end = at + k; at < end; at++) sum += theirs[indices[at] as number] as number;
    factors[i] = sum / k / (own[i] as number);
  }
  return factors;
}

function column(state: ModelState, name: string, rows: number, least: number): Float64Array {
  const values = state[name];
  if (!(values instanceof Float64Array) || values.length !== rows)
    throw corruptRows("lof", `${name} is missing or cut`);
  if (!values.every((v) => v >= least && v < Number.POSITIVE_INFINITY))
    throw corruptRows("lof", `${name} is out of range`);
  return values;
}
