import { ModelFileError } from "../errors.js";
import { columnMoments } from "../math/column-statistics.js";
import { longRunVariances } from "../math/long-run-variance.js";
import { medianOf } from "../math/selection.js";
import type { Matrix } from "../matrix.js";
import { oneOf } from "../params/params.js";
import type { ModelState } from "./detector.js";
import { seriesOf } from "./series.js";

/** What a sensor reads while all is well: its level and how much it varies. */
export type Baseline = {
  /** One a column. */
  readonly center: Float64Array;
  /** One a column, > 0. */
  readonly spread: Float64Array;
};

/** Rows of a batch, of whose means the long-run standard deviation is made. */
const BATCH_ROWS = 20;
/** Standard deviations of a normal distribution in one median absolute deviation, 1 / Φ⁻¹(3/4). */
const DEVIATIONS_PER_MAD = 1.482602218505602;
/** Standardised values are kept in these bounds, so that no later sum overflows. */
const BOUND = 1e150;

/** How the spread of each sensor is found. */
export type Spread = "standard" | "long-run" | "robust";
export const spreadParam = (fallback: Spread) =>
  oneOf(["standard", "long-run", "robust"], {
    default: fallback,
    doc: "Spread of each sensor in training: standard deviation, that of the means of 20 rows · √20, or median and MAD.",
  });

/**
 * The baseline of training rows.
 *
 * - `standard`: mean, population standard deviation
 * - `long-run`: mean, √20 times the standard deviation of the means of 20 consecutive rows (batch means). A sensor that
 *   drifts to and fro has a larger one than its standard deviation, because neighbouring rows say the same. With fewer
 *   than two such batches: `standard`
 * - `robust`: median, median absolute deviation · 1.4826
 *
 * A column that does not vary has spread 1.
 *
 * @param starts  first row of each series; no batch spans two
 * @see https://doi.org/10.1287/opre.31.6.983 Law: Statistical analysis of simulation output data (batch means)
 */
export function fitBaseline(x: Matrix, starts: Int32Array | undefined, spread: Spread): Baseline {
  const { mean, standard, orOne } = levelOf(x);
  if (spread === "robust") return robustBaseline(x, orOne);
  const found = (spread === "long-run" ? longRunDeviations(x, starts) : undefined) ?? standard;
  // Rows whose batches agree to the last bit still vary inside them.
  return { center: mean, spread: found.map((s, j) => orOne(s > 0 ? s : (standard[j] as number), j)) };
}

/**
 * The baseline with mean and long-run standard deviation, from overlapping batches of `bandwidth` rows: more even than that
 * of `long-run`, which has few batches where training rows are few.
 *
 * @param starts  first row of each series; no batch spans two
 */
export function fitLongRunBaseline(x: Matrix, starts: Int32Array | undefined, bandwidth: number): Baseline {
  const { mean, standard, orOne } = levelOf(x);
  const variances = longRunVariances(seriesOf(x, starts), mean, bandwidth);
  const spread = variances.map((v, j) =>
    orOne(Math.sqrt(Math.max(v, LEAST_LONG_RUN * (standard[j] as number) ** 2)), j),
  );
  return { center: mean, spread };
}

/** Share of its variance that a column's long-run variance is taken for at least: readings that alternate have next to none. */
const LEAST_LONG_RUN = 1e-3;

/** Mean and standard deviation of the columns, and what makes a spread of a number: 1 for a column that does not vary. */
function levelOf(x: Matrix) {
  const { mean, variance, count } = columnMoments([{ x }]);
  const n = count[0] as number;
  const constant = variance.map((v, j) => {
    const rounding = n * Number.EPSILON * v + (n * (mean[j] as number) * Number.EPSILON) ** 2;
    return v <= rounding ? 1 : 0;
  });
  const orOne = (value: number, j: number) => (constant[j] === 1 || !(value > 0) || value - value !== 0 ? 1 : value);
  return { mean, standard: variance.map((v) => Math.sqrt(v)), orOne };
}

function longRunDeviations(x: Matrix, starts: Int32Array | undefined): Float64Array | undefined {
  const { cols } = x;
  const means: number[] = [];
  for (const part of seriesOf(x, starts)) {
    for (let from = 0; from + BATCH_ROWS <= part.rows; from += BATCH_ROWS) {
      for (let j = 0; j < cols; j++) {
        let sum = 0;
        for (let i = 0; i < BATCH_ROWS; i++) sum += part.data[(from + i) * cols + j] as number;
        means.push(sum / BATCH_ROWS);
      }
    }
  }
  const batches = means.length / cols;
  if (batches < 2) return undefined;
  const data = Float64Array.from(means);
  const { variance } = columnMoments([{ x: { data, rows: batches, cols } }]);
  return variance.map((v) => Math.sqrt(((v * batches) / (batches - 1)) * BATCH_ROWS));
}

function robustBaseline(x: Matrix, orOne: (value: number, j: number) => number): Baseline {
  const center = new Float64Array(x.cols);
  const spread = new Float64Array(x.cols);
  const column = new Float64Array(x.rows);
  for (let j = 0; j < x.cols; j++) {
    for (let i = 0; i < x.rows; i++) column[i] = x.data[i * x.cols + j] as number;
    const middle = medianOf(column);
    center[j] = middle;
    spread[j] = orOne(DEVIATIONS_PER_MAD * medianOf(column.map((v) => Math.abs(v - middle))), j);
  }
  return { center, spread };
}

/** Row `row` of the matrix in units of the baseline, into `out`. */
export function standardiseRow({ center, spread }: Baseline, x: Matrix, row: number, out: Float64Array): void {
  const at = row * x.cols;
  for (let j = 0; j < x.cols; j++) {
    const z = ((x.data[at + j] as number) - (center[j] as number)) / (spread[j] as number);
    out[j] = Math.max(-BOUND, Math.min(BOUND, z));
  }
}

/** @throws {@link ModelFileError} `MODEL_CORRUPT` unless the state holds a baseline of so many columns */
export function restoreBaseline(state: ModelState, cols: number, detector: string): Baseline {
  const { center, spread } = state;
  const isRow = (value: unknown): value is Float64Array => value instanceof Float64Array && value.length === cols;
  if (isRow(center) && isRow(spread) && center.every(Number.isFinite) && spread.every((s) => s > 0 && s - s === 0)) {
    return { center, spread };
  }
  throw new ModelFileError("MODEL_CORRUPT", `${detector}: its baseline is no level and spread of ${cols} columns`, {
    remedy: "Fit the model again",
  });
}
