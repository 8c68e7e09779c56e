import { ParamError } from "../../../errors.js";
import { findWindowLength } from "../../../math/autocorrelation.js";
import { medianOf } from "../../../math/selection.js";
import type { Matrix } from "../../../matrix.js";
import { flag, int, intOr, oneOf, type ParamValues } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { decompose, type StlOptions } from "./decompose.js";

const MOST_PERIOD = 1_000_000;
/** A median of magnitudes times this is a standard deviation, for normal values. */
const MAD_TO_DEVIATION = 1.4826022185056018;

const params = {
  period: intOr("auto", {
    default: "auto",
    min: 2,
    max: MOST_PERIOD,
    doc: "Rows in a period; auto takes the highest peak of the autocorrelation of the first sensor.",
  }),
  seasonal: int({
    default: 7,
    min: 3,
    max: MOST_PERIOD,
    doc: "Periods that the season is smoothed over; an odd number.",
  }),
  trend: intOr("auto", {
    default: "auto",
    min: 3,
    max: MOST_PERIOD,
    doc: "Rows that the trend is smoothed over, odd and above the period; auto is about 1.5 periods.",
  }),
  degree: oneOf(["0", "1"], { default: "1", doc: "Degree of the local fits of season and trend." }),
  robust: flag({
    default: true,
    doc: "Outliers do not pull season and trend towards themselves; takes twice as long.",
  }),
  aggregate: oneOf(["largest", "mean"], { default: "largest", doc: "How the sensors' deviations become one score." }),
};

/**
 * Seasonal-trend decomposition by LOESS (STL): values that differ from the season and the trend of their series are anomalous.
 *
 * *fit*: series, stacked. Takes each sensor of each series apart and keeps, besides the period, how large the rest usually is: the
 * median magnitude, as a standard deviation. O(rows · window) time a round and sensor.
 *
 * *score*: one value a timestamp, ≥ 0: of the sensors the largest, or the mean, of |rest| in units of the training's. The series
 * that is scored is taken apart in the same way, so a score depends on the model and on the whole of its own series, later
 * rows too; it is not for streams. `contributions` are the sensors' parts of the score.
 *
 * *Edges*: there is no window, every timestamp has its rest; at both ends season and trend are fitted from one side. In a series of
 * less than two periods no season can be found: its values are then told from the median of the training values, in units of
 * those values' usual deviation.
 *
 * *Needs*: finite, evenly spaced values, two periods of them in one training series at least for the rest to be told. No scaling.
 * A sensor whose rest is 0 (or all but, beside its values) is told in units of its values' deviation, and a constant one in its
 * own unit.
 *
 * *Departures*: season, trend and weights are those of statsmodels' `STL` with the same windows. `robust` is on here, since what is
 * looked for would otherwise hide in the trend.
 * Its rounds are those that the paper finds enough, one of season and trend and ten of weights, where statsmodels goes two and
 * fifteen; `decompose` takes any.
 *
 * @throws {@link ParamError} `PARAM_RANGE` for an even window, or a trend's window that is not above the period
 * @see https://www.scb.se/contentassets/ca21efb41fee47d293bbee5bf7be7fb3/stl-a-seasonal-trend-decomposition-procedure-based-on-loess.pdf Cleveland, Cleveland, McRae, Terpenning (1990): STL
 * @example
 * ```ts
 * import { fromRows, stl } from "@telltale/core";
 * const days = Array.from({ length: 240 }, (_, t) => [Math.sin((2 * Math.PI * t) / 24) + t / 100 + 0.01 * ((t * 7) % 5)]);
 * const model = stl({ period: 24 }).fitSync(fromRows(days));
 * const broken = days.map(([v], t) => [(v ?? 0) + (t === 100 ? 0.5 : 0)]);
 * const scores = model.scoreSync(fromRows(broken));
 * console.log(scores.indexOf(Math.max(...scores))); // 100
 * ```
 */
