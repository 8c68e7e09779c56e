import { DataError } from "../../../errors.js";
import { type Matrix, matrix } from "../../../matrix.js";
import { int, number, oneOf, type ParamValues } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";
import { estimatorOf, SIMILARITIES, similarityOf } from "./estimate.js";
import { rememberedRows } from "./memory.js";

const MOST_MEMORY = 5000;

const params = {
  memory: int({ default: 400, min: 2, max: MOST_MEMORY, doc: "Training rows that are remembered at most." }),
  similarity: oneOf(SIMILARITIES, {
    default: "inverse-distance",
    doc: "How alike two scaled rows are: by their distance, or by their distance relative to their lengths (SKAB).",
  }),
  regularization: number({
    default: 1e-3,
    min: 0,
    max: 1,
    doc: "What a row is more like itself than like an equal one: keeps noise out of the estimate.",
  }),
  residual: oneOf(["standardized", "relative"], {
    default: "standardized",
    doc: "Length of the error: in standard deviations of the sensors, or divided by that of the estimate (SKAB).",
  }),
  window: int({ default: 1, min: 1, max: 1_000_000, doc: "Rows around a timestamp that its score is the mean of." }),
};

/**
 * Multivariate state estimation (MSET): rows that cannot be put together from remembered normal rows are anomalous.
 *
 * *fit*: series, stacked. Scales the sensors to standard scores, remembers up to `memory` rows (all of them, or the extremes of
 * every sensor and rows evenly spread over the order of lengths) and solves for the weights by which their similarities to a
 * row estimate that row. O(memory³) time once; memory × cols numbers are kept, twice.
 *
 * *score*: one value a timestamp, ≥ 0: the root mean square of the differences between row and estimate, in standard deviations;
 * or with `residual: "relative"` their length divided by that of the estimate, both in the sensors' units. With a `window` of
 * more than 1, its mean over the window/2 rows before, the row and those after that make up the window, as far as they are there. O(memory · cols) a row.
 * `contributions` add up to the score, in proportion to the squared differences of the sensors. Scores of training rows leave each
 * remembered row out of its own estimate, which would otherwise be nearly itself.
 *
 * *Edges*: with the default window a score depends on its row and the model alone. A wider one looks ahead, so that a series
 * must be there as a whole; at its ends the mean is over fewer rows.
 *
 * *Departures*: the SKAB benchmark's MSET is `{ similarity: "relative", regularization: 0, residual: "relative", window: 60 }` fitted
 * on its 400 training rows, with a `fixed` threshold of 0.01. There the similarity has no inverse for equal rows, which are
 * remembered once here, and the error is dominated by the sensor of the largest numbers.
 *
 * @throws {@link DataError} `DATA_ONE_CLASS` when remembered rows are so alike that the weights cannot be solved for
 * @see https://www.osti.gov/biblio/481606 Gross, Singer, Wegerich, Herzog, VanAlstine, Bockhorst (1997): application of a model-based fault detection system to nuclear plant signals
 * @example
 * ```ts
 * import { fromRows, mset } from "@telltale/core";
 * const train = Array.from({ length: 200 }, (_, t) => [Math.sin(t / 9), 3 * Math.sin(t / 9), Math.cos(t / 9)]);
 * const scores = mset().fitSync(fromRows(train)).scoreSync(fromRows([[0.5, 1.5, 0.86], [0.5, -1.5, 0.86]]));
 * console.log((scores[0] ?? 0) < 0.1, (scores[1] ?? 0) > 0.5); // true true
 * ```
 */
export const mset = defineDetector({
  name: "mset",
  aliases: ["state-estimation"],
  summary: "Multivariate state estimation: rows that cannot be put together from remembered normal rows are anomalous.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  fit(x, given, _run, { starts }): MsetState {
    const { cols } = x;
    const { mean, deviation } = standardOf(x);
    const scaled = scaledRows(x, mean, deviation);
    const rows = rememberedRows(scaled, given.memory);
    const memory = new Float64Array(rows.length * cols);
    rows.forEach((row, i) => {
      memory.set(scaled.data.subarray(row * cols, (row + 1) * cols), i * cols);
    });
    const { estimator, diagonal } = estimatorOf(memory, cols, given.similarity, given.regularization);
    if (![...estimator, ...diagonal].every(Number.isFinite) || diagonal.includes(0)) {
      throw new DataError("DATA_ONE_CLASS", "mset: remembered rows are too alike to tell their weights apart", {
        remedy: "Raise regularization, or take the similarity inverse-distance",
      });
    }
    return { mean, deviation, memory, estimator, diagonal, rows, starts: starts ?? Int32Array.of(0) };
  },
  score: (state, x, given) => averaged(lengths(errorsOf(state, x, given), state, x, given), 1, given.window),
  open: (state, given) => {
    if (given.window > 1) return undefined;
    return {
      push(x, _run, contributions) {
        const errors = errorsOf(state, x, given);
        const scores = lengths(errors, state, x, given);
        contributions?.set(shares(errors, scores, state, given));
        return scores;
      },
    };
  },
  trainingScores(state, given, _run, x) {
    const errors = errorsOf(state, x, given);
    state.rows.forEach((row, i) => {
      for (let j = 0; j < x.cols; j++) {
        errors[row * x.cols + j] = (state.estimator[i * x.cols + j] as number) / (state.diagonal[i] as number);
      }
    });
    const all = lengths(errors, state, x, given);
    const each = seriesOf(matrix(all, all.length, 1), state.starts);
    return Float64Array.from(each.flatMap(({ data }) => [...averaged(data, 1, given.window)]));
  },
  contributions(state, x, given) {
    const errors = errorsOf(state, x, given);
    return averaged(shares(errors, lengths(errors, state, x, given), state, given), x.cols, given.window);
  },
  restore(state, _params, cols): MsetState {
    const reader = new StateReader("mset", state);
    const memory = reader.doubles("memory");
    const m = memory.length / cols;
    if (!Number.isInteger(m) || m < 1) throw reader.wrong("no row is remembered");
    const deviation = reader.doubles("deviation", cols);
    if (!deviation.every((v) => v > 0)) throw reader.wrong("a deviation is not above 0");
    const diagonal = reader.doubles("diagonal", m);
    if (diagonal.includes(0)) throw reader.wrong("a value of the diagonal is 0");
    const rows = reader.integers("rows", 0, 2 ** 31 - 1, m);
    const starts = reader.integers("starts", 0, 2 ** 31 - 1);
    if (starts[0] !== 0 || starts.some((v, i) => i > 0 && v <= (starts[i - 1] as number))) {
      throw reader.wrong("the series do not ascend from 0");
    }
    const estimator = reader.doubles("estimator", m * cols);
    return { mean: reader.doubles("mean", cols), deviation, memory, estimator, diagonal, rows, starts };
  },
});

