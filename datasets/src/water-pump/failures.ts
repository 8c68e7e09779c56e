import { ParamError, type Random } from "@telltale/core";

/** What wears out before the pump breaks. */
export const WEAR = ["bearing", "seal", "clogging"] as const;
export type Wear = (typeof WEAR)[number];

/** One failure: the pump wears, breaks, and is brought back. Rows count from 0. */
export interface PumpFailure {
  readonly wear: Wear;
  /** First row in which the sensors begin to show it; its status is still NORMAL. */
  readonly announced: number;
  /** The one row whose status is BROKEN. */
  readonly broken: number;
  /** First row that is NORMAL again; the rows between are RECOVERING. */
  readonly recovered: number;
}

/** Rows that a record must have for each failure. */
const ROWS_PER_FAILURE = 600;
/** Rows between two failures where the number of failures is not given: seven in the five months of the public record. */
const TYPICAL_SHARE = 31_474;
/** A failure is announced at most a day before, and repaired within about three days. */
const LONGEST_NOTICE = 1440;
const LONGEST_REPAIR = 4000;

/** Failures where none are asked for: as often as in the public record, three at least where they fit. */
export function usualFailures(rows: number): number {
  return Math.min(Math.max(3, Math.round(rows / TYPICAL_SHARE)), Math.floor(rows / ROWS_PER_FAILURE));
}

/**
 * Places the failures at random, one in each equal share of the record, with healthy rows before each.
 *
 * @throws `ParamError` `PARAM_RANGE` when there are too few rows
 */
export function placeFailures(count: number, rows: number, random: Random): PumpFailure[] {
  if (rows < count * ROWS_PER_FAILURE) {
    throw new ParamError(
      "PARAM_RANGE",
      `rows: ${count} failures need at least ${count * ROWS_PER_FAILURE} rows; found ${rows}`,
      { remedy: "Ask for more rows or fewer failures" },
    );
  }
  const share = count === 0 ? rows : Math.floor(rows / count);
  return Array.from({ length: count }, (_, k) => {
    const notice = Math.min(LONGEST_NOTICE, Math.floor(share * 0.2));
    const repair = Math.min(LONGEST_REPAIR, Math.floor(share * 0.2));
    const lead = Math.floor(notice * (0.35 + 0.65 * random.uniform()));
    const broken = k * share + Math.floor(share * (0.5 + 0.25 * random.uniform()));
    const away = Math.max(2, Math.floor(repair * (0.15 + 0.85 * random.uniform())));
    const wear = WEAR[random.below(WEAR.length)] as Wear;
    return { wear, announced: broken - lead, broken, recovered: broken + away };
  });
}

/** How worn the machine is, 0 … 1, and how fast it runs, 0 … 1, at a row. */
export interface Health {
  wear: number;
  kind: Wear;
  speed: number;
}

/** Wear grows with the square of time from its announcement on; after the break the pump stands, then is run up. */
export function healthAt(failure: PumpFailure | undefined, row: number): Health {
  const healthy: Health = { wear: 0, kind: failure?.wear ?? "bearing", speed: 1 };
  if (failure === undefined || row < failure.announced || row >= failure.recovered) return healthy;
  if (row <= failure.broken) {
    const part = (row - failure.announced + 1) / (failure.broken - failure.announced + 1);
    return { ...healthy, wear: 0.25 * part + 0.75 * part * part, speed: row === failure.broken ? 0.6 : 1 };
  }
  const part = (row - failure.broken) / (failure.recovered - failure.broken);
  return { ...healthy, wear: Math.max(0, 0.6 - part), speed: part < 0.7 ? 0.12 : 0.12 + (0.88 * (part - 0.7)) / 0.3 };
}
