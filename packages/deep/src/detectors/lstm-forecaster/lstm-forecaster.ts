import { forecaster } from "./forecasting.js";

/**
 * A recurrent forecaster with skip connections: from the rows before it a network foretells the next row; rows that come
 * otherwise are anomalous.
 *
 * *fit*: rows × cols, one series or several; a window never spans two. Every window with the row after it is an item of training;
 * the last share of them in time (`validation`) tells when to stop. Keeps weights and loss curves. The same seed gives the
 * same bits everywhere: the layers run on the kernels of core, in C++ where they are there.
 *
 * *score*: ≥ 0, mean over the columns of squared (or absolute) differences between a row and its forecast. `contributions` are the
 * columns' shares; they add up to the score. It looks back only: a stream gets the same bits.
 *
 * *Skip connections*: layers after the first add their input to their output, and the forecast is the last row plus what the
 * network makes (He and others 2016), so that it learns the change; `skip` off is the plain stack.
 *
 * *Needs*: finite values; columns on one scale (`standardize`). A window and a row must fit into the longest series.
 *
 * *Edges*: the first `window` rows of a series get the median score of training rows. Values beyond ±10⁹ enter the network as
 * ±10⁹. Training series of no more than a window's rows are not learned from.
 *
 * *Differs*: Malhotra and others foretell several steps and score by the density of the errors under a normal distribution; here one
 * step is foretold and its errors are averaged.
 *
 * @throws ParamError `PARAM_RANGE` when no series is longer than a window
 * @throws `TrainingError` `TRAINING_DIVERGED`, `TRAINING_CHECKPOINT`
 * @see https://www.esann.org/sites/default/files/proceedings/legacy/es2015-56.pdf Malhotra and others: LSTM networks for anomaly
 *   detection in time series
 * @see https://doi.org/10.1109/CVPR.2016.90 He and others: deep residual learning
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { lstmForecaster } from "@telltale/deep";
 * const wave = (t: number) => [Math.sin(t / 2), Math.cos(t / 2)];
 * const train = fromRows(Array.from({ length: 200 }, (_, t) => wave(t)));
 * const model = await lstmForecaster({ window: 8, units: 8, epochs: 20, rate: 0.01 }).fit(train);
 * const test = fromRows(Array.from({ length: 60 }, (_, t) => (t === 40 ? [3, 0] : wave(t))));
 * const scores = await model.score(test);
 * console.log(scores.indexOf(Math.max(...scores))); // 40
 * ```
 */
export const lstmForecaster = forecaster(
  "lstm",
  "lstm-forecaster",
  ["lstm", "residual-lstm", "lstm-ad"],
  "LSTM forecaster with skip connections: rows that come otherwise than foretold are anomalous.",
);

/** {@link lstmForecaster} of gated recurrent units (Cho and others 2014, https://doi.org/10.48550/arXiv.1406.1078). */
export const gruForecaster = forecaster(
  "gru",
  "gru-forecaster",
  ["gru"],
  "GRU forecaster with skip connections: rows that come otherwise than foretold are anomalous.",
);

/** {@link lstmForecaster} of plain recurrent cells (Elman 1990, https://doi.org/10.1207/s15516709cog1402_1). */
export const rnnForecaster = forecaster(
  "rnn",
  "rnn-forecaster",
  ["rnn", "simple-rnn"],
  "Forecaster of plain recurrent cells: rows that come otherwise than foretold are anomalous.",
);
