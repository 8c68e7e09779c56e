import {
  chain,
  type DetectorFactory,
  defineDetector,
  flag,
  int,
  type Matrix,
  type MaybePromise,
  type ModelState,
  oneOf,
  type ParamValues,
  type Run,
  type SeriesRun,
  type Training,
} from "@telltale/core";
import { recurrentReader } from "../../networks/recurrent-reader.js";
import { trainingParams } from "../../training/settings.js";
import { cellParams, dropoutParam, unitsParam, windowParam } from "../../windows/window-params.js";
import { overWindows, type Residual, scoresOf, sharesOf } from "../../windows/window-scores.js";
import { boundedFloat, gatherRows, type WindowSource, windowsOf } from "../../windows/window-source.js";
import { openReading } from "../reading.js";
import {
  networkFor,
  requireWindow,
  restoreWindowModel,
  trainOnWindows,
  typicalOf,
  type WindowModelState,
} from "../window-model.js";

const WINDOW = 10;

const paramsOf = (cell: "lstm" | "gru" | "rnn") => ({
  window: windowParam(WINDOW, "Rows that a forecast is made from."),
  units: unitsParam(64),
  layers: int({ default: 2, min: 1, max: 16, doc: "Recurrent layers, one on the other." }),
  skip: flag({
    default: true,
    doc: "Skip connections: a layer adds its input to its output, and the forecast begins from the last row.",
  }),
  ...cellParams(cell),
  dropout: dropoutParam("Share of the last state's values that a step does without."),
  loss: oneOf(["mse", "mae"], { default: "mse", doc: "What is learned: mean squared or mean absolute error." }),
  residual: oneOf(["squared", "absolute"], { default: "squared", doc: "What is scored: squared or absolute errors." }),
  ...trainingParams,
});

type Params = ReturnType<typeof paramsOf>;
type Given = ParamValues<Params>;

const network = (given: Given, cols: number, seed: number | undefined) =>
  recurrentReader({ ...given, cols, outputs: cols, steps: given.window, seed });

/** windows × cols: errors of the forecasts of the rows after the windows. */
function forecastErrors(state: ModelState, source: WindowSource, given: Given, run: Run): MaybePromise<Float64Array> {
  const { x, first, size } = source;
  const errors = new Float64Array(first.length * x.cols);
  const done = overWindows(networkFor(network, state, given, x.cols), source, run, (k, _, __, output, at) => {
    const row = ((first[k] as number) + size) * x.cols;
    for (let j = 0; j < x.cols; j++)
      errors[k * x.cols + j] = errorOf(x.data[row + j] as number, output[at + j] as number, given.residual);
  });
  return chain(done, () => errors);
}

function errorOf(observed: number, forecast: number, residual: Residual): number {
  const difference = boundedFloat(observed) - forecast;
  return residual === "squared" ? difference * difference : Math.abs(difference);
}

function open(state: WindowModelState, given: Given): SeriesRun {
  return openReading(
    given.window,
    1,
    (cols) => cols,
    (source, run) => forecastErrors(state, source, given, run),
    (errors, cols, contributions) => {
      contributions?.set(sharesOf(errors, cols, state.typical));
      return scoresOf(errors, cols, state.typical);
    },
  );
}

function fit(x: Matrix, given: Given, run: Run, training: Training): MaybePromise<WindowModelState> {
  requireWindow(x, training.starts, given.window + 1);
  const source = windowsOf(x, training.starts, given.window, 1);
  const task = {
    source,
    loss: given.loss,
    target: (items: Int32Array, to: Float32Array) => gatherRows(source, items, given.window, to),
  };
  const trained = trainOnWindows(network, given, x, task, run.within(0, 0.95), training);
  return chain(trained, ({ history, weights }) => {
    const state = { ...weights, ...history };
    return chain(forecastErrors(state, source, given, run.within(0.95, 1)), (errors) => ({
      ...state,
      typical: typicalOf(scoresOf(errors, x.cols, Number.NaN)),
    }));
  });
}

/** A forecaster of that name with that cell by default. */
export function forecaster(
  cell: "lstm" | "gru" | "rnn",
  name: string,
  aliases: readonly string[],
  summary: string,
): DetectorFactory<Params, WindowModelState> {
  return defineDetector<Params, WindowModelState>({
    name,
    aliases,
    summary,
    input: "series",
    traits: { neural: true, scaleSensitive: true, checkpoints: true, causal: true },
    leastRows: WINDOW + 3,
    params: paramsOf(cell),
    fit,
    open,
    score: (state, x, given, run) => open(state, given).push(x, run),
    contributions(state, x, given, run) {
      const shares = new Float64Array(x.data.length);
      return chain(open(state, given).push(x, run, shares), () => shares);
    },
    restore: (state, given, cols) => restoreWindowModel(name, network, state, given, cols),
  });
}
