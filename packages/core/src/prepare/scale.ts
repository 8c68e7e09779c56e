import { DataError, ModelFileError } from "../errors.js";
import { columnMoments, columnQuantiles, columnRange } from "../math/column-statistics.js";
import { oneOf, type ParamValues } from "../params/params.js";
import { type Batch, placeOf, sameColumns, withValues } from "./batch.js";
import { firstInfinite } from "./infinite.js";
import { defineStep, restoredValues } from "./step.js";

const params = {
  method: oneOf(["standard", "min-max", "robust", "none"], {
    default: "standard",
    doc: "Scaling of each column: by mean and standard deviation, to 0…1, by median and interquartile range, or none.",
  }),
};
type Method = ParamValues<typeof params>["method"];
interface Scaling {
  readonly center: Float64Array;
  readonly divisor: Float64Array;
}

/**
 * Scales every column on its own: (value − center) / divisor.
 *
 * | method | center | divisor |
 * |---|---|---|
 * | `standard` | mean | population standard deviation |
 * | `min-max` | minimum | maximum − minimum |
 * | `robust` | median | upper − lower quartile, linearly interpolated |
 * | `none` | 0 | 1 |
 *
 * Center and divisor come from the training rows; missing values are ignored there and stay missing. A constant column
 * gets divisor 1, a column without any value center 0 and divisor 1. Values outside the training range are not clipped.
 * Same values as scikit-learn's StandardScaler, MinMaxScaler and RobustScaler, up to rounding.
 *
 * @throws {@link DataError} `DATA_INFINITE` for an infinite training value, or a range that overflows
 * @example
 * ```ts
 * import { fromRows, scale } from "@telltale/core";
 * const fitted = scale({ method: "min-max" }).fit(fromRows([[10], [20]]));
 * console.log([...fitted.transform(fromRows([[15], [30]])).data]); // [0.5, 2]
 * ```
 */
export const scale = defineStep({
  name: "scale",
  summary: "Scales every column, so that columns of different units weigh the same.",
  params,
  identity: ({ method }) => method === "none",
  fit(series, { method }): { center: Float64Array; divisor: Float64Array } {
    if (method === "none") return { center: new Float64Array(0), divisor: new Float64Array(0) };
    for (const batch of series) refuseInfinite(batch);
    const { center, divisor } = FIT[method](series);
    const wide = divisor.findIndex((d, j) => !(Number.isFinite(d) && Number.isFinite(center[j])));
    if (wide >= 0) {
      throw new DataError("DATA_INFINITE", "the range of the values is too wide for double precision", {
        where: { column: series[0]?.x.columns?.[wide] ?? `${wide}` },
        remedy: "Check the column for placeholder values such as 1e308, or leave it out",
      });
    }
    return { center, divisor };
  },
  output: sameColumns,
  open({ center, divisor }, { method }) {
    if (method === "none") return { push: (batch) => batch };
    return {
      push(batch) {
        const { data, cols, columns } = batch.x;
        const scaled = new Float64Array(data.length);
        for (let row = 0; row < data.length; row += cols) {
          for (let j = 0; j < cols; j++) {
            scaled[row + j] = ((data[row + j] as number) - (center[j] as number)) / (divisor[j] as number);
          }
        }
        return withValues(batch, scaled, cols, columns);
      },
    };
  },
  restore(state, { method }, cols) {
    const length = method === "none" ? 0 : cols;
    const divisor = restoredValues(state, "divisor", length, "scale");
    if (divisor.some((d) => !(d > 0))) {
      throw new ModelFileError("MODEL_CORRUPT", "step scale: a divisor is not positive", {
        remedy: "Fit the model again",
      });
    }
    return { center: restoredValues(state, "center", length, "scale"), divisor };
  },
});

/** {@link scale} by mean and standard deviation. */
export const standardize = () => scale({ method: "standard" });

const FIT: Readonly<Record<Exclude<Method, "none">, (series: readonly Batch[]) => Scaling>> = {
  standard(series) {
    const { count, mean, variance } = columnMoments(series);
    const divisor = variance.map((v, j) => {
      // Below this the variance is rounding: the column is constant (scikit-learn's criterion).
      const n = count[j] as number;
      const rounding = n * Number.EPSILON * v + (n * (mean[j] as number) * Number.EPSILON) ** 2;
      return v <= rounding ? 1 : Math.sqrt(v);
    });
    return { center: mean, divisor };
  },
  "min-max"(series) {
    const { low, high } = columnRange(series);
    return { center: low.map(orZero), divisor: high.map((h, j) => span(h - orZero(low[j] as number))) };
  },
  robust(series) {
    const [lower, median, upper] = columnQuantiles(series, [0.25, 0.5, 0.75]) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return { center: median.map(orZero), divisor: upper.map((u, j) => span(u - (lower[j] as number))) };
  },
};

/** For a column without values: what it is centred on. */
function orZero(v: number): number {
  return v - v === 0 ? v : 0;
}

/** A range to divide by: 1 for a constant column and for one without values. */
function span(range: number): number {
  return range >= 10 * Number.EPSILON ? range : 1;
}

function refuseInfinite(batch: Batch): void {
  const at = firstInfinite(batch.x.data);
  if (at < 0) return;
  throw new DataError("DATA_INFINITE", `to scale needs finite values; found ${batch.x.data[at]}`, {
    where: placeOf(batch, at),
    remedy: "Put a step for infinite values in front: missing or clip",
  });
}
