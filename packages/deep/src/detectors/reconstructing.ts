import {
  chain,
  History,
  type Matrix,
  type MaybePromise,
  type ModelState,
  type Run,
  type SeriesRun,
  type Training,
} from "@telltale/core";
import type { TrainingSettings } from "../training/settings.js";
import { type Residual, reconstructionErrors, scoresOf, sharesOf, type WindowScore } from "../windows/window-scores.js";
import { windowsOf } from "../windows/window-source.js";
import {
  type NetworkMaker,
  networkFor,
  requireWindow,
  restoreWindowModel,
  trainOnWindows,
  typicalOf,
  type WindowModelState,
} from "./window-model.js";

interface Given extends TrainingSettings {
  readonly window: number;
  readonly loss: "mse" | "mae";
  readonly residual: Residual;
  readonly windowScore: WindowScore;
}

/** What all detectors do that rebuild windows with a network: everything but the network. */
export function reconstructing<G extends Given>(name: string, make: NetworkMaker<G>) {
  const errorsOf = (state: ModelState, x: Matrix, given: G, run: Run, starts?: Int32Array) => {
    const network = networkFor(make, state, given, x.cols);
    return reconstructionErrors(network, windowsOf(x, starts, given.window), given.residual, given.windowScore, run);
  };
  const open = (state: WindowModelState, given: G): SeriesRun => {
    const history = new History(given.window - 1);
    let seen = 0;
    return {
      push(x, run, contributions) {
        const data = history.extend(x);
        // Rows before the first whole window.
        const early = Math.max(0, Math.min(x.rows, given.window - 1 - seen));
        seen += x.rows;
        const { cols } = x;
        const known = { data, rows: data.length / cols, cols };
        return chain(errorsOf(state, known, given, run), (errors) => {
          const own = errors.subarray(errors.length - x.data.length);
          own.fill(Number.NaN, 0, early * cols);
          contributions?.set(sharesOf(own, cols, state.typical));
          return scoresOf(own, cols, state.typical);
        });
      },
    };
  };
  return {
    fit(x: Matrix, given: G, run: Run, training: Training): MaybePromise<WindowModelState> {
      requireWindow(x, training.starts, given.window);
      const source = windowsOf(x, training.starts, given.window);
      const trained = trainOnWindows(make, given, x, { source, loss: given.loss }, run.within(0, 0.95), training);
      return chain(trained, ({ history, weights }) => {
        const state = { ...weights, ...history };
        return chain(errorsOf(state, x, given, run.within(0.95, 1), training.starts), (errors) => ({
          ...state,
          typical: typicalOf(scoresOf(errors, x.cols, Number.NaN)),
        }));
      });
    },
    score(state: WindowModelState, x: Matrix, given: G, run: Run): MaybePromise<Float64Array> {
      return chain(errorsOf(state, x, given, run), (errors) => scoresOf(errors, x.cols, state.typical));
    },
    contributions(state: WindowModelState, x: Matrix, given: G, run: Run): MaybePromise<Float64Array> {
      return chain(errorsOf(state, x, given, run), (errors) => sharesOf(errors, x.cols, state.typical));
    },
    open(state: WindowModelState, given: G): SeriesRun | undefined {
      return given.windowScore === "ending" ? open(state, given) : undefined;
    },
    restore: (state: ModelState, given: G, cols: number) => restoreWindowModel(name, make, state, given, cols),
  };
}
