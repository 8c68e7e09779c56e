import { DataError, KernelError, ParamError, ShapeError } from "../errors.js";
import { firstNonFinite, type Matrix } from "../matrix.js";
import { type Labels, notBinary } from "../metrics/inputs.js";
import { standardize } from "../prepare/scale.js";

/** Rows with labels, taken apart: what every method of resampling starts from. */
export interface LabelledRows {
  readonly x: Matrix;
  /** The same rows as distances between them are measured: `x` itself, or its standardized columns. */
  readonly space: Matrix;
  /** 0 or 1 a row. */
  readonly y: Uint8Array;
  /** The label that fewer rows have; 1 when both are equally frequent. */
  readonly minority: 0 | 1;
  /** The rows of that class, ascending. */
  readonly members: Int32Array;
  /** Synthetic rows to make. */
  readonly wanted: number;
}

/**
 * Checks rows and labels, and counts how many synthetic rows the ratio takes.
 *
 * @param ratio  rows of the smaller class for each row of the larger one, afterwards
 * @param scaled  whether distances are between standardized columns
 * @throws {@link ShapeError} `SHAPE_MISMATCH`; {@link DataError} `DATA_MISSING`, `DATA_INFINITE`, `DATA_LABEL`,
 *   `DATA_ONE_CLASS`; {@link ParamError} `PARAM_RANGE` for a ratio that is exceeded already
 */
export function labelledRows(method: string, x: Matrix, labels: Labels, ratio: number, scaled: boolean): LabelledRows {
  checkFinite(method, x);
  const y = binaryLabels(x.rows, labels);
  const anomalies = y.reduce((sum, label) => sum + label, 0);
  const minority = anomalies <= x.rows - anomalies ? 1 : 0;
  const few = Math.min(anomalies, x.rows - anomalies);
  const many = x.rows - few;
  if (few === 0) {
    throw new DataError("DATA_ONE_CLASS", `${method} needs rows of two classes; found ${many} rows, all of one`, {
      remedy: "Give labelled rows of both classes",
    });
  }
  const wanted = rowsFor(many, ratio) - few;
  if (wanted < 0) {
    const found = `${few} of class ${minority} for ${many} of class ${1 - minority}, a ratio of ${(few / many).toPrecision(4)}`;
    throw new ParamError("PARAM_RANGE", `ratio: ${ratio} is less than what is there: ${found}`, {
      remedy: "Choose a larger ratio; rows are only added",
    });
  }
  const members = new Int32Array(few);
  let at = 0;
  for (let i = 0; i < x.rows; i++) if (y[i] === minority) members[at++] = i;
  const space = scaled && wanted > 0 ? standardize().fit(x).transform(x) : x;
  return { x, space, y, minority, members, wanted };
}

/** The whole rows in ratio · rows; 0.29 · 100 is 29, although the product of the doubles is less. */
function rowsFor(rows: number, ratio: number): number {
  const product = rows * ratio;
  const nearest = Math.round(product);
  return Math.abs(product - nearest) <= 1e-12 * nearest ? nearest : Math.floor(product);
}

/** The values of some rows, side by side (copied). */
export function gatherRows(x: Matrix, rows: Int32Array): Float64Array {
  const { cols, data } = x;
  const out = allocate(rows.length, cols);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * cols;
    for (let j = 0; j < cols; j++) out[i * cols + j] = data[from + j] as number;
  }
  return out;
}

/** The values of the smaller class, and the same where distances are measured; one array when they are the same. */
export function gatherMembers({ x, space, members }: LabelledRows): { values: Float64Array; near: Float64Array } {
  const values = gatherRows(x, members);
  return { values, near: space === x ? values : gatherRows(space, members) };
}

/** @throws {@link KernelError} `KERNEL_MEMORY` that says how much was asked for */
export function allocate(rows: number, cols: number): Float64Array {
  try {
    return new Float64Array(rows * cols);
  } catch (cause) {
    const need = Math.ceil((rows * cols * 8) / 2 ** 20);
    throw new KernelError("KERNEL_MEMORY", `${rows} × ${cols} values need ${need} MiB of memory`, {
      remedy: "Ask for a smaller ratio, or resample fewer rows or columns",
      cause,
    });
  }
}

/** Throws {@link ParamError} `PARAM_RANGE` unless each of the minority's rows has k others of its class. */
export function checkMembers(k: number, { members, minority }: LabelledRows): void {
  const others = members.length - 1;
  if (k <= others) return;
  throw new ParamError(
    "PARAM_RANGE",
    `k: ${k} neighbours asked of class ${minority}, which has ${members.length} rows; ${k + 1} are needed`,
    {
      remedy: others === 0 ? "Give more rows of that class" : `Choose k ≤ ${others}, or give more rows of that class`,
    },
  );
}

function checkFinite(method: string, x: Matrix): void {
  const at = firstNonFinite(x);
  if (at < 0) return;
  const value = x.data[at] as number;
  const missing = Number.isNaN(value);
  const column = x.columns?.[at % x.cols] ?? `${at % x.cols}`;
  throw new DataError(
    missing ? "DATA_MISSING" : "DATA_INFINITE",
    `${method} needs a finite value; found ${missing ? "a missing value (NaN)" : value}`,
    {
      where: { row: Math.floor(at / x.cols) + 1, column },
      remedy: "Impute the value, or leave the row or the column out",
    },
  );
}

function binaryLabels(rows: number, labels: Labels): Uint8Array {
  if (labels.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need ${rows} labels; found ${labels.length}`);
  }
  const y = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (label !== 0 && label !== 1) throw notBinary("label", label, i + 1);
    y[i] = label;
  }
  return y;
}
