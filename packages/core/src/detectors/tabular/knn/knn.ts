import { chain } from "../../../kernels/kernels.js";
import { type Neighbours, queryNeighbours, trainingNeighbours } from "../../../kernels/nearest/neighbour-search.js";
import { sampleRows } from "../../../math/sampling.js";
import { selectRows } from "../../../matrix.js";
import { int, intOr, oneOf } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector } from "../../detector.js";
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
import { columnShares } from "./contributions.js";

/**
 * Distance to the nearest neighbours: rows far away from every training row are anomalous.
 *
 * *fit*: rows × cols matrix; keeps a copy of it and an index (O(rows · cols) memory, O(rows · log rows · cols) time).
 *
 * With `samples` only so many rows, drawn at random, are kept: memory and the time of a score are bounded then, however many rows
 * there are, and often little is lost.
 *
 * *score*: one value a row, ≥ 0, in the unit of the distance: that to the k-th nearest training row (`largest`), or the
 * mean or median of the k distances. Exact; with few columns a row is compared with the training rows around it, with many
 * with all of them.
 *
 * *Contributions*: add up to the score; each column has its part of the sum under the root that is the distance. (With `cosine` rows
 * of zeros have a distance that is no column's.)
 *
 * *Training rows*: `score` gives a row that was trained on itself as its nearest neighbour, at distance 0. `trainingScores`
 * leaves each row out of its own neighbours; thresholds are fitted on these.
 *
 * *Needs*: finite values; columns on one scale, because the distance adds them up. More than k training rows.
 *
 * *Edges*: duplicates are neighbours like any other row, so among more than k equal rows the score is 0. `cosine` gives rows
 * of zeros, which have no direction, the distance 0 to each other and 1 to all other rows.
 *
 * *Departures*: Ramaswamy et al. rank by the k-th distance, Angiulli and Pizzuti by the sum, of which `mean` is the k-th part.
 *
 * @throws {@link ParamError} when there are not more than `k` training rows
 * @see https://doi.org/10.1145/342009.335437 Ramaswamy, Rastogi, Shim: Efficient algorithms for mining outliers
 * @see https://doi.org/10.1007/3-540-45681-3_2 Angiulli, Pizzuti: Fast outlier detection in high dimensional spaces
 * @see https://papers.nips.cc/paper/5127-rapid-distance-based-outlier-detection-via-sampling Sugiyama, Borgwardt: Rapid
 *   distance-based outlier detection via sampling
 * @example
 * ```ts
 * import { fromRows, knn } from "@telltale/core";
 * const train = fromRows([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * const model = knn({ k: 2 }).fitSync(train);
 * console.log([...model.scoreSync(fromRows([[0, 0.5], [4, 4]]))]); // [0.5, 5]
 * ```
 */
export const knn = defineDetector({
  name: "knn",
  aliases: ["k-nearest-neighbours", "k-nearest-neighbors", "nearest-neighbours", "nearest-neighbors"],
  summary: "Nearest neighbours: rows far away from every training row are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 2,
  params: {
    k: int({ default: 5, min: 1, max: 2 ** 31 - 2, doc: "Neighbours to look at; fewer than the training rows." }),
    aggregate: oneOf(["largest", "mean", "median"], {
      default: "largest",
      doc: "How the k distances become one score.",
    }),
    ...neighbourParams,
    samples: intOr("all", {
      default: "all",
      min: 2,
      max: 2 ** 31 - 1,
      doc: "Training rows to keep, drawn at random without replacement; all keeps every one.",
    }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers, which samples alone needs." }),
  },
  fit(x, { k, metric, samples, seed }, run) {
    if (samples === "all") {
      checkNeighbours(k, x.rows);
      return keepRows(run, x, metric);
    }
    const sample = new Int32Array(Math.min(samples, x.rows));
    checkNeighbours(k, sample.length);
    sampleRows(new Random(seed), x.rows, sample.length, sample);
    return chain(keepRows(run, selectRows(x, sample), metric), (rows): KnnState => ({ ...rows, sample }));
  },
  score(state, x, params, run) {
    const found = queryNeighbours(run, searchable(state), queryRows(x, params.metric), x.rows, params);
    return chain(found, (neighbours) => aggregated(neighbours, x.rows, params));
  },
  trainingScores(state: KnnState, params, run, x) {
    const { sample, order } = state;
    const all = sample === undefined || sample.length === x.rows;
    const own = chain(trainingNeighbours(all ? run : run.within(0, 0.2), searchable(state), params), (neighbours) =>
      aggregated(neighbours, order.length, params),
    );
    if (all) return own;
    return chain(own, (kept) => {
      const queries = queryRows(x, params.metric);
      const found = queryNeighbours(run.within(0.2, 1), searchable(state), queries, x.rows, params);
      return chain(found, (neighbours) => {
        const scores = aggregated(neighbours, x.rows, params);
        sample.forEach((row, i) => {
          scores[row] = kept[i] as number;
        });
        return scores;
      });
    });
  },
  contributions(state, x, params, run) {
    const queries = queryRows(x, params.metric);
    return chain(queryNeighbours(run, searchable(state), queries, x.rows, params), (neighbours) =>
      columnShares(state, queries, neighbours, x.rows, params),
    );
  },
  restore(state, params, cols): KnnState {
    const rows = restoreRows("knn", state, params, cols);
    if (params.samples === "all") return rows;
    const { sample } = state;
    if (!(sample instanceof Int32Array) || sample.length !== rows.order.length || sample.some((row) => row < 0)) {
      throw corruptRows("knn", "the places of the kept rows do not fit to them");
    }
    return { ...rows, sample };
  },
});

/** The rows that were kept, their index, and which of the training rows they are. */
export type KnnState = TrainingRows & { readonly sample?: Int32Array };

interface Aggregation {
  readonly k: number;
  readonly aggregate: "largest" | "mean" | "median";
}

function aggregated({ distances }: Neighbours, rows: number, { k, aggregate }: Aggregation): Float64Array {
  const reduce = AGGREGATE[aggregate];
  return Float64Array.from({ length: rows }, (_, i) => reduce(distances, i * k, k));
}

/** How the k ascending distances from `at` become one number. */
const AGGREGATE: Readonly<Record<Aggregation["aggregate"], (d: Float64Array, at: number, k: number) => number>> = {
  largest: (d, at, k) => d[at + k - 1] as number,
  mean(d, at, k) {
    let sum = 0;
    for (let i = at; i < at + k; i++) sum += d[i] as number;
    return sum / k;
  },
  median: (d, at, k) => ((d[at + ((k - 1) >> 1)] as number) + (d[at + (k >> 1)] as number)) / 2,
};
