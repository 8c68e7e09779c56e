import { plantedData } from "../data/generators.js";
import type { Shape } from "./kernel-case.js";

/** Rows compared with the reference: more than a block of any kernel, and no multiple of one. */
const CHECKED_ROWS = 4_639;

/** Narrow and wide, to time; and one to check in a hurry. */
export const SHAPES = [
  { rows: 200_000, cols: 16 },
  { rows: 50_000, cols: 80 },
];
export const SMOKE = [{ rows: 5_000, cols: 16 }];

export interface Rows {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

export function gaussian({ rows, cols }: Shape): Rows {
  return { x: plantedData("gaussian", rows, cols, 2).x, rows, cols };
}

/** The first rows, for a check. */
export function slice({ x, rows, cols }: Rows): Rows {
  const checked = Math.min(rows, CHECKED_ROWS);
  return { x: x.subarray(0, checked * cols), rows: checked, cols };
}
