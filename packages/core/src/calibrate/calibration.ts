import { fitScoreScale, ScoreScale } from "../combine/standardize.js";
import { DataError, ModelFileError, ParamError } from "../errors.js";
import { exp, log1p } from "../math/distributions/index.js";
import { log } from "../math/elementary.js";
import type { Labels, Scores } from "../metrics/inputs.js";
import { needBothClasses, rank } from "../metrics/point/ranking.js";
import { isotonicFit, isotonicValue } from "./isotonic.js";

/** How scores become probabilities: from labels (`logistic`, `isotonic`), or from the scores alone (`ecdf`, `gaussian`). */
export type CalibrationMethod = "logistic" | "isotonic" | "ecdf" | "gaussian";

/** A fitted calibration as plain data. */
export interface CalibrationJSON {
  readonly method: CalibrationMethod;
  /** `logistic`: slope and intercept. `gaussian`: mean and standard deviation. Otherwise empty. */
  readonly parameters: readonly number[];
  /** `isotonic`: scores and the probabilities at them. `ecdf`: training scores. Ascending. */
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

/** Turns scores into probabilities from 0 to 1; never decreasing, so the ranking of rows stays, but for ties. */
export interface Calibration {
  readonly method: CalibrationMethod;
  /** @param scores  n scores without NaN; `Infinity` is allowed */
  apply(scores: Float64Array): Float64Array;
  /** {@link calibrationFromJSON} restores it. */
  toJSON(): CalibrationJSON;
}

/** Newton steps at most; a dozen is usual. */
const MOST_STEPS = 200;

/**
 * Platt scaling: probability = 1 / (1 + exp(−(slope · score + intercept))), fitted to labelled scores by maximum likelihood
 * with Platt's cautious targets (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2), which keep it finite on classes that do not overlap.
 *
 * A slope below 0 would turn the ranking round; then it is 0, and all scores get the share of anomalies.
 *
 * @param scores  n finite scores, higher = more anomalous; of rows that the detector was not fitted on
 * @param labels  0 or 1 a score
 * @throws {@link DataError} `DATA_ONE_CLASS`, `DATA_LABEL`, `DATA_MISSING`, `DATA_INFINITE` · {@link ShapeError}
 * @see Platt (1999), "Probabilistic outputs for support vector machines", in: Advances in large margin classifiers
 * @see Lin, Lin, Weng (2007), "A note on Platt's probabilistic outputs", https://doi.org/10.1007/s10994-007-5018-6
 * @example
 * ```ts
 * import { logisticCalibration } from "@telltale/core";
 * const p = logisticCalibration([1, 2, 3, 4], [0, 0, 1, 1]).apply(Float64Array.of(0, 2.5, 5));
 * console.log([...p].map((each) => each.toFixed(2))); // ["0.09", "0.50", "0.91"]
 * ```
 */
export function logisticCalibration(scores: Scores, labels: Labels): Calibration {
  const ranked = rank(labels, scores, "a calibration");
  needBothClasses(ranked, "a calibration");
  const [anomalies, normals] = [ranked.anomalous.length, ranked.normal.length];
  const { facts } = fitScoreScale(Float64Array.from(scores), "z"); // also refuses infinite scores
  const z = Float64Array.from(scores, (score) => (score - facts.center) / facts.spread);
  const high = (anomalies + 1) / (anomalies + 2);
  const low = 1 / (normals + 2);
  const target = Float64Array.from(labels, (label) => (label === 1 ? high : low));
  const { slope, intercept } = newton(z, target, log((anomalies + 1) / (normals + 1)));
  if (slope <= 0) return logistic(0, log((anomalies + 1) / (normals + 1)));
  return logistic(slope / facts.spread, intercept - (slope * facts.center) / facts.spread);
}

/** The loss Σ log(1 + e^f) − t f is convex, so damped Newton steps find its minimum. */
function newton(z: Float64Array, target: Float64Array, start: number): { slope: number; intercept: number } {
  let [slope, intercept] = [0, start];
  const loss = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      const f = a * (z[i] as number) + b;
      sum += Math.max(f, 0) + log1p(exp(-Math.abs(f))) - (target[i] as number) * f;
    }
    return sum;
  };
  let here = loss(slope, intercept);
  for (let step = 0; step < MOST_STEPS; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (let i = 0; i < z.length; i++) {
      const x = z[i] as number;
      const p = sigmoid(slope * x + intercept);
      const difference = p - (target[i] as number);
      const weight = p * (1 - p);
      ga += difference * x;
      gb += difference;
      haa += weight * x * x;
      hab += weight * x;
      hbb += weight;
    }
    if (Math.abs(ga) < 1e-11 * z.length && Math.abs(gb) < 1e-11 * z.length) break;
    const determinant = haa * hbb - hab * hab;
    const da = -(hbb * ga - hab * gb) / determinant;
    const db = -(haa * gb - hab * ga) / determinant;
    let size = 1;
    let next = loss(slope + da, intercept + db);
    while (next > here && size > 1e-10) {
      size /= 2;
      next = loss(slope + size * da, intercept + size * db);
    }
    if (!(next <= here)) break;
    slope += size * da;
    intercept += size * db;
    here = next;
  }
  return { slope, intercept };
}

