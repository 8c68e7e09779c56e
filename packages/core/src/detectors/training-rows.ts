import { ModelFileError, ParamError } from "../errors.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { NEAREST_METHODS, nearestLeaves } from "../kernels/nearest/nearest.js";
import { type DistanceMetric, type IndexedRows, indexRows, unitRows } from "../kernels/nearest/neighbour-search.js";
import type { Matrix } from "../matrix.js";
import { number, oneOf } from "../params/params.js";
import type { ModelState } from "./detector.js";

/** What the detectors that keep their training rows have in common: parameters, state and its checks. */

const METRICS = ["euclidean", "manhattan", "chebyshev", "minkowski", "cosine"] as const satisfies DistanceMetric[];

export const neighbourParams = {
  metric: oneOf(METRICS, {
    default: "euclidean",
    doc: "Distance between rows; cosine looks at their direction alone.",
  }),
  p: number({ default: 2, min: 1, max: 1000, doc: "Order of the Minkowski distance; other metrics do not read it." }),
  method: oneOf(NEAREST_METHODS, {
    default: "auto",
    doc: "How neighbours are searched: tree, blocked or what suits the sizes; the result is the same.",
  }),
};

/** Training rows with their index: the part of a model's state that a search needs. */
export type TrainingRows = {
  /** Row-major; unit rows with one column more when the metric is cosine. */
  readonly train: Float64Array;
  readonly order: Int32Array;
  readonly boxes: Float64Array;
};

/** Throws {@link ParamError} `PARAM_RANGE` unless every row has k others. */
export function checkNeighbours(k: number, rows: number): void {
  if (k < rows) return;
  throw new ParamError(
    "PARAM_RANGE",
    `k: ${k} neighbours asked of ${rows} training rows, which have ${rows - 1} each`,
    {
      remedy: `Choose k ≤ ${rows - 1}, or train on more rows`,
    },
  );
}

/** Copies and indexes the training rows. */
export function keepRows(run: Run, x: Matrix, metric: DistanceMetric): MaybePromise<TrainingRows> {
  const cosine = metric === "cosine";
  const rows = cosine ? unitRows(x.data, x.rows, x.cols) : x.data.slice();
  return chain(indexRows(run, rows, x.rows, cosine ? x.cols + 1 : x.cols), ({ order, boxes }) => {
    return { train: rows, order, boxes };
  });
}

/** The kept rows in the form that a search takes. */
export function searchable({ train, order, boxes }: TrainingRows): IndexedRows {
  return { x: train, rows: order.length, cols: train.length / order.length, order, boxes };
}

/** Rows to search the neighbours of, in the form that the metric wants. */
export function queryRows(x: Matrix, metric: DistanceMetric): Float64Array {
  return metric === "cosine" ? unitRows(x.data, x.rows, x.cols) : x.data;
}

/**
 * Training rows read from a file, every place checked.
 *
 * @param owner  the detector's name, for the error text
 * @throws {@link ModelFileError} `MODEL_CORRUPT`
 */
export function restoreRows(
  owner: string,
  { train, order, boxes }: ModelState,
  { k, metric }: { readonly k: number; readonly metric: DistanceMetric },
  cols: number,
): TrainingRows {
  const wrong = (what: string) => corruptRows(owner, what);
  if (!(train instanceof Float64Array && order instanceof Int32Array && boxes instanceof Float64Array)) {
    throw wrong("arrays are missing or of the wrong type");
  }
  const rows = order.length;
  const width = metric === "cosine" ? cols + 1 : cols;
  if (rows <= k) throw wrong(`${rows} training rows do not have ${k} neighbours each`);
  if (train.length !== rows * width || boxes.length !== nearestLeaves(rows) * 2 * width) {
    throw wrong("array lengths do not fit together");
  }
  if (!train.every(Number.isFinite) || !boxes.every(Number.isFinite)) throw wrong("a value is not finite");
  const seen = new Uint8Array(rows);
  for (const row of order) {
    if (row < 0 || row >= rows || seen[row] === 1) throw wrong("the order of the rows is no permutation");
    seen[row] = 1;
  }
  return { train, order, boxes };
}

/** The error for a model file whose training rows cannot be. */
export function corruptRows(owner: string, what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `${owner}: ${what}`, { remedy: "Fit the model again" });
}
