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
 * *score*: one value a row: the mean, or the largest, of the scores of all of them, in the base's unit. Training rows have the
 * training scores of the base, such as of neighbours without the row itself, as PyOD's `decision_scores_` are.
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
  score: (state, x, given, run) => combined(state, x, given, run, false),
  trainingScores: (state, given, run, x) => combined(state, x, given, run, true),
  restore: (state, { estimators }, cols): FeatureBaggingState => restored(state, estimators, cols),
});

/** Beside the fitted detectors, as `packPart` has them: the columns of each, one after the other. */
export type FeatureBaggingState = ModelState & { readonly features: Int32Array };

/** The scores of all parts as one; `training`: those of the training rows, as each part has them of its own. */
function combined(
  state: FeatureBaggingState,
  x: Matrix,
  { estimators, combine }: { readonly estimators: number; readonly combine: "mean" | "largest" },
  run: Run,
  training: boolean,
): MaybePromise<Float64Array> {
  const scores = new Float64Array(x.rows).fill(combine === "mean" ? 0 : Number.NEGATIVE_INFINITY);
  const parts = partsOf(state, estimators);
  const subsets = subsetsOf(state.features, parts);
  const twins = parts.map(({ spec }, i) => twinOf(i, subsets, spec));
  const kept = new Map<number, Float64Array>();
  let i = 0;
  const all = repeat(() => {
    const { spec, params, state: own } = parts[i] as FittedDetector;
    const subset = subsets[i] as Int32Array;
    const within = run.within(i / estimators, (i + 1) / estimators);
    const scoresOf = (): MaybePromise<Float64Array> => {
      const columns = selectColumns(x, [...subset]);
      const known = training ? spec.trainingScores?.(own, params, within, columns) : undefined;
      return known ?? spec.score(own, columns, params, within);
    };
    return chain(kept.get(twins[i] as number) ?? scoresOf(), (found) => {
      if (twins.includes(i, i + 1)) kept.set(i, found);
      for (let row = 0; row < x.rows; row++) {
        const sum = scores[row] as number;
        const score = found[row] as number;
        scores[row] = combine === "mean" ? sum + score : score > sum ? score : sum;
      }
      i += 1;
      return i === estimators;
    });
  });
  return chain(all, () => (combine === "mean" ? scores.map((sum) => sum / estimators) : scores));
}

/** The columns of each part. */
function subsetsOf(features: Int32Array, parts: readonly FittedDetector[]): readonly Int32Array[] {
  let from = 0;
  return parts.map(({ cols }) => {
    from += cols;
    return features.subarray(from - cols, from);
  });
}

/** The first subset with the same columns as number i, where chance has no part in the base: it is the same detector. */
function twinOf(i: number, subsets: readonly Int32Array[], { params }: Pick<Detector["spec"], "params">): number {
  if (Object.hasOwn(params, "seed")) return i;
  const subset = subsets[i] as Int32Array;
  return subsets.findIndex(
    (other) => other.length === subset.length && other.every((column, j) => column === subset[j]),
  );
}

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
  const parts: FittedDetector[] = [];
  let i = 0;
  const fitted = repeat(() => {
    const detector = baseFor(base, x, seed, i);
    const twin = parts[twinOf(i, subsets, detector.spec)];
    const within = run.within(i / subsets.length, (i + 1) / subsets.length);
    const subset = () => selectColumns(x, [...(subsets[i] as Int32Array)]);
    return chain(twin ?? fitPart(detector, subset(), within, training), (part) => {
      parts.push(part);
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
  for (const subset of subsetsOf(features, partsOf(state, estimators))) {
    if (subset.some((column, i) => i > 0 && column <= (subset[i - 1] as number))) {
      throw reader.wrong("the columns of a part do not ascend");
    }
  }
  return state as FeatureBaggingState;
}
