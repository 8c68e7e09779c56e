import { ParamError, ShapeError } from "../../../errors.js";
import { chain, type MaybePromise, type Run, repeat } from "../../../kernels/kernels.js";
import { sampleRows } from "../../../math/sampling.js";
import { type Matrix, selectColumns } from "../../../matrix.js";
import { int, oneOf } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { registry } from "../../catalogue.js";
import { detectorFromText, detectorParam, packPart, restorePart } from "../../composed.js";
import {
  type Detector,
  defineDetector,
  type FittedDetector,
  fittedDetector,
  type ModelState,
  type Training,
} from "../../detector.js";
import { StateReader } from "../../state-reader.js";

/**
 * Feature bagging: rows that a detector finds anomalous in random subsets of the columns are anomalous.
 *
 * *fit*: rows × cols matrix; fits the detector `base` on `estimators` subsets of the columns, each of half of them up to all but
 * one, drawn at random. A `seed` of the base is another one for each of them. Memory and time are those of all fits.
 *
 * *score*: one value a row: the mean, or the largest, of the scores of all of them, in the base's unit.
 *
 * *Needs*: what the base needs. Scores are not brought to one scale, so the base's should not grow with the number of columns;
 * those of `lof` do not.
 *
 * *Edges*: with one or two columns every subset is one column.
 *
 * *Departures*: Lazarevic and Kumar sum the scores up, of which `mean` is a part, or merge the ranks; `largest` is PyOD's other
 * combination.
 *
 * @throws {@link ParamError} `PARAM_TYPE` when the base learns from labels or from a series, and what the base throws
 * @see https://doi.org/10.1145/1081870.1081891 Lazarevic, Kumar: Feature bagging for outlier detection
 * @example
 * ```ts
 * import { featureBagging, fromRows, knn, Random } from "@telltale/core";
 * const random = new Random(1);
 * const train = fromRows(Array.from({ length: 50 }, () => [random.normal(), random.normal(), random.normal()]));
 * const model = featureBagging({ base: "knn:k=3", estimators: 5 }).fitSync(train);
 * const [near, far] = model.scoreSync(fromRows([[0, 0, 0], [8, 8, 8]]));
 * console.log(far > 5 * near); // true
 * ```
 */