export type MsetState = {
  readonly mean: Float64Array;
  /** Standard deviation of each sensor; 1 for a constant one. */
  readonly deviation: Float64Array;
  /** Remembered rows, scaled: m × cols. */
  readonly memory: Float64Array;
  /** m × cols: what the similarities are multiplied by. */
  readonly estimator: Float64Array;
  readonly diagonal: Float64Array;
  /** Where the remembered rows stand among the training rows, and where the series of these begin. */
  readonly rows: Int32Array;
  readonly starts: Int32Array;
};

function standardOf({ data, rows, cols }: Matrix): { readonly mean: Float64Array; readonly deviation: Float64Array } {
  const mean = new Float64Array(cols);
  const deviation = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += data[i * cols + j] as number;
    const centre = sum / rows;
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += ((data[i * cols + j] as number) - centre) ** 2;
    mean[j] = centre;
    const spread = Math.sqrt(squares / rows);
    deviation[j] = spread > 1e-12 * Math.abs(centre) ? spread : 1;
  }
  return { mean, deviation };
}

function scaledRows({ data, rows, cols }: Matrix, mean: Float64Array, deviation: Float64Array): Matrix {
  const scaled = data.map((v, at) => (v - (mean[at % cols] as number)) / (deviation[at % cols] as number));
  return matrix(scaled, rows, cols);
}

/** Scaled rows minus their estimates. */
function errorsOf(
  { mean, deviation, memory, estimator }: MsetState,
  x: Matrix,
  { similarity }: ParamValues<typeof params>,
): Float64Array {
  const { rows, cols } = x;
  const errors = scaledRows(x, mean, deviation).data;
  const row = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    row.set(errors.subarray(i * cols, (i + 1) * cols));
    for (let at = 0; at < memory.length; at += cols) {
      const alike = similarityOf(similarity, row, 0, memory, at, cols);
      for (let j = 0; j < cols; j++) {
        errors[i * cols + j] = (errors[i * cols + j] as number) - alike * (estimator[at + j] as number);
      }
    }
  }
  return errors;
}

/** How long the errors are, in the way that is asked for. */
function lengths(
  errors: Float64Array,
  { deviation }: MsetState,
  { data, rows, cols }: Matrix,
  { residual }: ParamValues<typeof params>,
): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let squares = 0;
    let estimate = 0;
    for (let j = 0; j < cols; j++) {
      const error = errors[i * cols + j] as number;
      const own = residual === "relative" ? error * (deviation[j] as number) : error;
      squares += own * own;
      estimate += ((data[i * cols + j] as number) - own) ** 2;
    }
    if (residual === "standardized") return Math.sqrt(squares / cols);
    return squares === 0 ? 0 : Math.sqrt(squares / Math.max(estimate, 1e-300));
  });
}

/** The scores, given to the sensors in proportion to their squared errors. */
function shares(
  errors: Float64Array,
  scores: Float64Array,
  { deviation }: MsetState,
  { residual }: ParamValues<typeof params>,
): Float64Array {
  const cols = deviation.length;
  const square = (at: number) => {
    const error = errors[at] as number;
    return (residual === "relative" ? error * (deviation[at % cols] as number) : error) ** 2;
  };
  return errors.map((_, at) => {
    const from = at - (at % cols);
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += square(from + j);
    return sum === 0 ? 0 : ((scores[from / cols] as number) * square(at)) / sum;
  });
}

/** Means over `window` rows around each, as far as they are there; of an even number one more lies before than after. */
function averaged(values: Float64Array, width: number, window: number): Float64Array {
  if (window === 1) return values;
  const before = Math.floor(window / 2);
  const rows = values.length / width;
  return values.map((_, at) => {
    const row = Math.floor(at / width);
    const first = Math.max(0, row - before);
    const last = Math.min(rows - 1, row + window - 1 - before);
    let sum = 0;
    for (let t = first; t <= last; t++) sum += values[t * width + (at % width)] as number;
    return sum / (last - first + 1);
  });
}
