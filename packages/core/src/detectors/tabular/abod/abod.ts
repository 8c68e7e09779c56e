import { chain } from "../../../kernels/kernels.js";
import { type Neighbours, queryNeighbours } from "../../../kernels/nearest/neighbour-search.js";
import type { Matrix } from "../../../matrix.js";
import { int } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { checkNeighbours, keepRows, restoreRows, searchable, type TrainingRows } from "../../training-rows.js";

const ROWS_PER_PART = 2 ** 12;
/** Share of the time that the search for neighbours takes. */
const SEARCH = 0.5;

/**
 * Angle-based outlier detection, the fast form: rows that see all their neighbours in one direction are anomalous.
 *
 * *fit*: rows × cols matrix; keeps its distinct rows and an index of them (O(rows · cols) memory, O(rows · log rows · cols)
 * time).
 *
 * *score*: one value a row, ≤ 0: minus the variance, over all pairs of its k nearest training rows, of the cosine of the angle
 * between them divided by both distances. It is near 0 where the angles hardly differ or the neighbours are far. The time of
 * a search for k neighbours and O(k² · cols) a row.
 *
 * *Training rows*: a training row is none of its own neighbours, and nor is its duplicate, so that a row has one score, trained
 * on or not.
 *
 * *Needs*: finite values; columns on one scale. More than k training rows.
 *
 * *Edges*: rows with fewer than two distinct neighbours, as among equal training rows, score 0.
 *
 * *Departures*: duplicates count once; PyOD takes them among the k neighbours and then leaves out those that coincide with the
 * row, itself included. Its scores of training rows are therefore those of k − 1 neighbours here.
 *
 * @throws {@link ParamError} when there are not more than `k` training rows
 * @see https://doi.org/10.1145/1401890.1401946 Kriegel, Schubert, Zimek: Angle-based outlier detection in high-dimensional data
 * @example
 * ```ts
 * import { abod, fromRows } from "@telltale/core";
 * const train = fromRows([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * const [inside, outside] = abod({ k: 3 }).fitSync(train).scoreSync(fromRows([[0.5, 0.5], [9, 9]]));
 * console.log(inside < -0.5, outside > -0.001); // true true
 * ```
 */
export const abod = defineDetector({
  name: "abod",
  aliases: ["fast-abod", "angle-based-outlier-detection"],
  summary: "Angles between neighbours: rows that see all their neighbours in one direction are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 3,
  params: {
    k: int({ default: 5, min: 2, max: 10_000, doc: "Neighbours to look at; fewer than the training rows." }),
  },
  fit(x, { k }, run) {
    checkNeighbours(k, x.rows);
    return keepRows(run, distinctRows(x), "euclidean");
  },
  score(state, x, { k }, run) {
    const found = Math.min(k + 1, state.order.length); // one more, in case that one is the row itself
    const options = { k: found, metric: "euclidean" as const };
    const search = queryNeighbours(run.within(0, SEARCH), searchable(state), x.data, x.rows, options);
    return chain(search, (neighbours) => {
      const scores = new Float64Array(x.rows);
      const angles = new Angles(state.train, x.cols, k);
      const done = run.within(SEARCH, 1).parts(x.rows, ROWS_PER_PART, (from, to) => {
        for (let i = from; i < to; i++) scores[i] = angles.score(x.data, i, neighbours, found);
      });
      return chain(done, () => scores);
    });
  },
  restore: (state, _params, cols): AbodState => restoreRows("abod", state, { k: 0, metric: "euclidean" }, cols),
});

/** The distinct training rows and their index. */
export type AbodState = TrainingRows;

/** The variance of the weighted cosines between the neighbours of a row. */
class Angles {
  readonly #train: Float64Array;
  readonly #cols: number;
  readonly #k: number;
  /** k × cols: from the row to its neighbours, each divided by the square of its length. */
  readonly #towards: Float64Array;

  constructor(train: Float64Array, cols: number, k: number) {
    this.#train = train;
    this.#cols = cols;
    this.#k = k;
    this.#towards = new Float64Array(k * cols);
  }

  score(x: Float64Array, row: number, { distances, indices }: Neighbours, found: number): number {
    const cols = this.#cols;
    const towards = this.#towards;
    let count = 0;
    for (let n = row * found; n < (row + 1) * found && count < this.#k; n++) {
      const distance = distances[n] as number;
      if (distance === 0) continue;
      const neighbour = (indices[n] as number) * cols;
      for (let j = 0; j < cols; j++) {
        const difference = (this.#train[neighbour + j] as number) - (x[row * cols + j] as number);
        towards[count * cols + j] = difference / distance / distance;
      }
      count += 1;
    }
    if (count < 2) return 0;
    const pairs = (count * (count - 1)) / 2;
    let sum = 0;
    for (let a = 1; a < count; a++) for (let b = 0; b < a; b++) sum += this.#product(a, b);
    const mean = sum / pairs;
    let squares = 0;
    for (let a = 1; a < count; a++) for (let b = 0; b < a; b++) squares += (this.#product(a, b) - mean) ** 2;
    // Neighbours closer than about 1e-77 are beyond the range of doubles: as dense as can be told.
    const variance = squares / pairs;
    return variance === 0 ? 0 : variance <= Number.MAX_VALUE ? -variance : -Number.MAX_VALUE;
  }

  #product(a: number, b: number): number {
    const cols = this.#cols;
    let sum = 0;
    for (let j = 0; j < cols; j++) {
      sum += (this.#towards[a * cols + j] as number) * (this.#towards[b * cols + j] as number);
    }
    return sum;
  }
}

/** The first of every set of equal rows, in their order. */
function distinctRows({ data, rows, cols }: Matrix): Matrix {
  const firstOf = new Map<number, number[]>();
  const kept: number[] = [];
  const value = (row: number, j: number) => data[row * cols + j] as number;
  const words = new Uint32Array(2);
  const double = new Float64Array(words.buffer);
  for (let row = 0; row < rows; row++) {
    let hash = 0;
    for (let j = 0; j < cols; j++) {
      double[0] = value(row, j) + 0; // one zero
      hash = Math.imul(hash ^ (words[0] as number), 0x85ebca6b) ^ (hash >>> 15);
      hash = Math.imul(hash ^ (words[1] as number), 0xc2b2ae35) ^ (hash >>> 13);
    }
    const alike = firstOf.get(hash) ?? [];
    if (alike.length === 0) firstOf.set(hash, alike);
    const isKnown = alike.some((other) => {
      for (let j = 0; j < cols; j++) if (value(other, j) !== value(row, j)) return false;
      return true;
    });
    if (isKnown) continue;
    alike.push(row);
    kept.push(row);
  }
  const distinct = new Float64Array(kept.length * cols);
  kept.forEach((row, i) => {
    distinct.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return { data: distinct, rows: kept.length, cols };
}
