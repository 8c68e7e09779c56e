import { confusion, f1, leadTime, precision, recall } from "@telltale/core";
import { type PumpRecord, STEP_MINUTES } from "./record.js";

/** Rows before a breakdown in which an alarm is a warning: a day. */
export const HORIZON = 1440 / STEP_MINUTES;
const WEEK = (7 * 1440) / STEP_MINUTES;

/** What alarms are worth on the tested rows of one record. */
export interface PumpFigures {
  /** Rows in which wear shows (where that is not known: of the day before) and the pump still runs. */
  readonly support: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly breakdowns: number;
  /** Those with an alarm within the day before. */
  readonly warned: number;
  /** Of each breakdown the minutes from the first alarm to BROKEN; null without one. */
  readonly leadMinutes: readonly (number | null)[];
  /** Of each the minutes from the onset of wear, more than which is luck; null where it is not known. */
  readonly onsetMinutes: readonly (number | null)[];
  /** Alarms outside of the days before breakdowns, and the weeks of running in which they came. */
  readonly falseAlarms: number;
  readonly quietWeeks: number;
  /** Share of these weeks in which an alarm was on. */
  readonly falseAlarmRate: number;
}

const rounded = (value: number) => Number(value.toPrecision(5));

/**
 * @param flags  one a row of the record, 1 = an alarm is on
 * @param tested  the first row that counts
 */
export function judged({ x, runs, breakdowns }: PumpRecord, flags: Uint8Array, tested: number): PumpFigures {
  const rows = x.rows - tested;
  const running = new Uint8Array(rows);
  for (const [from, to] of runs) if (to > tested) running.fill(1, Math.max(0, from - tested), to - tested);
  const [broken, before, worn] = [new Uint8Array(rows), new Uint8Array(rows), new Uint8Array(rows)];
  for (const each of breakdowns) {
    const at = each.broken - tested;
    broken[at] = 1;
    before.fill(1, Math.max(0, at - HORIZON), at);
    worn.fill(1, Math.max(0, each.announced === undefined ? at - HORIZON : each.announced - tested), at);
  }
  const given = flags.subarray(tested);
  const counted = (values: Uint8Array) => values.filter((_, i) => running[i] === 1);
  const counts = confusion(counted(worn), counted(given));
  const found = leadTime(broken, given, {
    horizon: HORIZON,
    ignore: Uint8Array.from(running, (runs, i) => (runs === 1 || broken[i] === 1 ? 0 : 1)),
  });
  const minutes = (steps: number) => (Number.isNaN(steps) ? null : steps * STEP_MINUTES);
  return {
    support: counts.tp + counts.fn,
    ...{ precision: rounded(precision(counts)), recall: rounded(recall(counts)), f1: rounded(f1(counts)) },
    ...{ breakdowns: found.failures, warned: found.warned },
    leadMinutes: Array.from(found.leads, minutes),
    onsetMinutes: breakdowns.map(({ announced, broken: at }) =>
      announced === undefined ? null : minutes(at - announced),
    ),
    falseAlarms: found.falseAlarms,
    quietWeeks: rounded(running.filter((runs, i) => runs === 1 && before[i] === 0).length / WEEK),
    falseAlarmRate: rounded(found.falseAlarmRate),
  };
}

/** Several records as one. */
export interface PumpSummary {
  readonly records: number;
  readonly breakdowns: number;
  readonly warned: number;
  /** Shortest, lower quartile, median, upper quartile and longest lead of those that were warned of. */
  readonly leadMinutes: readonly number[];
  readonly falseAlarms: number;
  readonly quietWeeks: number;
  readonly falseAlarmsAWeek: number;
  /** Means over the records. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function summaryOf(figures: readonly PumpFigures[]): PumpSummary {
  const sum = (pick: (of: PumpFigures) => number) => figures.reduce((total, of) => total + pick(of), 0);
  const mean = (pick: (of: PumpFigures) => number) => rounded(sum(pick) / figures.length);
  const leads = figures.flatMap(({ leadMinutes }) => leadMinutes.filter((lead) => lead !== null)).sort((a, b) => a - b);
  const quietWeeks = rounded(sum((of) => of.quietWeeks));
  const falseAlarms = sum((of) => of.falseAlarms);
  return {
    records: figures.length,
    breakdowns: sum((of) => of.breakdowns),
    warned: sum((of) => of.warned),
    leadMinutes:
      leads.length === 0 ? [] : [0, 0.25, 0.5, 0.75, 1].map((q) => leads[Math.round(q * (leads.length - 1))] as number),
    ...{ falseAlarms, quietWeeks, falseAlarmsAWeek: rounded(falseAlarms / quietWeeks) },
    ...{ precision: mean((of) => of.precision), recall: mean((of) => of.recall), f1: mean((of) => of.f1) },
  };
}
