import { ParamError, ShapeError } from "../../errors.js";
import { checkSomeRows, type Labels, type Scores } from "../inputs.js";
import { averagePrecision } from "../point/precision-recall.js";
import { rocAuc } from "../point/roc.js";
import { binaryEpisodes, type SeriesOptions, seriesEnd, seriesStarts } from "./events.js";

export interface WindowedOptions extends SeriesOptions {
  /** Rows of a window; the score of a window stands at its last row. 1 gives the plain measure. */
  readonly window: number;
}

/**
 * ROC-AUC of a detector that scores windows: a window is anomalous when one of its rows is, and its score stands at its last
 * row. The first `window − 1` rows of each series have no window of their own and are left out. Darts'
 * `eval_metric_from_scores` with `AUC_ROC`.
 *
 * @param labels  n values 0 or 1 in order of time, 1 = anomaly
 * @param scores  n scores, of which the first window − 1 of each series are not read
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY`, `SHAPE_TOO_FEW_ROWS` ·
 *   {@link DataError} `DATA_ONE_CLASS`, `DATA_LABEL`, `DATA_MISSING`
 * @see Herzen et al. (2022), "Darts: user-friendly modern machine learning for time series",
 *   https://www.jmlr.org/papers/v23/21-1177.html
 * @example
 * ```ts
 * import { windowedRocAuc } from "@telltale/core";
 * console.log(windowedRocAuc([0, 0, 1, 0, 0, 0], [0, 0, 5, 4, 1, 2], { window: 2 })); // 1
 * ```
 */
export function windowedRocAuc(labels: Labels, scores: Scores, options: WindowedOptions): number {
  const [pooled, kept] = pool(labels, scores, options);
  return rocAuc(pooled, kept);
}

/**
 * Average precision of a detector that scores windows; see {@link windowedRocAuc}. Darts' `AUC_PR`.
 *
 * @throws as {@link windowedRocAuc}
 */
export function windowedAveragePrecision(labels: Labels, scores: Scores, options: WindowedOptions): number {
  const [pooled, kept] = pool(labels, scores, options);
  return averagePrecision(pooled, kept);
}

function pool(labels: Labels, scores: Scores, { window, starts }: WindowedOptions): [Uint8Array, Float64Array] {
  if (!Number.isInteger(window) || window < 1) {
    throw new ParamError("PARAM_RANGE", `window: expected a whole number of at least 1; found ${window}`);
  }
  const rows = labels.length;
  if (scores.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} labels need as many scores; found ${scores.length}`, {
      remedy: "Give one score for each row; those of the first window − 1 rows are not read",
    });
  }
  checkSomeRows(rows, "a windowed measure");
  const firsts = seriesStarts(starts, rows);
  const pooled = new Uint8Array(rows);
  for (const { start, end } of binaryEpisodes(labels, firsts, "label")) {
    // The series' end is seen to below, since no row past it is kept from this series.
    pooled.fill(1, start, Math.min(rows, end + window - 1));
  }
  const keptLabels = new Uint8Array(rows);
  const keptScores = new Float64Array(rows);
  let kept = 0;
  for (let s = 0; s < firsts.length; s++) {
    for (let i = (firsts[s] as number) + window - 1; i < seriesEnd(firsts, s, rows); i++) {
      keptLabels[kept] = pooled[i] as number;
      keptScores[kept++] = scores[i] as number;
    }
  }
  if (kept === 0) {
    throw new ShapeError("SHAPE_TOO_FEW_ROWS", `a window of ${window} rows needs a series at least as long`, {
      remedy: `Choose a window of at most ${rows} rows`,
    });
  }
  return [keptLabels.subarray(0, kept), keptScores.subarray(0, kept)];
}
