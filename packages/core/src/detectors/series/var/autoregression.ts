import { log } from "../../../math/elementary.js";
import { leastSquares } from "../../../math/linear-algebra/least-squares.js";
import { addToTriangle } from "../../../math/linear-algebra/streamed-triangle.js";
import { symmetricEigen } from "../../../math/linear-algebra/symmetric-eigen.js";
import type { Matrix } from "../../../matrix.js";

export const CRITERIA = ["aic", "bic", "hqic", "fpe"] as const;
export type Criterion = (typeof CRITERIA)[number];

/** yₜ = intercept + Σ Aₗ yₜ₋ₗ + residual, for `lags` rows back. */
export interface Autoregression {
  readonly lags: number;
  /** (1 + cols · lags) × cols: the intercepts, then for each lag its matrix transposed, as statsmodels has its `params`. */
  readonly coefficients: Float64Array;
  /** cols × cols: Σ residual residualᵀ over `rows` forecasts. */
  readonly scatter: Float64Array;
  readonly rows: number;
}

/** Rows that go into the triangle together. */
const CHUNK = 256;

/** Forecasts that series allow which leave out `skipped` rows at their start. */
export function forecastRows(series: readonly Matrix[], skipped: number): number {
  return series.reduce((sum, { rows }) => sum + Math.max(0, rows - skipped), 0);
}

/** Least squares of every column on the `lags` rows before, in all series; forecasts begin after `skipped` rows of each. */
export function autoregress(series: readonly Matrix[], lags: number, skipped = lags): Autoregression {
  const cols = series[0]?.cols ?? 0;
  const triangle = triangleOf(series, lags, skipped);
  return solve(triangle, cols, lags, lags, forecastRows(series, skipped));
}

/**
 * The number of lags, up to `most`, with the least value of an information criterion; all are judged by the same
 * forecasts, those after `most` rows.
 *
 * @see https://doi.org/10.1007/978-3-540-27752-1 Lütkepohl: new introduction to multiple time series analysis, section 4.3
 */
export function selectLags(series: readonly Matrix[], most: number, criterion: Criterion): number {
  const cols = series[0]?.cols ?? 0;
  const rows = forecastRows(series, most);
  const triangle = triangleOf(series, most, most);
  const unit = unitsOf(solve(triangle, cols, most, 0, rows).scatter, cols);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let lags = 0; lags <= most; lags++) {
    const { scatter } = solve(triangle, cols, most, lags, rows);
    const value = informationOf(criterion, logDeterminantOf(scatter, unit, cols, rows), rows, cols, lags);
    if (value < least) {
      least = value;
      best = lags;
    }
  }
  return best;
}

/** Regressors (1, yₜ₋₁ … yₜ₋ₗ) and responses yₜ side by side, as the triangle of their QR decomposition. */
function triangleOf(series: readonly Matrix[], lags: number, skipped: number): Float64Array {
  const cols = series[0]?.cols ?? 0;
  const width = 1 + cols * (lags + 1);
  const triangle = new Float64Array(width * width);
  const chunk = new Float64Array(CHUNK * width);
  let filled = 0;
  const flush = () => {
    addToTriangle(triangle, width, chunk, filled);
    filled = 0;
  };
  for (const { data, rows } of series) {
    for (let t = skipped; t < rows; t++) {
      const at = filled * width;
      chunk[at] = 1;
      for (let lag = 1; lag <= lags; lag++) {
        chunk.set(data.subarray((t - lag) * cols, (t - lag + 1) * cols), at + 1 + (lag - 1) * cols);
      }
      chunk.set(data.subarray(t * cols, (t + 1) * cols), at + 1 + lags * cols);
      if (++filled === CHUNK) flush();
    }
  }
  flush();
  return triangle;
}

/** The regression on the first `lags` of the `most` lags of a triangle: whatever those leave is in its rows below. */
function solve(triangle: Float64Array, cols: number, most: number, lags: number, rows: number): Autoregression {
  const width = 1 + cols * (most + 1);
  const regressors = 1 + cols * lags;
  const responses = 1 + cols * most;
  const a = new Float64Array(width * regressors);
  const y = new Float64Array(width * cols);
  for (let i = 0; i < width; i++) {
    a.set(triangle.subarray(i * width, i * width + regressors), i * regressors);
    y.set(triangle.subarray(i * width + responses, (i + 1) * width), i * cols);
  }
  const { coefficients } = leastSquares(a, y, width, regressors, cols);
  const scatter = new Float64Array(cols * cols);
  const left = new Float64Array(cols);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < cols; j++) {
      let residual = y[i * cols + j] as number;
      for (let k = 0; k < regressors; k++) {
        residual -= (a[i * regressors + k] as number) * (coefficients[k * cols + j] as number);
      }
      left[j] = residual;
    }
    for (let j = 0; j < cols; j++) {
      for (let k = 0; k < cols; k++) {
        scatter[j * cols + k] = (scatter[j * cols + k] as number) + (left[j] as number) * (left[k] as number);
      }
    }
  }
  return { lags, coefficients, scatter, rows };
}

function unitsOf(scatter: Float64Array, cols: number): Float64Array {
  return Float64Array.from({ length: cols }, (_, j) => Math.sqrt(scatter[j * (cols + 1)] as number));
}

/** ln det of the covariance in units of the columns, up to a constant; variances have a floor, so that it is finite. */
function logDeterminantOf(scatter: Float64Array, unit: Float64Array, cols: number, rows: number): number {
  const scaled = scatter.map((v, at) => {
    const product = (unit[Math.floor(at / cols)] as number) * (unit[at % cols] as number);
    return product > 0 ? v / product : 0;
  });
  const { values } = symmetricEigen(scaled, cols);
  return values.reduce((sum, v) => sum + log(Math.max(v, 1e-14) / rows), 0);
}

function informationOf(criterion: Criterion, ld: number, rows: number, cols: number, lags: number): number {
  const free = lags * cols * cols + cols;
  if (criterion === "aic") return ld + (2 / rows) * free;
  if (criterion === "bic") return ld + (log(rows) / rows) * free;
  if (criterion === "hqic") return ld + ((2 * log(Math.max(1.0000001, log(Math.max(rows, 2))))) / rows) * free;
  const model = 1 + cols * lags;
  // Its logarithm: the same order.
  return ld + cols * log((rows + model) / Math.max(1e-300, rows - model));
}