export const stl = defineDetector({
  name: "stl",
  aliases: ["seasonal-trend", "stl-residual"],
  summary:
    "Seasonal-trend decomposition (STL): values that differ from season and trend of their series are anomalous.",
  input: "series",
  traits: {},
  leastRows: 1,
  params,
  fit(x, given, _run, { starts }): StlState {
    for (const name of ["seasonal", "trend"] as const) {
      const window = given[name];
      if (window !== "auto" && window % 2 === 0) {
        throw new ParamError("PARAM_RANGE", `${name}: expected an odd number; found ${window}`);
      }
    }
    const series = seriesOf(x, starts);
    const period = given.period === "auto" ? periodOf(series) : given.period;
    if (given.trend !== "auto" && given.trend <= period) {
      throw new ParamError(
        "PARAM_RANGE",
        `trend: expected more rows than the period of ${period}; found ${given.trend}`,
      );
    }
    const center = new Float64Array(x.cols);
    const spread = new Float64Array(x.cols);
    const unit = new Float64Array(x.cols);
    const rests = series.map((part) => (part.rows < 2 * period ? undefined : restsOf(part, optionsOf(given, period))));
    for (let j = 0; j < x.cols; j++) {
      const values = columnOf(x, j);
      const middle = medianOf(values);
      center[j] = middle;
      const deviation = deviationOf(values.map((v) => Math.abs(v - middle)));
      spread[j] = deviation > 0 ? deviation : 1;
      const told = rests.flatMap((rest) => (rest === undefined ? [] : [...(rest[j] as Float64Array)]));
      const usual = told.length === 0 ? 0 : deviationOf(Float64Array.from(told, Math.abs));
      unit[j] = usual > 1e-9 * (spread[j] as number) ? usual : (spread[j] as number);
    }
    return { period, center, spread, unit };
  },
  score(state, x, given): Float64Array {
    const parts = deviations(state, x, given);
    const scores = new Float64Array(x.rows);
    for (const part of parts) {
      for (let t = 0; t < x.rows; t++) {
        const v = part[t] as number;
        scores[t] =
          given.aggregate === "largest" ? Math.max(scores[t] as number, v) : (scores[t] as number) + v / x.cols;
      }
    }
    return scores;
  },
  contributions(state, x, given): Float64Array {
    const parts = deviations(state, x, given);
    const share = given.aggregate === "largest" ? 1 : 1 / x.cols;
    return Float64Array.from({ length: x.rows * x.cols }, (_, at) => {
      return (parts[at % x.cols]?.[Math.floor(at / x.cols)] as number) * share;
    });
  },
  restore(state, _params, cols): StlState {
    const reader = new StateReader("stl", state);
    const positive = (key: string) => {
      const values = reader.doubles(key, cols);
      if (!values.every((v) => v > 0)) throw reader.wrong(`a value of ${key} is not above 0`);
      return values;
    };
    return {
      period: reader.count("period", 2, MOST_PERIOD),
      center: reader.doubles("center", cols),
      spread: positive("spread"),
      unit: positive("unit"),
    };
  },
});

export type StlState = {
  readonly period: number;
  /** Median of the training values of each sensor, and their usual deviation from it. */
  readonly center: Float64Array;
  readonly spread: Float64Array;
  /** How large the rest of each sensor usually is. */
  readonly unit: Float64Array;
};

/** Each sensor's deviations in units of the training's. */
function deviations(state: StlState, x: Matrix, given: ParamValues<typeof params>): Float64Array[] {
  const { period, center, spread, unit } = state;
  const short = x.rows < 2 * period;
  const rests = short ? undefined : restsOf(x, optionsOf(given, period));
  return Array.from({ length: x.cols }, (_, j) => {
    if (rests !== undefined) return (rests[j] as Float64Array).map((v) => Math.abs(v) / (unit[j] as number));
    return columnOf(x, j).map((v) => Math.abs(v - (center[j] as number)) / (spread[j] as number));
  });
}

/** What season and trend leave of each sensor. */
function restsOf(x: Matrix, options: StlOptions): Float64Array[] {
  return Array.from({ length: x.cols }, (_, j) => {
    const values = columnOf(x, j);
    const { seasonal, trend } = decompose(values, options);
    return values.map((v, t) => v - (seasonal[t] as number) - (trend[t] as number));
  });
}

/** The windows that statsmodels derives from the period. */
function optionsOf({ seasonal, trend, degree, robust }: ParamValues<typeof params>, period: number): StlOptions {
  const odd = (v: number) => (v % 2 === 0 ? v + 1 : v);
  return {
    period,
    seasonalWindow: seasonal,
    trendWindow: trend === "auto" ? odd(Math.ceil((1.5 * period) / (1 - 1.5 / seasonal))) : trend,
    lowPassWindow: odd(period + 1),
    seasonalDegree: Number(degree),
    trendDegree: Number(degree),
    innerRounds: robust ? 1 : 5,
    outerRounds: robust ? 10 : 0,
  };
}

/** By the first sensor of the longest series that varies there. */
function periodOf(series: readonly Matrix[]): number {
  const longest = series.reduce((a, b) => (b.rows > a.rows ? b : a));
  return findWindowLength(columnOf(longest, 0));
}

function columnOf({ data, rows, cols }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, t) => data[t * cols + j] as number);
}

function deviationOf(magnitudes: Float64Array): number {
  return MAD_TO_DEVIATION * medianOf(magnitudes);
}