function sigmoid(f: number): number {
  const e = exp(-Math.abs(f));
  return f >= 0 ? 1 / (1 + e) : e / (1 + e);
}

function logistic(slope: number, intercept: number): Calibration {
  return calibration({ method: "logistic", parameters: [slope, intercept], scores: [], probabilities: [] }, (score) =>
    slope === 0 ? sigmoid(intercept) : sigmoid(slope * score + intercept),
  );
}

/**
 * Isotonic regression: the never-decreasing steps that lie closest to the labels (pool adjacent violators), with straight
 * lines between them; scores beyond those seen get the probability at the end.
 *
 * Needs more labelled rows than {@link logisticCalibration} (some hundred anomalies), and no form of the curve.
 *
 * @param scores  n finite scores, higher = more anomalous; of rows that the detector was not fitted on
 * @param labels  0 or 1 a score
 * @throws as {@link logisticCalibration} does
 * @see Zadrozny, Elkan (2002), "Transforming classifier scores into accurate multiclass probability estimates",
 *   https://doi.org/10.1145/775047.775151
 * @example
 * ```ts
 * import { isotonicCalibration } from "@telltale/core";
 * const calibration = isotonicCalibration([1, 2, 3, 4], [0, 1, 0, 1]);
 * console.log([...calibration.apply(Float64Array.of(1, 2, 3, 3.5, 9))]); // [0, 0.5, 0.5, 0.75, 1]
 * ```
 */
export function isotonicCalibration(scores: Scores, labels: Labels): Calibration {
  needBothClasses(rank(labels, scores, "a calibration"), "a calibration");
  refuseInfinite(scores);
  return isotonic(isotonicFit(scores, labels));
}

function isotonic({ scores, probabilities }: Pick<CalibrationJSON, "scores" | "probabilities">): Calibration {
  return calibration({ method: "isotonic", parameters: [], scores, probabilities }, (score) =>
    isotonicValue(scores, probabilities, score),
  );
}

/**
 * Without labels: the share of training scores below a score, ties half. No probability of an anomaly, but a scale with a
 * meaning: 0.99 is higher than 99 % of the training rows.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE` · {@link ShapeError} `SHAPE_EMPTY`
 */
export function ecdfCalibration(scores: Float64Array): Calibration {
  return ofScale("ecdf", fitScoreScale(scores, "ecdf"));
}

/**
 * Without labels: max(0, erf((score − μ) / (σ √2))), the Gaussian scaling of Kriegel et al.: 0 up to the mean of the training
 * scores, then the probability that a normally distributed score lies closer to the mean.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE` · {@link ShapeError} `SHAPE_EMPTY`
 * @see Kriegel, Kröger, Schubert, Zimek (2011), "Interpreting and unifying outlier scores",
 *   https://doi.org/10.1137/1.9781611972818.2
 */
export function gaussianCalibration(scores: Float64Array): Calibration {
  return ofScale("gaussian", fitScoreScale(scores, "gaussian"));
}

