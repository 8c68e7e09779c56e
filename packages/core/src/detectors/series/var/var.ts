import { ShapeError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import { whitening } from "../../../math/linear-algebra/whitening.js";
import { type Matrix, matrix } from "../../../matrix.js";
import { int, intOr, oneOf, type ParamValues } from "../../../params/params.js";
import { defineDetector, type SeriesRun } from "../../detector.js";
import {
  chiSquaredLimit,
  distanceContributions,
  type Ellipsoid,
  ellipsoidParams,
  momentsOf,
  squaredDistances,
} from "../../ellipsoid.js";
import { lookingBackExplained, seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { autoregress, CRITERIA, forecastRows, selectLags } from "./autoregression.js";

const MOST_LAGS = 1000;

const params = {
  lags: intOr("auto", {
    default: "auto",
    min: 0,
    max: MOST_LAGS,
    doc: "Rows back that a forecast is made of; auto chooses by the criterion.",
  }),
  maxLags: int({ default: 10, min: 0, max: MOST_LAGS, doc: "Most lags that auto tries, where there are rows enough." }),
  criterion: oneOf(CRITERIA, {
    default: "aic",
    doc: "What auto makes least: Akaike's, Schwarz's or Hannan and Quinn's information, or the final prediction error.",
  }),
  ...ellipsoidParams,
};

/**
 * Vector autoregression: rows that the rows before do not foretell are anomalous.
 *
 * *fit*: series, stacked; each sensor is regressed on the last `lags` values of all sensors, over all series together and never
 * across the border of two. Coefficients are those of statsmodels' `VAR`, by QR decomposition, with an intercept; `auto` takes
 * the number of lags as its `select_order` does. O(rows · (cols · lags)²) time, (cols · lags)² numbers of working memory.
 *
 * *score*: one value a timestamp, ≥ 0: the squared Mahalanobis distance of the error of the one-step forecast from 0, by the
 * covariance of the errors in training. O(lags · cols²) a row. For normal errors it follows χ² with as many degrees of freedom
 * as columns; `state.limit` is its quantile at `confidence`. `contributions` of the sensors add up to it. It looks back only,
 * and goes on in a stream.
 *
 * *Edges*: the first `lags` rows of a series have no forecast; they get the squared Mahalanobis distance from the mean of the
 * training rows, by these rows' covariance, which has the same scale.
 *
 * *Needs*: finite values, evenly spaced in time. No scaling; the distance does not change under it. Sensors that drift without
 * bound are better given as differences.
 *
 * *Edges of the fit*: constant sensors and combinations of others are left out where they say nothing. With few rows `auto` tries
 * fewer lags; 0 of them make the Mahalanobis distance.
 *
 * @throws {@link ShapeError} `SHAPE_TOO_FEW_ROWS` when the series are too short for the lags that are asked for
 * @see https://doi.org/10.1007/978-3-540-27752-1 Lütkepohl: new introduction to multiple time series analysis
 * @example
 * ```ts
 * import { fromRows, vectorAutoregression } from "@telltale/core";
 * const wave = Array.from({ length: 200 }, (_, t) => [Math.sin(t / 5) + 0.01 * ((t * 7) % 5), Math.cos(t / 5)]);
 * const model = vectorAutoregression({ lags: 2 }).fitSync(fromRows(wave));
 * const broken = wave.map(([a, b], t) => (t === 150 ? [1.5, b ?? 0] : [a ?? 0, b ?? 0]));
 * const scores = model.scoreSync(fromRows(broken));
 * console.log(scores.indexOf(Math.max(...scores))); // 150
 * ```
 */
export const vectorAutoregression = defineDetector({
  name: "var",
  aliases: ["vector-autoregression"],
  summary: "Vector autoregression: rows that the rows before do not foretell are anomalous.",
  input: "series",
  traits: { causal: true },
  leastRows: 2,
  params,
  fit: (x, given, run, { starts }): MaybePromise<VarState> =>
    chain(momentsOf(x, run), ({ mean, scatter }) => {
      const series = seriesOf(x, starts);
      const lags = given.lags === "auto" ? selected(series, given) : given.lags;
      const found = autoregress(series, lags);
      const { cols } = x;
      const free = found.rows - (1 + cols * lags);
      if (free < 1) {
        throw new ShapeError(
          "SHAPE_TOO_FEW_ROWS",
          `var with ${lags} lags of ${cols} columns needs more than ${1 + cols * lags} rows that have as many before them; found ${found.rows}`,
          { remedy: "Ask for fewer lags, or train on more rows" },
        );
      }
      const { directions, rank } = whitening(
        found.scatter.map((v) => v / free),
        cols,
      );
      return {
        ...{ lags, coefficients: found.coefficients, directions, limit: chiSquaredLimit(given.confidence, rank) },
        center: mean,
        startDirections: whitening(
          scatter.map((v) => v / x.rows),
          cols,
        ).directions,
      };
    }),
  ...lookingBackExplained(openSeries),
  remarks: ({ lags }) => (lags === 0 ? ["No lag lowers the criterion: every row is judged without those before"] : []),
  restore(state, _params, cols): VarState {
    const reader = new StateReader("var", state);
    const lags = reader.count("lags", 0, MOST_LAGS);
    const directions = (key: string) => {
      const values = reader.doubles(key);
      if (values.length % cols !== 0 || values.length > cols * cols)
        throw reader.wrong(`${key} does not fit the columns`);
      return values;
    };
    const limit = reader.number("limit");
    if (limit < 0) throw reader.wrong("the limit is below 0");
    return {
      ...{ lags, limit, coefficients: reader.doubles("coefficients", (1 + cols * lags) * cols) },
      ...{ center: reader.doubles("center", cols) },
      ...{ directions: directions("directions"), startDirections: directions("startDirections") },
    };
  },
});

export type VarState = {
  readonly lags: number;
  /** (1 + cols · lags) × cols: intercepts, then each lag's matrix, transposed. */
  readonly coefficients: Float64Array;
  /** Whitening of the errors: rank × cols. */
  readonly directions: Float64Array;
  /** The χ² quantile at `confidence`: a limit of the scores. */
  readonly limit: number;
  /** Mean of the training rows and the whitening of these, for rows without enough rows before. */
  readonly center: Float64Array;
  readonly startDirections: Float64Array;
};

function selected(series: readonly Matrix[], { maxLags, criterion }: ParamValues<typeof params>): number {
  const cols = series[0]?.cols ?? 1;
  let most = maxLags;
  // Enough forecasts for the coefficients of the largest model and a covariance of what they leave.
  while (most > 0 && forecastRows(series, most) < 2 + cols * (most + 1)) most--;
  return most === 0 ? 0 : selectLags(series, most, criterion);
}

/** Remembers the last rows. */
function openSeries(state: VarState, _params: ParamValues<typeof params>): SeriesRun {
  const { lags, center } = state;
  const cols = center.length;
  const zeros = new Float64Array(cols);
  let before = new Float64Array(0);
  return {
    push(x, run, contributions) {
      const known = before.length / cols;
      const data = new Float64Array(before.length + x.data.length);
      data.set(before);
      data.set(x.data, before.length);
      const all = matrix(data, known + x.rows, cols);
      before = data.slice(Math.max(0, data.length - lags * cols));
      const early = Math.min(x.rows, Math.max(0, lags - known));
      const first = matrix(x.data.subarray(0, early * cols), early, cols);
      const errors = forecastErrors(state, all, known + early);
      return chain(scoreParts(state, first, errors, zeros, run), (scores) => {
        if (contributions !== undefined) {
          const limit = state.limit;
          const parts = (center: Float64Array, directions: Float64Array, part: Matrix) =>
            distanceContributions("var", { center, directions, limit } satisfies Ellipsoid, part);
          contributions.set(parts(center, state.startDirections, first));
          contributions.set(parts(zeros, state.directions, errors), early * cols);
        }
        return scores;
      });
    },
  };
}

function scoreParts(
  { center, startDirections, directions }: VarState,
  first: Matrix,
  errors: Matrix,
  zeros: Float64Array,
  run: Run,
): MaybePromise<Float64Array> {
  return chain(squaredDistances({ center, directions: startDirections }, first, run.within(0, 0)), (begun) =>
    chain(squaredDistances({ center: zeros, directions }, errors, run), (rest) => {
      const scores = new Float64Array(first.rows + errors.rows);
      scores.set(begun);
      scores.set(rest, first.rows);
      return scores;
    }),
  );
}

/** What the rows from `from` on differ from their forecasts by. */
function forecastErrors({ lags, coefficients }: VarState, { data, rows, cols }: Matrix, from: number): Matrix {
  const errors = data.slice(from * cols);
  for (let t = from; t < rows; t++) {
    const to = (t - from) * cols;
    for (let j = 0; j < cols; j++) errors[to + j] = (errors[to + j] as number) - (coefficients[j] as number);
    for (let lag = 1; lag <= lags; lag++) {
      for (let k = 0; k < cols; k++) {
        const v = data[(t - lag) * cols + k] as number;
        const row = (1 + (lag - 1) * cols + k) * cols;
        for (let j = 0; j < cols; j++)
          errors[to + j] = (errors[to + j] as number) - v * (coefficients[row + j] as number);
      }
    }
  }
  return matrix(errors, rows - from, cols);
}
