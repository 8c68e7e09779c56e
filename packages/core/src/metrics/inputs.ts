import { DataError, ShapeError } from "../errors.js";

/** One 0 (normal) or 1 (anomaly) for each row; a `Uint8Array` is the usual form. */
export type Labels = ArrayLike<number>;

/** One score for each row, higher = more anomalous, in any unit; a `Float64Array` is the usual form. */
export type Scores = ArrayLike<number>;

/** What a series of 0 and 1 is called in an error text. */
export type BinaryRole = "label" | "flag";

/**
 * Checks that two or three series describe the same rows.
 *
 * @throws {@link ShapeError} `SHAPE_MISMATCH` when the lengths differ
 */
export function checkSameRows(labels: Labels, others: Readonly<Record<string, ArrayLike<number>>>): void {
  for (const [name, values] of Object.entries(others)) {
    if (values.length !== labels.length) {
      throw new ShapeError("SHAPE_MISMATCH", `${labels.length} labels need as many ${name}; found ${values.length}`, {
        remedy: `Give one label and one ${name.slice(0, -1)} for each row, in the same order`,
      });
    }
  }
}

/** @throws {@link ShapeError} `SHAPE_EMPTY` when there is no row */
export function checkSomeRows(rows: number, what: string): void {
  if (rows === 0) throw new ShapeError("SHAPE_EMPTY", `${what} needs at least one row; found none`);
}

/** The error for a value other than 0 and 1 in row `row` (from 1). */
export function notBinary(role: BinaryRole, value: unknown, row: number): DataError {
  return new DataError("DATA_LABEL", `a ${role} is 0 (normal) or 1 (anomaly); found ${shown(value)}`, {
    where: { row },
    remedy: role === "label" ? "Map the labels to 0 and 1 first" : "Make the flags with a threshold's apply()",
  });
}

/** The error for a score that is not a number in row `row` (from 1). */
export function notAScore(value: unknown, row: number): DataError {
  return new DataError("DATA_MISSING", `a score is a number; found ${shown(value)}`, {
    where: { row },
    remedy: "Leave out the rows that could not be scored, or impute before scoring",
  });
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
