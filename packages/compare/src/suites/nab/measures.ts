import {
  eventScores,
  type NabFlags,
  type NabProfile,
  type NabScores,
  nabBestThreshold,
  nabScore,
} from "@telltale/core";
import type { Tally } from "../entry.js";
import type { Measures, SuiteMeasure } from "../suite.js";
import type { NabFile } from "./files.js";

/** What a row says about a series: comparable scores, and flags by its own limit. */
export interface NabDecision {
  readonly scores: Float64Array;
  readonly flags: Uint8Array;
}

const PROFILES: readonly (readonly [NabProfile, string, string])[] = [
  ["standard", "standard", "Standard"],
  ["lowFalsePositives", "low FP", "LowFalsePositives"],
  ["lowFalseNegatives", "low FN", "LowFalseNegatives"],
];

export const MEASURES: readonly SuiteMeasure[] = [
  ...PROFILES.map(
    ([profile, words, suffix]): SuiteMeasure => ({
      key: `nab${suffix}`,
      title: `NAB ${words}`,
      doc: `Score of the ${words} profile at the one limit of the whole corpus that is best for it, as the benchmark reports detectors.`,
      better: "higher",
      digits: 2,
      oracle: true,
      ...(profile === "standard" ? { drawn: true as const } : {}),
    }),
  ),
  {
    key: "nabOwnLimit",
    title: "own limit",
    doc: "Score of the standard profile at limits that each file's first rows give, without a look at the labels.",
    better: "higher",
    digits: 2,
    drawn: true,
  },
  {
    key: "windowsFound",
    title: "windows found",
    doc: "Anomaly windows with an alarm in them, of those outside the first rows, at the detector's own limits.",
    better: "higher",
    digits: 0,
  },
  {
    key: "alarmPrecision",
    title: "alarm precision",
    doc: "Alarms, as runs of flagged rows, that touch an anomaly window, among all, at the detector's own limits.",
    better: "higher",
    digits: 3,
  },
  { key: "windows", title: "windows", doc: "Windows that count.", better: "neither", digits: 0, hidden: true },
  {
    key: "falseAlarms",
    title: "false alarms",
    doc: "Flagged rows outside the windows, at the detector's own limits.",
    better: "neither",
    digits: 0,
    hidden: true,
  },
];

export class NabTally implements Tally<NabFile, NabDecision> {
  readonly #scores: NabScores[] = [];
  readonly #flags: NabFlags[] = [];
  readonly parts: { name: string; measures: Measures }[] = [];
  #alarms = 0;
  #falseAlarms = 0;

  add({ name, windows, probation }: NabFile, { scores, flags }: NabDecision): void {
    if (!scores.every((score) => !Number.isNaN(score))) throw new RangeError("a score is no number");
    const labels = new Uint8Array(scores.length);
    for (const { start, end } of windows) labels.fill(1, start, end);
    const counted = eventScores(labels.subarray(probation), flags.subarray(probation));
    this.#scores.push({ scores, windows });
    this.#flags.push({ flags, windows });
    this.#alarms += counted.alarms;
    this.#falseAlarms += counted.falseAlarms;
    const { events, detected, alarms, falseAlarms } = counted;
    this.parts.push({ name, measures: { events, detected, alarms, falseAlarms } });
  }

  measures(): Measures {
    if (this.parts.length === 0) return {};
    const best = PROFILES.map(([profile, , suffix]) => [
      `nab${suffix}`,
      nabBestThreshold(this.#scores, { profile }).score,
    ]);
    const own = nabScore(this.#flags);
    return {
      ...(Object.fromEntries(best) as Measures),
      nabOwnLimit: own.score,
      windowsFound: own.detected,
      windows: own.windows,
      falseAlarms: own.falseAlarms,
      alarmPrecision: this.#alarms === 0 ? 0 : (this.#alarms - this.#falseAlarms) / this.#alarms,
    };
  }
}
