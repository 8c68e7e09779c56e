import { DataError, ModelFileError, ParamError, ShapeError } from "../errors.js";
import { columnMoments } from "../kernels/reference/covariance/column-moments.js";
import { keptComponents } from "../math/linear-algebra/kept-components.js";
import { axesOfCovariance, axesOfRows, type PrincipalAxes } from "../math/linear-algebra/principal-axes.js";
import { centredRows } from "../math/linear-algebra/row-space.js";
import { type Matrix, stackRows } from "../matrix.js";
import type { PlainState } from "../model-format/description.js";
import { flag, numberOr } from "../params/params.js";
import { type Batch, placeOf, withValues } from "./batch.js";
import { defineStep, restoredValues } from "./step.js";

const params = {
  components: numberOr("all", {
    default: 0.9,
    min: 0,
    max: 100_000,
    doc: "Principal components in place of the columns: below 1 the share of the variance that they have at least, from 1 on their number.",
  }),
  whiten: flag({
    default: true,
    doc: "Every principal component varies as much as the others do, so that a small one is not drowned.",
  }),
};

/**
 * Puts principal components in place of the columns: (row − mean) · direction, divided by the standard deviation along it
 * when `whiten` is on. Few numbers then stand for many columns that move together, and a network has less to learn.
 *
 * Directions come from the training rows: eigenvectors of their covariance, O(rows · cols²) time. Same values as scikit-learn's
 * `PCA`, up to rounding and sign (the entry of largest magnitude of a direction is positive). Whitening is on by default, other
 * than there: what goes wrong in a machine shows mostly in directions in which nothing used to happen, and their values are
 * small beside those that follow the load. What contributes to a component is shared among the columns by their squared
 * weights in it.
 *
 * *State*: `center`, a value for each column; `directions`, unit vectors, components × columns, row-major; `divisor`, what the value of each
 * component is divided by.
 *
 * Columns want one scale ({@link scale} in front). A row with a missing value has no component; training rows need all.
 *
 * @throws {@link DataError} `DATA_MISSING`, `DATA_INFINITE` for such training values, `DATA_CONSTANT` when no column varies ·
 *   {@link ShapeError} `SHAPE_TOO_FEW_ROWS` with fewer than two training rows · {@link ParamError} `PARAM_RANGE` when more
 *   components are asked for than there are columns
 * @see Jolliffe (2002), "Principal component analysis", https://doi.org/10.1007/b98835
 * @example
 * ```ts
 * import { fromRows, principalComponents } from "@telltale/core";
 * const fitted = principalComponents({ components: 1, whiten: false }).fit(fromRows([[-4, -3], [0, 0], [4, 3]]));
 * console.log(fitted.output.cols, [...fitted.transform(fromRows([[8, 6], [3, -4]])).data].map(Math.round)); // 1 [10, 0]
 * ```
 */
