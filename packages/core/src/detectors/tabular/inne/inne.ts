import { DataError } from "../../../errors.js";
import { chain } from "../../../kernels/kernels.js";
import { sampleRows } from "../../../math/sampling.js";
import type { Matrix } from "../../../matrix.js";
import { int } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector } from "../../detector.js";
import { StateReader } from "../../state-reader.js";

/** Added to squared radii before they are divided, as PyOD does, so that those of 0 have a ratio. */
const LEAST_RADIUS = Number.EPSILON;
const SETS_PER_PART = 64;

/**
 * Isolation by nearest-neighbour ensembles: rows that small spheres around samples do not reach are anomalous.
 *
 * *fit*: rows × cols matrix; draws `samples` rows for each of `estimators` sets, and puts around each of them a sphere that
 * reaches to its nearest neighbour in the set (O(estimators · samples · cols) memory, O(estimators · samples² · cols) time).
 *
 * *score*: one value a row, 0 … 1: the mean over the sets of how isolated the row is there. With the smallest sphere that the
 * row lies in, that is 1 − (r' / r)², where r is its radius and r' that of the sphere around its nearest neighbour; in no
 * sphere it is 1. O(estimators · samples · cols) a row.
 *
 * *Needs*: finite values; columns on one scale, because the distance adds them up. At least two rows.
 *
 * *Edges*: with fewer rows than `samples`, every set is made of all rows. Samples that coincide have spheres of radius 0, which
 * hold only rows equal to them.
 *
 * *Departures*: the ratio is that of squared radii, as in PyOD, where the paper has that of radii.
 *
 * @throws {@link DataError} `DATA_INFINITE` when a squared distance between samples overflows
 * @see https://doi.org/10.1111/coin.12156 Bandaragoda, Ting, Albrecht, Liu, Zhu, Wells: Isolation-based anomaly detection
 *   using nearest-neighbor ensembles
 * @example
 * ```ts
 * import { fromRows, inne, Random } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 200 }, () => [random.normal(), random.normal()]));
 * const [near, far] = inne().fitSync(train).scoreSync(fromRows([[0, 0], [9, 9]]));
 * console.log(near < 0.5, far); // true 1
 * ```
 */
export const inne = defineDetector({
  name: "inne",
  aliases: ["isolation-nearest-neighbour-ensemble", "isolation-nearest-neighbor-ensemble"],
  summary: "Nearest-neighbour isolation: rows that small spheres around samples do not reach are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 2,
  params: {
    estimators: int({ default: 200, min: 1, max: 10_000, doc: "Sets of spheres." }),
    samples: int({ default: 8, min: 2, max: 10_000, doc: "Rows drawn for each set, without replacement." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit(x, { estimators, samples, seed }, run) {
    const spheres = Math.min(samples, x.rows);
    const state = emptySets(estimators, spheres, x.cols);
    const rows = new Int32Array(spheres);
    const done = run.parts(estimators, SETS_PER_PART, (from, to) => {
      for (let set = from; set < to; set++) {
        sampleRows(new Random(seed, set), x.rows, spheres, rows);
        placeSpheres(x, rows, state, set);
      }
    });
    return chain(done, () => state);
  },
  score(state, x, { estimators }, run) {
    const args = {
      ...{ sets: estimators, spheres: state.radii.length / estimators, ...state },
      ...{ x: x.data, rows: x.rows, cols: x.cols, threads: run.threads },
      scores: new Float64Array(x.rows),
    };
    return chain(run.call("hypersphereScore", args), () => args.scores);
  },
  restore(state, { estimators, samples }, cols): InneState {
    const reader = new StateReader("inne", state);
    const radii = reader.doubles("radii");
    const spheres = radii.length / estimators;
    if (!Number.isInteger(spheres) || spheres < 2 || spheres > samples) {
      throw reader.wrong("the spheres are not those of its parameters");
    }
    if (!radii.every((r, i) => r >= 0 && (i % spheres === 0 || r >= (radii[i - 1] as number)))) {
      throw reader.wrong("the radii of a set do not ascend");
    }
    const values = reader.doubles("values", radii.length);
    return { centres: reader.doubles("centres", radii.length * cols), radii, values };
  },
});

/** The spheres of all sets, in each of them from the smallest to the largest. */
export type InneState = {
  readonly centres: Float64Array;
  /** Squared. */
  readonly radii: Float64Array;
  /** How isolated a row in that sphere is. */
  readonly values: Float64Array;
};

/** Room for the spheres of all sets. */
export function emptySets(sets: number, spheres: number, cols: number): InneState {
  return {
    centres: new Float64Array(sets * spheres * cols),
    radii: new Float64Array(sets * spheres),
    values: new Float64Array(sets * spheres),
  };
}

/** Puts a sphere around each of the given rows of `x`, as set number `set`. */
export function placeSpheres(x: Matrix, rows: Int32Array, { centres, radii, values }: InneState, set: number): void {
  const count = rows.length;
  const reach = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const nearest = new Int32Array(count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      const distance = a === b ? Number.POSITIVE_INFINITY : squaredDistance(x, rows[a] as number, rows[b] as number);
      if (distance >= (reach[a] as number)) continue;
      reach[a] = distance;
      nearest[a] = b;
    }
  }
  if (reach.includes(Number.POSITIVE_INFINITY)) {
    throw new DataError("DATA_INFINITE", "inne: squared distances between rows are beyond the range of doubles", {
      remedy: "Scale the columns first",
    });
  }
  const order = Array.from(reach, (_, a) => a).sort((a, b) => (reach[a] as number) - (reach[b] as number) || a - b);
  order.forEach((a, place) => {
    const at = set * count + place;
    const radius = reach[a] as number;
    const neighbours = reach[nearest[a] as number] as number;
    radii[at] = radius;
    values[at] = 1 - (neighbours + LEAST_RADIUS) / (radius + LEAST_RADIUS);
    const row = (rows[a] as number) * x.cols;
    centres.set(x.data.subarray(row, row + x.cols), at * x.cols);
  });
}

function squaredDistance({ data, cols }: Matrix, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    const t = (data[a * cols + j] as number) - (data[b * cols + j] as number);
    sum += t * t;
  }
  return sum;
}
