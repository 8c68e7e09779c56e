import { DataError } from "../errors.js";

/** The error for a score that is not a number in row `row` (from 1). */
export function notAScore(score: unknown, row: number): DataError {
  return new DataError("DATA_MISSING", `a score is a number; found ${String(score)}`, {
    where: { row },
    remedy: "Leave out the rows that could not be scored, or impute before scoring",
  });
}

/** The error for a threshold that no score can be compared with. */
export function infiniteThreshold(rule: string, threshold: number): DataError {
  const problem = `threshold ${rule} comes out as ${threshold} on these scores: too many of them are infinite or huge`;
  return new DataError("DATA_INFINITE", problem, {
    remedy: "Look for infinite values among the training scores, or set the threshold with fixed",
  });
}
