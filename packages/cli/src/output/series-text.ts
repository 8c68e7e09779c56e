import type { Evaluation, SeriesEvaluation, SeriesMeasures } from "@telltale/core";
import type { SeriesResult, TimeUnit } from "../evaluation/series-evaluation.js";
import type { Session } from "../session.js";
import { count, duration, grouped, number } from "./numbers.js";
import { printable } from "./printable.js";
import { textTable } from "./text-table.js";

const MEASURES: readonly (readonly [string, keyof SeriesMeasures, string])[] = [
  ["VUS-PR", "vusPr", "precision over all thresholds, a little early or late forgiven"],
  ["VUS-ROC", "vusRoc", "ranking, a little early or late forgiven"],
  ["affiliation precision", "affiliationPrecision", "how near alarms are to anomalies"],
  ["affiliation recall", "affiliationRecall", "how near anomalies are to alarms"],
  ["range precision", "rangePrecision", "share of an alarm that is anomalous, alarms alike"],
  ["range recall", "rangeRecall", "share of an anomaly that is flagged, anomalies alike"],
  ["event recall", "eventRecall", "anomalies that are hit at all"],
  ["composite F1", "compositeF1", "event recall with the precision of rows"],
  ["PA-F1 (inflated)", "pointAdjustedF1", "one hit counts as a whole anomaly: only against random"],
  ["NAB standard", "nabStandard", "early alarms, 100 is perfect, 0 silent"],
  ["NAB low FP", "nabLowFalsePositives", "the same, false alarms cost double"],
  ["NAB low FN", "nabLowFalseNegatives", "the same, misses cost double"],
];

/** Files that get a line of their own; `--json` has all of them. */
const MOST_FILES = 50;

/** The measures of series for people, each beside what random flags get. */
export function seriesText({ pooled, unit }: SeriesResult, session: Session): string {
  const { metrics, random, events, delay, lead, series, window } = pooled;
  const cell = (key: keyof SeriesMeasures, value: number | null): string =>
    value === null ? "undefined" : value.toFixed(key.startsWith("nab") ? 2 : 4);
  const rows = MEASURES.map(([name, key, meaning]) => [name, cell(key, metrics[key]), cell(key, random[key]), meaning]);
  const hit = `${grouped(events.detected)} of ${count(events.events, "anomaly", "anomalies")} hit`;
  const alarms = `${count(events.alarms, "alarm")}, ${grouped(events.falseAlarms)} of them touch no anomaly`;
  return [
    `as ${count(series, "series", "series")} in order of time; random: as many flags at random; fringe of VUS up to ${window} rows`,
    "",
    textTable(
      [["", "model", "random", ""].map((text) => session.bold(text)), ...rows],
      ["left", "right", "right", "left"],
    ),
    "",
    `${hit}${delayText(delay, unit)}; ${alarms}`,
    ...(lead === null ? [] : [leadText(lead, unit)]),
  ].join("\n");
}

function delayText({ mean, median, largest }: SeriesEvaluation["delay"], unit: TimeUnit): string {
  if (mean === null || median === null || largest === null) return "";
  const [a, b, c] = [mean, median, largest].map((time) => timeText(time, unit));
  return `, after ${a} on average, ${b} in the median, ${c} at most`;
}

function leadText(lead: NonNullable<SeriesEvaluation["lead"]>, unit: TimeUnit): string {
  const { failures, warned, mean, median, falseAlarmRate } = lead;
  const when =
    mean === null || median === null
      ? ""
      : `, ${timeText(mean, unit)} ahead on average, ${timeText(median, unit)} in the median`;
  return `${grouped(warned)} of ${grouped(failures)} announced within the horizon${when}; ${(100 * falseAlarmRate).toFixed(2)} % of the rows outside are flagged`;
}

/** A time in words. */
function timeText(time: number, unit: TimeUnit): string {
  if (unit === "seconds") return duration(time);
  return unit === "rows" ? count(Number(number(time)), "row") : number(time);
}

/** One line for each file, and their mean: a long file does not outvote a short one there. */
export function filesText(
  files: readonly { readonly file: string; readonly evaluation: Evaluation; readonly series?: SeriesEvaluation }[],
  session: Session,
): string {
  const withSeries = files.some(({ series }) => series !== undefined);
  const heading = ["file", "rows", "anomalies", "ROC-AUC", "AP", "F1", "false alarms", "missed"];
  const lines = files.slice(0, MOST_FILES).map(({ file, evaluation, series }) => {
    const { rocAuc, averagePrecision, f1, falseAlarmRate, missedAlarmRate } = evaluation.metrics;
    const shares = [rocAuc, averagePrecision, f1, falseAlarmRate, missedAlarmRate];
    return [
      printable(file),
      grouped(evaluation.rows),
      grouped(evaluation.anomalies),
      ...shares.map(short),
      ...(withSeries ? [short(series?.metrics.vusPr), series === undefined ? "" : hits(series)] : []),
    ];
  });
  const mean = (pick: (file: (typeof files)[number]) => number | null | undefined): string =>
    short(meanOf(files, pick));
  const last = [
    "mean of the files",
    "",
    "",
    mean(({ evaluation }) => evaluation.metrics.rocAuc),
    mean(({ evaluation }) => evaluation.metrics.averagePrecision),
    mean(({ evaluation }) => evaluation.metrics.f1),
    mean(({ evaluation }) => evaluation.metrics.falseAlarmRate),
    mean(({ evaluation }) => evaluation.metrics.missedAlarmRate),
    ...(withSeries ? [mean(({ series }) => series?.metrics.vusPr), ""] : []),
  ];
  const columns = withSeries ? [...heading, "VUS-PR", "hit"] : heading;
  const align = columns.map((_, j) => (j === 0 ? ("left" as const) : ("right" as const)));
  const more = files.length - MOST_FILES;
  return [
    textTable([columns.map((text) => session.bold(text)), ...lines, last], align),
    ...(more > 0 ? [`and ${grouped(more)} more files, which are in the mean; --json has all of them`] : []),
  ].join("\n");
}

/** Mean over the files that have the figure; `null` when none has. */
export function meanOf<T>(files: readonly T[], pick: (file: T) => number | null | undefined): number | null {
  const values = files.map(pick).filter((value) => value !== null && value !== undefined);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function hits({ events }: SeriesEvaluation): string {
  return `${grouped(events.detected)}/${grouped(events.events)}`;
}

function short(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(4);
}
