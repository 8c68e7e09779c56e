import { ParamError, type Random } from "@telltale/core";

/** What can go wrong with the rig. */
export const FAULTS = ["valve", "leak", "cavitation", "imbalance"] as const;
export type Fault = (typeof FAULTS)[number];

/** One labelled stretch of faulty rows. */
export interface Episode {
  readonly fault: Fault;
  /** First faulty row, counting from 0. */
  readonly from: number;
  /** First row after the fault. */
  readonly to: number;
  /** Rows from the onset until the fault is fully developed; 0 is a step. */
  readonly ramp: number;
  /** Strength of the developed fault, about 1. */
  readonly severity: number;
}

/** Rows that a generated series must have for each episode, so that normal stretches lie between them. */
const ROWS_PER_EPISODE = 60;

/**
 * Places one episode of each given fault, in that order, at random within equal shares of the series. Each takes a quarter
 * to two fifths of its share; the share begins and ends with normal rows.
 *
 * @throws `ParamError` `PARAM_RANGE` for an unknown fault, or when there are too few rows
 */
export function placeEpisodes(faults: readonly Fault[], rows: number, random: Random): Episode[] {
  const unknown = faults.find((fault) => !FAULTS.includes(fault));
  if (unknown !== undefined) {
    throw new ParamError("PARAM_RANGE", `faults: expected some of ${FAULTS.join(", ")}; found "${unknown}"`);
  }
  if (rows < faults.length * ROWS_PER_EPISODE) {
    throw new ParamError(
      "PARAM_RANGE",
      `rows: ${faults.length} faults need at least ${faults.length * ROWS_PER_EPISODE} rows; found ${rows}`,
      { remedy: "Ask for more rows or fewer faults" },
    );
  }
  const share = faults.length === 0 ? rows : Math.floor(rows / faults.length);
  return faults.map((fault, k) => {
    const length = Math.floor(share * (0.25 + 0.15 * random.uniform()));
    const from = k * share + Math.floor(share * (0.3 + 0.25 * random.uniform()));
    const ramp = random.uniform() < 0.5 ? 0 : Math.floor(length * (0.1 + 0.2 * random.uniform()));
    return { fault, from, to: from + length, ramp, severity: 0.8 + 0.4 * random.uniform() };
  });
}

/** How far each fault has developed, 0 … about 1. */
export type FaultLevels = Record<Fault, number>;

/** The faults' levels at a row. */
export function levelsAt(episodes: readonly Episode[], row: number, levels: FaultLevels): void {
  for (const fault of FAULTS) levels[fault] = 0;
  for (const { fault, from, to, ramp, severity } of episodes) {
    if (row >= from && row < to) levels[fault] = severity * Math.min(1, (row - from + 1) / (ramp + 1));
  }
}
