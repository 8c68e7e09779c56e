import { chain, type MaybePromise, ParamError, type Run, resample, resampleSync } from "@telltale/core";
import { gatherWindows, type WindowSource } from "../../windows/window-source.js";

export type Balance = "none" | "weights" | "smote";

/** Windows to learn from, with the label of each one's last row. */
export interface LabelledWindows {
  readonly source: WindowSource;
  readonly labels: Float32Array;
  /** How much each counts; absent: alike. */
  readonly weights?: Float32Array;
}

/** Values of windows that SMOTE may make: 1 GiB of numbers. */
const MOST_VALUES = 2 ** 27;

/**
 * Windows with their labels, balanced as asked.
 *
 * @throws ParamError `PARAM_RANGE` when no window ends at an anomaly, or none at a normal row, or SMOTE would make too much
 */
export function labelledWindows(
  source: WindowSource,
  rowLabels: Uint8Array,
  balance: Balance,
  seed: number,
  run: Run,
): MaybePromise<LabelledWindows> {
  const labels = Float32Array.from(source.first, (first) => rowLabels[first + source.size - 1] as number);
  const anomalous = labels.reduce((sum, label) => sum + label, 0);
  const normal = labels.length - anomalous;
  if (anomalous === 0 || normal === 0) {
    throw new ParamError(
      "PARAM_RANGE",
      `window: of ${labels.length} training windows ${anomalous} end at an anomaly and ${normal} at a normal row; both are needed`,
      { remedy: "Choose a smaller window, or train on rows of both classes" },
    );
  }
  if (balance === "none") return { source, labels };
  if (balance === "weights") {
    const [ofNormal, ofAnomalous] = [labels.length / (2 * normal), labels.length / (2 * anomalous)];
    return { source, labels, weights: labels.map((label) => (label === 1 ? ofAnomalous : ofNormal)) };
  }
  return withSynthetic(source, labels, seed, run);
}

/** SMOTE on whole windows: as many of the smaller class as of the larger one. */
function withSynthetic(
  source: WindowSource,
  labels: Float32Array,
  seed: number,
  run: Run,
): MaybePromise<LabelledWindows> {
  const length = source.size * source.x.cols;
  if (2 * labels.length * length > MOST_VALUES) {
    throw new ParamError(
      "PARAM_RANGE",
      `balance: SMOTE on ${labels.length} windows of ${length} values takes too much memory`,
      {
        remedy: "Choose balance weights, which needs none",
      },
    );
  }
  const all = new Float32Array(labels.length * length);
  gatherWindows(source, Int32Array.from(labels.keys()), all);
  const x = { data: Float64Array.from(all), rows: labels.length, cols: length };
  const y = Uint8Array.from(labels);
  const smaller = Math.min(
    y.reduce((sum, label) => sum + label, 0),
    y.reduce((sum, label) => sum + 1 - label, 0),
  );
  // SMOTE goes from a window towards another of its class.
  if (smaller < 2) return { source, labels };
  const options = { method: "smote", k: Math.min(5, smaller - 1), seed, kernels: run.kernels } as const;
  const promised = run.parts(0, 1, () => {}) instanceof Promise;
  const made = promised ? resample(x, y, options) : resampleSync(x, y, options);
  return chain(made, ({ x: more, y: labelsOfMore }) => ({
    source: {
      x: { data: more.data, rows: more.rows * source.size, cols: source.x.cols },
      size: source.size,
      first: Int32Array.from({ length: more.rows }, (_, i) => i * source.size),
    },
    labels: Float32Array.from(labelsOfMore),
  }));
}