function ofScale(method: "ecdf" | "gaussian", scale: ScoreScale): Calibration {
  const { center, spread, sorted } = scale.facts;
  const parameters = method === "gaussian" ? [center, spread] : [];
  const facts = { method, parameters, scores: Array.from(sorted), probabilities: [] };
  return calibration(facts, (score) => scale.apply(Float64Array.of(score))[0] as number);
}

function calibration(facts: CalibrationJSON, of: (score: number) => number): Calibration {
  return Object.freeze({
    method: facts.method,
    apply: (scores: Float64Array) => {
      const row = scores.findIndex(Number.isNaN);
      if (row >= 0) throw new DataError("DATA_MISSING", "a score is a number; found NaN", { where: { row: row + 1 } });
      return scores.map(of);
    },
    toJSON: () => facts,
  });
}

/**
 * Restores a calibration from what its `toJSON()` gave.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function calibrationFromJSON(json: unknown): Calibration {
  const wrong = (what: string) =>
    new ModelFileError("MODEL_CORRUPT", `the stored calibration is damaged: ${what}`, { remedy: "Fit it again" });
  if (typeof json !== "object" || json === null) throw wrong("an object is needed");
  const { method, parameters, scores, probabilities } = json as CalibrationJSON;
  for (const list of [parameters, scores, probabilities]) {
    if (!Array.isArray(list) || !list.every(Number.isFinite)) throw wrong("its numbers are not finite");
  }
  const ascending = (list: readonly number[]) => list.every((value, i) => i === 0 || value >= (list[i - 1] as number));
  if (!ascending(scores) || !ascending(probabilities)) throw wrong("its numbers are not in order");
  const [a = 0, b = 0] = parameters;
  const none = new Float64Array(0);
  switch (method) {
    case "logistic":
      if (parameters.length !== 2 || a < 0) throw wrong("it has no slope and intercept");
      return logistic(a, b);
    case "isotonic":
      if (scores.length === 0 || scores.length !== probabilities.length) throw wrong("its steps do not count up");
      if ((probabilities[0] as number) < 0 || (probabilities.at(-1) as number) > 1)
        throw wrong("a probability is none");
      return isotonic({ scores, probabilities });
    case "ecdf":
      if (scores.length === 0) throw wrong("it has no scores");
      return ofScale("ecdf", new ScoreScale({ method, center: 0, spread: 1, sorted: Float64Array.from(scores) }));
    case "gaussian":
      if (parameters.length !== 2 || !(b > 0)) throw wrong("it has no mean and deviation");
      return ofScale("gaussian", new ScoreScale({ method, center: a, spread: b, sorted: none }));
    default:
      throw wrong(`its method ${JSON.stringify(method)?.slice(0, 40)} is not known`);
  }
}

/**
 * A calibration by name.
 *
 * @param labels  needed by `logistic` and `isotonic`
 * @throws {@link ParamError} `PARAM_UNKNOWN`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { fitCalibration } from "@telltale/core";
 * const calibration = fitCalibration("gaussian", Float64Array.of(1, 2, 3));
 * console.log([...calibration.apply(Float64Array.of(2, 9))].map((p) => p.toFixed(3))); // ["0.000", "1.000"]
 * ```
 */
export function fitCalibration(method: CalibrationMethod, scores: Float64Array, labels?: Labels): Calibration {
  if (method === "ecdf") return ecdfCalibration(scores);
  if (method === "gaussian") return gaussianCalibration(scores);
  if (method !== "logistic" && method !== "isotonic") {
    throw new ParamError("PARAM_UNKNOWN", `there is no calibration "${String(method)}"`, {
      remedy: "Choose one of logistic, isotonic, ecdf, gaussian",
    });
  }
  if (labels === undefined) {
    throw new ParamError("PARAM_TYPE", `a calibration by ${method} needs labels; none were given`, {
      remedy: "Pass labels, or choose ecdf or gaussian",
    });
  }
  return method === "logistic" ? logisticCalibration(scores, labels) : isotonicCalibration(scores, labels);
}

function refuseInfinite(scores: Scores): void {
  for (let i = 0; i < scores.length; i++) {
    if (Number.isFinite(scores[i])) continue;
    throw new DataError("DATA_INFINITE", `a finite score is needed; found ${scores[i]}`, { where: { row: i + 1 } });
  }
}
