import { ParamError } from "../../../errors.js";
import { chain } from "../../../kernels/kernels.js";
import { History } from "../../../math/history.js";
import { int, type ParamValues } from "../../../params/params.js";
import { type Baseline, fitBaseline, restoreBaseline } from "../../baseline.js";
import { defineDetector } from "../../detector.js";
import { combineParam, combineSensors } from "../../sensors.js";
import { lookingBackExplained } from "../../series.js";
import { Saliency } from "./saliency.js";

/** Transforms between two turns: some milliseconds of work. */
const VALUES_PER_PART = 2 ** 17;
const BOUND = 1e100;

const params = {
  window: int({ default: 128, min: 8, max: 65_536, doc: "Values whose spectrum is looked at; a power of two." }),
  smoothing: int({ default: 3, min: 1, max: 1000, doc: "Frequencies that the spectrum is averaged over, q." }),
  neighbours: int({
    default: 21,
    min: 1,
    max: 10_000,
    doc: "Values before one that its saliency is compared with, z.",
  }),
  extension: int({ default: 5, min: 0, max: 1000, doc: "Values foreseen behind the last one, κ." }),
  gradients: int({ default: 5, min: 1, max: 1000, doc: "Values before the last that they are foreseen from, m." }),
  combine: combineParam("max"),
};
type Given = ParamValues<typeof params>;

/**
 * Spectral residual: a value that stands out when the usual course of the spectrum is taken away, as the eye sees it in a
 * picture, is anomalous.
 *
 * *fit*: rows × cols. Learns level and spread of each column, so that amplitudes are on one scale; nothing else is needed.
 *
 * *score*: one value a row, ≥ 0, without a unit: the saliency of the row in the window of a series that ends there, less
 * the mean over the `neighbours` before it, divided by that mean, at least 0; combined over the sensors. O(window · log
 * window · cols) a row. In a stream the same bits. Contributions: what each sensor adds.
 *
 * *Window*: `window` values in all, of which the last `extension` are foreseen: as the paper does it, one value is
 * extrapolated from the slopes to the `gradients` values before and repeated, because a transform sees little of what lies
 * at the edge. The row that is judged has no part in it: a spike would foresee larger ones behind it, and hide there.
 *
 * *Needs*: finite values. Finds spikes and breaks, not slow drifts or changes of level that last.
 *
 * *Edges*: rows before the first whole window of a series score 0, because nothing is known of them (a window filled up with
 * repeated rows has a break of its own).
 *
 * @throws {@link ParamError} `PARAM_RANGE` when `window` is no power of two, or too small for the others
 * @see https://doi.org/10.1145/3292500.3330680 Ren and others: Time-series anomaly detection service at Microsoft
 * @example
 * ```ts
 * import { fromRows, spectralResidual } from "@telltale/core";
 * const wave = Array.from({ length: 200 }, (_, t) => [Math.abs((t % 20) - 10)]);
 * const model = spectralResidual({ window: 64 }).fitSync(fromRows(wave));
 * wave[150] = [40];
 * const scores = model.scoreSync(fromRows(wave));
 * console.log(scores.indexOf(Math.max(...scores))); // 150
 * ```
 */
export const spectralResidual = defineDetector({
  name: "spectral-residual",
  aliases: ["sr"],
  summary: "Spectral residual: a value that stands out of the usual spectrum of its series is anomalous.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  fit(x, given, _run, { starts }): Baseline {
    const { window, extension, neighbours, gradients } = given;
    const need = extension + Math.max(neighbours + 1, gradients + 2);
    if (!Number.isInteger(Math.log2(window)) || window < need) {
      throw new ParamError("PARAM_RANGE", `window: expected a power of two ≥ ${need}; found ${window}`, {
        remedy: "Choose 64, 128, 256 … or fewer neighbours, gradients and values to foresee",
      });
    }
    return fitBaseline(x, starts, "standard");
  },
  ...lookingBackExplained((state: Baseline, given: Given) => {
    const { window, extension, neighbours, gradients, combine } = given;
    const real = window - extension;
    const history = new History(real - 1);
    let seen = 0;
    const saliency = new Saliency(window, given);
    const values = new Float64Array(window);
    const cols = state.center.length;
    const row = new Float64Array(cols);
    const salience = (data: Float64Array, i: number, j: number): number => {
      for (let t = 0; t < real; t++) {
        const z = ((data[(i + t) * cols + j] as number) - (state.center[j] as number)) / (state.spread[j] as number);
        values[t] = Math.max(-BOUND, Math.min(BOUND, z));
      }
      values.fill(foreseen(values, real - 1, gradients), real);
      const map = saliency.of(values, real - 1 - neighbours);
      let sum = 0;
      for (let t = real - 1 - neighbours; t < real - 1; t++) sum += map[t] as number;
      const mean = sum / neighbours;
      const here = map[real - 1] as number;
      return mean > 0 ? Math.max(0, (here - mean) / mean) : 0;
    };
    return {
      push(x, run, contributions) {
        const data = history.extend(x);
        const early = real - 1 - seen;
        seen += x.rows;
        const scores = new Float64Array(x.rows);
        const done = run.parts(x.rows, VALUES_PER_PART / (window * cols), (from, to) => {
          for (let i = Math.max(from, early); i < to; i++) {
            for (let j = 0; j < cols; j++) row[j] = salience(data, i, j);
            scores[i] = combineSensors(row, combine, contributions?.subarray(i * cols, (i + 1) * cols));
          }
        });
        return chain(done, () => scores);
      },
    };
  }),
  restore: (state, _params, cols) => restoreBaseline(state, cols, "spectral-residual"),
});

/** The value behind the first `count`: that m − 1 before their last, and m times the mean slope to it from earlier ones. */
function foreseen(values: Float64Array, count: number, gradients: number): number {
  const last = values[count - 1] as number;
  let slope = 0;
  for (let i = 1; i <= gradients; i++) slope += (last - (values[count - 1 - i] as number)) / i;
  return (values[count - gradients] as number) + slope;
}
