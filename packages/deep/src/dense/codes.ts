import {
  type CallOptions,
  chain,
  currentKernels,
  type FittedDetector,
  type FittedPipeline,
  type Matrix,
  matchColumns,
  matrix,
  ParamError,
  promiseRun,
} from "@telltale/core";
import { type DenseState, outputsAt } from "./dense-state.js";
import { layersOf } from "./dense-trainee.js";

/**
 * What the narrowest layer of an autoencoder holds for each row: with two units, the points of a plane to plot.
 *
 * @param fitted  a fitted `autoencoder` or `vae` (of which the means are given), or a pipeline with one
 * @param x  rows as the detector, or the pipeline, scores them
 * @returns rows × units of the code
 * @throws ParamError `PARAM_TYPE` for a model that has no code
 * @example
 * ```ts
 * import { fromRows } from "@telltale/core";
 * import { autoencoder, encode } from "@telltale/deep";
 * const rows = fromRows(Array.from({ length: 50 }, (_, i) => [i / 50, 1 - i / 50, 0.5]));
 * const codes = await encode(await autoencoder({ hidden: "8,2,8", epochs: 5 }).fit(rows), rows);
 * console.log(codes.rows, codes.cols); // 50 2
 * ```
 */
export async function encode(
  fitted:
    | Pick<FittedDetector, "spec" | "state" | "cols" | "columns">
    | Pick<FittedPipeline, "detector" | "steps" | "cols" | "columns">,
  x: Matrix,
  options: CallOptions = {},
): Promise<Matrix> {
  if ("steps" in fitted) {
    const matched = matchColumns(x, fitted.cols, fitted.columns);
    return encode(
      fitted.detector,
      fitted.steps.reduce((rows, step) => step.transform(rows), matched),
      options,
    );
  }
  const model = fitted;
  const { layers, weights } = model.state as Partial<DenseState>;
  // A network that rebuilds nothing maps rows to features, not through a code.
  if (!(layers instanceof Int32Array && weights instanceof Float32Array) || "center" in model.state) {
    throw new ParamError("PARAM_TYPE", `${model.spec.name} has no code: it is no dense autoencoder`);
  }
  const all = layersOf(layers);
  const sampled = all.findIndex(({ kind }) => kind === "sampled");
  const hidden = all.slice(0, -1).map(({ units }) => units);
  const depth = 1 + (sampled >= 0 ? sampled : hidden.indexOf(Math.min(...hidden)));
  const units = all[depth - 1]?.units ?? 0;
  const run = promiseRun(options.kernels ?? currentKernels(), options.threads);
  const rows = matchColumns(x, model.cols, model.columns);
  return chain(outputsAt({ layers, weights }, rows, depth, run), (outputs) => {
    const width = outputs.length / Math.max(1, rows.rows);
    const codes = new Float64Array(rows.rows * units);
    for (let i = 0; i < rows.rows; i++) {
      for (let u = 0; u < units; u++) codes[i * units + u] = outputs[i * width + u] as number;
    }
    return matrix(codes, rows.rows, units);
  });
}
