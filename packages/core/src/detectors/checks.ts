import { DataError, ParamError, ShapeError } from "../errors.js";
import type { Matrix } from "../matrix.js";
import type { ParamSchema } from "../params/params.js";
import type { DetectorSpec, ModelState, Training } from "./detector.js";

/** Refuses training rows, labels, weights and series that a detector cannot take. */
export function checkTraining<S extends ParamSchema, T extends ModelState>(
  spec: DetectorSpec<S, T>,
  x: Matrix,
  { labels, weights, starts }: Training,
): void {
  if (x.rows < spec.leastRows) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${spec.name} needs at least ${spec.leastRows} training rows; found ${x.rows}`,
    );
  }
  if (spec.traits.supervised && labels === undefined) {
    throw new ParamError("PARAM_TYPE", `${spec.name} learns from labels; none were given`, {
      remedy: "Pass labels, one 0 or 1 for each row",
    });
  }
  if (labels !== undefined && labels.length !== x.rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${x.rows} rows need ${x.rows} labels; found ${labels.length}`);
  }
  if (weights !== undefined) checkWeights(spec, weights, x.rows);
  if (starts !== undefined) checkStarts(starts, x.rows);
  if (spec.traits.checksValues !== true) checkValues(spec, x);
}

function checkWeights<S extends ParamSchema, T extends ModelState>(
  { name, traits }: DetectorSpec<S, T>,
  weights: Float64Array,
  rows: number,
): void {
  if (traits.weights !== true) {
    throw new ParamError("PARAM_UNKNOWN", `${name} takes no weights of rows`, { remedy: "Leave the weights away" });
  }
  if (weights.length !== rows) {
    throw new ShapeError("SHAPE_MISMATCH", `${rows} rows need ${rows} weights; found ${weights.length}`);
  }
  const wrong = weights.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY));
  if (wrong >= 0 || weights.every((w) => w === 0)) {
    const found = wrong >= 0 ? `found ${weights[wrong]}` : "all are 0";
    throw new DataError("DATA_WEIGHT", `weights are finite, at least 0 and not all 0; ${found}`, {
      ...(wrong >= 0 ? { where: { row: wrong + 1 } } : {}),
    });
  }
}

export function checkStarts(starts: Int32Array, rows: number): void {
  const ascending = starts.every((start, i) => start > (starts[i - 1] ?? -1) && start < rows);
  if (starts.length > 0 && starts[0] === 0 && ascending) return;
  throw new ShapeError("SHAPE_MISMATCH", `starts ascend from 0 and stay below the ${rows} rows`);
}

/** Refuses missing and infinite values, for a detector that declares `checksValues`. */
export function requireFinite(name: string, x: Matrix): void {
  checkValues({ name, traits: {} }, x);
}

/** Refuses the values that a detector does not declare it can take. */
export function checkValues(spec: Pick<DetectorSpec<ParamSchema, ModelState>, "name" | "traits">, x: Matrix): void {
  const { missing = false, infinite = false } = spec.traits;
  if (missing && infinite) return;
  const { data, cols } = x;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    // v − v is 0 for finite values and NaN for all others
    if (v - v === 0) continue;
    const isMissing = v !== v;
    if (isMissing ? missing : infinite) continue;
    const column = x.columns?.[i % cols] ?? `${i % cols}`;
    throw new DataError(
      isMissing ? "DATA_MISSING" : "DATA_INFINITE",
      `${spec.name} needs a finite value; found ${isMissing ? "a missing value (NaN)" : v}`,
      {
        where: { row: Math.floor(i / cols) + 1, column },
        remedy: "Impute or drop such rows first, in a pipeline with a step for missing values",
      },
    );
  }
}