export const featureBagging = defineDetector({
  name: "feature-bagging",
  summary: "Feature bagging: rows that a detector finds anomalous in random subsets of the columns are anomalous.",
  input: "tabular",
  traits: {},
  leastRows: 2,
  params: {
    base: detectorParam({ default: "lof", doc: "The detector that is fitted on every subset of the columns." }),
    estimators: int({ default: 10, min: 1, max: 1000, doc: "Subsets of the columns." }),
    combine: oneOf(["mean", "largest"], { default: "mean", doc: "How the scores of all subsets become one." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
  },
  fit(x, { base, estimators, seed }, run, training) {
    const subsets = Array.from({ length: estimators }, (_, i) => drawSubset(x.cols, new Random(seed, i)));
    return fitSubsets(x, base, subsets, seed, run, training);
  },
  score(state, x, { estimators, combine }, run) {
    const scores = new Float64Array(x.rows).fill(combine === "mean" ? 0 : Number.NEGATIVE_INFINITY);
    const parts = partsOf(state, estimators);
    let from = 0;
    let i = 0;
    const scored = repeat(() => {
      const part = parts[i] as FittedDetector;
      const subset = state.features.subarray(from, from + part.cols);
      from += part.cols;
      const within = run.within(i / estimators, (i + 1) / estimators);
      return chain(part.spec.score(part.state, selectColumns(x, [...subset]), part.params, within), (found) => {
        for (let row = 0; row < x.rows; row++) {
          const [sum, score] = [scores[row] as number, found[row] as number];
          scores[row] = combine === "mean" ? sum + score : score > sum ? score : sum;
        }
        i += 1;
        return i === estimators;
      });
    });
    return chain(scored, () => (combine === "mean" ? scores.map((sum) => sum / estimators) : scores));
  },
  restore: (state, { estimators }, cols): FeatureBaggingState => restored(state, estimators, cols),
});

/** Beside the fitted detectors, as `packPart` has them: the columns of each, one after the other. */
export type FeatureBaggingState = ModelState & { readonly features: Int32Array };

/** Half of the columns up to all but one, in ascending order. */
function drawSubset(cols: number, random: Random): Int32Array {
  const [least, most] = [Math.max(1, Math.floor(cols / 2)), Math.max(1, cols - 1)];
  const subset = new Int32Array(least + random.below(most - least + 1));
  sampleRows(random, cols, subset.length, subset);
  return subset.sort();
}

/** Fits the base on each of the given subsets of the columns. */
export function fitSubsets(
  x: Matrix,
  base: string,
  subsets: readonly Int32Array[],
  seed: number,
  run: Run,
  training: Training,
): MaybePromise<FeatureBaggingState> {
  const features = Int32Array.from(subsets.flatMap((subset) => [...subset]));
  let state: FeatureBaggingState = { features };
  let i = 0;
  const fitted = repeat(() => {
    const subset = selectColumns(x, [...(subsets[i] as Int32Array)]);
    const within = run.within(i / subsets.length, (i + 1) / subsets.length);
    return chain(fitPart(baseFor(base, x, seed, i), subset, within, training), (part) => {
      state = { ...state, ...packPart(`${i}`, part) };
      i += 1;
      return i === subsets.length;
    });
  });
  return chain(fitted, () => state);
}

/** The base of subset number i, with a seed of its own where it has one. */
function baseFor(base: string, x: Matrix, seed: number, i: number): Detector {
  const plain = detectorFromText(base);
  const { spec, params } = plain;
  const name = spec.name;
  if (spec.traits.supervised === true || spec.input === "series") {
    const what = spec.input === "series" ? "series" : "labels";
    throw new ParamError("PARAM_TYPE", `base: ${name} learns from ${what}; expected one that learns from rows alone`, {
      remedy: "Choose another, such as lof, knn or isolation-forest",
    });
  }
  if (x.rows < spec.leastRows) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${name} needs at least ${spec.leastRows} training rows; found ${x.rows}`,
    );
  }
  if (!Object.hasOwn(spec.params, "seed")) return plain;
  return registry.create(name, { ...params, seed: new Random(seed, i).below(2 ** 32) });
}

function fitPart({ spec, params }: Detector, x: Matrix, run: Run, training: Training): MaybePromise<FittedDetector> {
  return chain(spec.fit(x, params, run, training), (state) =>
    fittedDetector(spec, params, state, x.cols, undefined, x.rows),
  );
}

/** The parts of states that were scored with: making them checks their state, which may be large. */
const known = new WeakMap<ModelState, readonly FittedDetector[]>();

function partsOf(state: ModelState, estimators: number): readonly FittedDetector[] {
  const parts = known.get(state) ?? Array.from({ length: estimators }, (_, i) => restorePart(`${i}`, state));
  known.set(state, parts);
  return parts;
}

function restored(state: ModelState, estimators: number, cols: number): FeatureBaggingState {
  const reader = new StateReader("feature-bagging", state);
  const features = reader.integers("features", 0, cols - 1);
  const total = partsOf(state, estimators).reduce((sum, part) => sum + part.cols, 0);
  if (total !== features.length) throw reader.wrong("its columns are not those of its parts");
  let first = 0;
  for (const part of partsOf(state, estimators)) {
    const subset = features.subarray(first, first + part.cols);
    if (subset.some((column, i) => i > 0 && column <= (subset[i - 1] as number))) {
      throw reader.wrong("the columns of a part do not ascend");
    }
    first += part.cols;
  }
  return state as FeatureBaggingState;
}
