import {
  averagePrecision,
  type ChangePointSeries,
  type Confusion,
  ConfusionCounter,
  changePointScore,
  f1,
  falseAlarmRate,
  missedAlarmRate,
  vusPr,
} from "@telltale/core";
import type { Tally } from "../entry.js";
import type { Measures, SuiteMeasure } from "../suite.js";
import { changePointsOf, type Decision } from "./decision.js";
import type { SkabFile } from "./files.js";

/** Seconds after a change in which an alarm finds it. */
const CHANGE_SECONDS = 60;
/** Largest fringe around an anomaly, in rows, of VUS-PR. */
const FRINGE = 60;

const PROFILES = ["standard", "lowFalsePositives", "lowFalseNegatives"] as const;

export const MEASURES: readonly SuiteMeasure[] = [
  {
    key: "f1",
    title: "F1",
    doc: "F1 of the rows of all files together, by the published rule of the method.",
    better: "higher",
    digits: 3,
  },
  {
    key: "f1Throughout",
    title: "F1 no edges",
    doc: "F1 by the same rule where it does not stop short of the edges of a file: the figure to compare by.",
    better: "higher",
    digits: 3,
    drawn: true,
  },
  {
    key: "f1Plain",
    title: "F1 rows",
    doc: "F1 where the score of a row alone is above the limit, as an alarm at that moment has it.",
    better: "higher",
    digits: 3,
  },
  { key: "far", title: "FAR %", doc: "False alarms among normal rows, in %.", better: "lower", digits: 2 },
  { key: "mar", title: "MAR %", doc: "Anomalous rows that were missed, in %.", better: "lower", digits: 2 },
  {
    key: "averagePrecision",
    title: "AP",
    doc: "Average precision of the scores, mean over the files; no rule and no limit in it.",
    better: "higher",
    digits: 3,
    drawn: true,
  },
  {
    key: "vusPr",
    title: "VUS-PR",
    doc: `Volume under the precision–recall surface, fringes up to ${FRINGE} rows, mean over the files.`,
    better: "higher",
    digits: 3,
  },
  {
    key: "nab",
    title: "NAB",
    doc: "The benchmark's score of change points, standard profile; an alarm in every 60th row has 66.5, so read it with the alarm precision.",
    better: "higher",
    digits: 2,
    drawn: true,
  },
  {
    key: "alarmPrecision",
    title: "alarm precision",
    doc: "Alarms of a change within 60 seconds after one, among all alarms.",
    better: "higher",
    digits: 3,
  },
  ...(
    [
      ["nabLowFalsePositives", "NAB low FP", 2],
      ["nabLowFalseNegatives", "NAB low FN", 2],
      ["changePoints", "change points", 0],
      ["changePointsFound", "found", 0],
      ["alarms", "false alarms", 0],
      ["tp", "TP", 0],
      ["tn", "TN", 0],
      ["fp", "FP", 0],
      ["fn", "FN", 0],
    ] as const
  ).map(([key, title, digits]): SuiteMeasure => {
    return { key, title, digits, doc: `${title}, over all files.`, better: "neither", hidden: true };
  }),
];

/** What the decisions about all files are worth. */
export class SkabTally implements Tally<SkabFile, Decision> {
  readonly #pooled = new ConfusionCounter();
  readonly #throughout = new ConfusionCounter();
  readonly #plain = new ConfusionCounter();
  readonly #changes: ChangePointSeries[] = [];
  readonly parts: { name: string; measures: Measures }[] = [];

  /** @throws DataError for scores that are no numbers */
  add({ name, anomaly, changepoint, times }: SkabFile, decision: Decision): void {
    const { scores, flags, throughout = flags, plain = flags } = decision;
    const own = new ConfusionCounter();
    own.add(anomaly, flags);
    const measures = {
      ...rates(own.counts()),
      averagePrecision: averagePrecision(anomaly, scores),
      vusPr: vusPr(anomaly, scores, { window: FRINGE }),
    };
    this.#pooled.add(anomaly, flags);
    this.#throughout.add(anomaly, throughout);
    this.#plain.add(anomaly, plain);
    this.#changes.push({ labels: changepoint, flags: changePointsOf(decision), times });
    this.parts.push({ name, measures });
  }

  measures(): Measures {
    if (this.parts.length === 0) return {};
    const mean = (key: string) =>
      this.parts.reduce((sum, { measures }) => sum + (measures[key] as number), 0) / this.parts.length;
    const [standard, lowFalsePositives, lowFalseNegatives] = PROFILES.map((profile) =>
      changePointScore(this.#changes, { width: CHANGE_SECONDS, profile }),
    ) as [
      ReturnType<typeof changePointScore>,
      ReturnType<typeof changePointScore>,
      ReturnType<typeof changePointScore>,
    ];
    return {
      ...rates(this.#pooled.counts()),
      f1Throughout: f1(this.#throughout.counts()),
      f1Plain: f1(this.#plain.counts()),
      averagePrecision: mean("averagePrecision"),
      vusPr: mean("vusPr"),
      nab: standard.score,
      nabLowFalsePositives: lowFalsePositives.score,
      nabLowFalseNegatives: lowFalseNegatives.score,
      alarmPrecision: standard.alarmPrecision,
      changePoints: standard.changePoints,
      changePointsFound: standard.detected,
      alarms: standard.falseAlarms,
    };
  }
}

function rates(counts: Confusion): Measures {
  return {
    f1: f1(counts),
    far: 100 * falseAlarmRate(counts),
    mar: 100 * missedAlarmRate(counts),
    ...counts,
  };
}