export const principalComponents = defineStep({
  name: "principal-components",
  summary: "Puts principal components in place of the columns.",
  params,
  identity: () => false,
  fit(series, { components, whiten }): { center: Float64Array; directions: Float64Array; divisor: Float64Array } {
    const first = (series[0] as Batch).x;
    const { cols } = first;
    if (components !== "all" && components >= 1 && (components > cols || !Number.isInteger(components))) {
      throw new ParamError("PARAM_RANGE", `step principal-components: ${components} components of ${cols} columns`, {
        remedy: `Choose a whole number up to ${cols}, or a share of the variance below 1`,
      });
    }
    for (const batch of series) refuse(batch);
    const x = series.length === 1 ? first : stackRows(series.map((batch) => batch.x));
    if (x.rows < 2) {
      throw new ShapeError(
        "SHAPE_TOO_FEW_ROWS",
        `step principal-components needs at least 2 training rows; found ${x.rows}`,
      );
    }
    const { center, variances, vectors } = axesOf(x);
    const kept = keptComponents(components, variances);
    if (kept === 0) {
      throw new DataError(
        "DATA_CONSTANT",
        "no column of the training rows varies, so they have no principal component",
        {
          remedy: "Give training rows in which values change, or leave the step out",
        },
      );
    }
    return {
      center,
      directions: vectors(kept).slice(),
      divisor: whiten ? variances.slice(0, kept).map(Math.sqrt) : new Float64Array(kept).fill(1),
    };
  },
  output(cols, columns, _params, { directions, divisor }) {
    const heaviest = (k: number) => {
      const weights = directions.subarray(k * cols, (k + 1) * cols).map(Math.abs);
      return weights.indexOf(weights.reduce((most, weight) => Math.max(most, weight), 0));
    };
    return {
      cols: divisor.length,
      columns: columns && Array.from(divisor, (_, k) => `component${k + 1}`),
      origin: Int32Array.from(divisor, (_, k) => heaviest(k)),
      shares: directions.map((weight) => weight * weight),
    };
  },
  open({ center, directions, divisor }, _params, { columns }) {
    const [cols, kept] = [center.length, divisor.length];
    const centred = new Float64Array(cols);
    return {
      push(batch) {
        const { data, rows } = batch.x;
        const out = new Float64Array(rows * kept);
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < cols; j++) centred[j] = (data[i * cols + j] as number) - (center[j] as number);
          for (let k = 0; k < kept; k++) {
            let sum = 0;
            for (let j = 0; j < cols; j++) sum += (centred[j] as number) * (directions[k * cols + j] as number);
            out[i * kept + k] = sum / (divisor[k] as number);
          }
        }
        return withValues(batch, out, kept, columns);
      },
    };
  },
  restore(state: PlainState, _params, cols) {
    const corrupt = (problem: string) =>
      new ModelFileError("MODEL_CORRUPT", `step principal-components: ${problem}`, { remedy: "Fit the model again" });
    const kept = state.divisor instanceof Float64Array ? state.divisor.length : 0;
    if (kept === 0 || kept > cols) throw corrupt(`there are ${kept} components of ${cols} columns`);
    const divisor = restoredValues(state, "divisor", kept, "principal-components");
    if (divisor.some((d) => !(d > 0))) throw corrupt("a divisor is not positive");
    const directions = restoredValues(state, "directions", kept * cols, "principal-components");
    for (let k = 0; k < kept; k++) {
      const length = directions.subarray(k * cols, (k + 1) * cols).reduce((sum, weight) => sum + weight * weight, 0);
      if (!(Math.abs(length - 1) < 1e-6)) throw corrupt("a direction is no unit vector");
    }
    return { center: restoredValues(state, "center", cols, "principal-components"), directions, divisor };
  },
});

/** Refuses training rows with a value that is no finite number. */
function refuse(batch: Batch): void {
  const at = batch.x.data.findIndex((v) => v - v !== 0);
  if (at < 0) return;
  const missing = Number.isNaN(batch.x.data[at]);
  throw new DataError(
    missing ? "DATA_MISSING" : "DATA_INFINITE",
    `principal components need finite numbers; found ${missing ? "a missing value" : batch.x.data[at]}`,
    { where: placeOf(batch, at), remedy: "Put a step in front that settles it: missing or infinite" },
  );
}

function axesOf(x: Matrix): PrincipalAxes & { readonly center: Float64Array } {
  const { data, rows, cols } = x;
  if (rows <= cols) {
    const { mean, centred, gram } = centredRows(data, rows, cols);
    if (!gram.every(Number.isFinite)) throw beyondRange();
    return { center: mean, ...axesOfRows(centred, rows, cols, gram) };
  }
  const [center, scatter] = [new Float64Array(cols), new Float64Array(cols * cols)];
  const all = { index: new Int32Array(0), from: 0, to: rows, weights: new Float64Array(0), threads: 1 };
  columnMoments({ x: data, rows, cols, ...all, count: new Float64Array(1), mean: center, scatter });
  if (!scatter.every(Number.isFinite)) throw beyondRange();
  const covariance = scatter.map((v) => v / (rows - 1));
  return { center, ...axesOfCovariance(covariance, cols) };
}

function beyondRange(): DataError {
  return new DataError(
    "DATA_INFINITE",
    "step principal-components: squared differences are beyond the range of doubles",
    { remedy: "Scale the columns first" },
  );
}
