import type { Comparison, DetectorSummary, Figures, RankFigure, Spread } from "@telltale/compare";
import type { Session } from "../session.js";
import { bytes, count, duration, grouped, percent } from "./numbers.js";
import { printable } from "./printable.js";
import { type Align, textTable } from "./text-table.js";

export const FIGURE_NAMES: Readonly<Record<keyof Figures, string>> = {
  rocAuc: "ROC-AUC",
  averagePrecision: "AP",
  f1: "F1",
  precision: "precision",
  recall: "recall",
  falseAlarmRate: "false alarms",
  precisionAtN: "P@n",
  oracleF1: "best F1*",
  vusPr: "VUS-PR",
  eventF1: "event F1",
};

const SHOWN = ["rocAuc", "averagePrecision", "f1", "vusPr", "eventF1", "oracleF1"] as const;

/** A comparison for people: what was done, a table with the best detector first, and what has to be known. */
export function comparisonText(comparison: Comparison, session: Session): string {
  const { detectors, ranks, notes, provenance } = comparison;
  const shown = shownFigures(detectors);
  const letters = groupLetters(comparison);
  const head = ["", ...shown.map((key) => FIGURE_NAMES[key]), "rank", ...(letters.size > 0 ? ["group"] : [])];
  const cells = detectors.map((detector) => [
    nameOf(detector),
    ...shown.map((key) => spread(detector.figures[key])),
    detector.meanRank === null ? "–" : detector.meanRank.toFixed(2),
    ...(letters.size > 0 ? [letters.get(detector.detector) ?? ""] : []),
    ...costCells(detector),
  ]);
  const titles = [...head, "fit", "score", "rows/s", "memory"].map((text) => session.bold(text));
  const align: Align[] = head.map((title, i) => (i === 0 || title === "group" ? "left" : "right"));
  const table = textTable([titles, ...cells], [...align, "right", "right", "right", "right"]);
  return [
    setsText(comparison),
    "",
    table,
    "",
    ...rankText(ranks, detectors),
    ...scaledText(detectors),
    "† learned from labels    ‡ control    * threshold found with the test labels: an upper limit, no result",
    ...notes.filter((note) => !note.startsWith("oracleF1")).map((note) => `note: ${printable(note)}`),
    `Telltale ${provenance.versions.telltale}, kernels ${provenance.versions.kernels}; means ± deviation over ${ranks.over}`,
  ].join("\n");
}

/** Figures that somebody has. */
export function shownFigures(detectors: readonly DetectorSummary[]): (keyof Figures)[] {
  return SHOWN.filter((key) => detectors.some(({ figures }) => figures[key].mean !== null));
}

/** Letters of the groups that each detector is in: those that share one are not told apart. */
function groupLetters({ ranks }: Pick<Comparison, "ranks">): Map<string, string> {
  const letters = new Map<string, string>();
  ranks.groups.forEach((group, i) => {
    const letter = String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26));
    for (const detector of group) letters.set(detector, (letters.get(detector) ?? "") + letter);
  });
  return letters;
}

/** What ranks are made from, in words. */
export function rankWords(figure: RankFigure): string {
  return figure === "averagePrecision" ? "average precision" : FIGURE_NAMES[figure];
}

function nameOf({ detector, supervised, control }: DetectorSummary): string {
  return `${detector}${supervised ? " †" : ""}${control ? " ‡" : ""}`;
}

function spread({ mean, deviation }: Spread): string {
  if (mean === null) return "–";
  return deviation === null ? mean.toFixed(3) : `${mean.toFixed(3)} ±${deviation.toFixed(3).replace(/^0/, "")}`;
}

function costCells({ cost, failures, runs }: DetectorSummary): string[] {
  if (cost === null) return ["failed", "", "", ""];
  return [
    short(cost.fitSeconds),
    short(cost.scoreSeconds),
    grouped(Number(cost.rowsPerSecond.toPrecision(3))),
    `${bytes(cost.memoryBytes)}${failures > 0 ? `, failed ${failures}/${runs}` : ""}`,
  ];
}

/** `1.2 ms`, `0.35 s`. */
function short(seconds: number): string {
  return seconds < 0.1 ? `${(1000 * seconds).toFixed(seconds < 0.01 ? 1 : 0)} ms` : duration(seconds);
}

const SPLITS = {
  stratified: "stratified folds",
  forward: "folds forward in time",
  blocked: "blocks of rows",
  groups: "groups left out",
};

function setsText({ sets, settings }: Comparison): string {
  const rows = sets.reduce((sum, set) => sum + set.rows, 0);
  const anomalies = sets.reduce((sum, set) => sum + set.anomalies, 0);
  const splits = sets[0]?.splits.length ?? 0;
  const each = sets.length > 1 ? ` of each of ${sets.length} sets` : "";
  const trained =
    settings.trainOn === "all" ? "trained on all other rows, anomalies and all" : "trained on normal rows";
  return `${count(rows, "row")}, ${count(anomalies, "anomaly", "anomalies")} (${percent(anomalies / rows)}); ${splits} ${SPLITS[settings.splitting.kind]}${each}; ${trained}`;
}

function rankText(ranks: Comparison["ranks"], detectors: readonly DetectorSummary[]): string[] {
  const { criticalDifference, figure, over, count: units, friedman } = ranks;
  if (criticalDifference === null) return [];
  const test = friedman === null ? "" : `; Friedman p = ${friedman.pValue.toPrecision(2)}`;
  const best = detectors[0]?.detector ?? "";
  const told = ranks.againstBest.filter(({ upper, adjustedPValue }) => upper < 0 && adjustedPValue < 0.05).length;
  return [
    `ranks by ${rankWords(figure)} over ${units} ${over}; mean ranks ${criticalDifference.toFixed(2)} apart differ (Nemenyi, α = .05), those that share a letter do not${test}`,
    // The least p-value of n pairs is 2^(1 − n), and Holm's correction multiplies it by the number of tests.
    ...(2 ** (1 - units) * ranks.againstBest.length < 0.05
      ? [`${best} beats ${told} of ${ranks.againstBest.length} others by the signed-rank test (Holm, α = .05)`]
      : []),
  ];
}

function scaledText(detectors: readonly DetectorSummary[]): string[] {
  const scaled = detectors.filter(({ steps }) => steps.some((step) => step.startsWith("scale:")));
  if (scaled.length === 0) return [];
  if (scaled.length === detectors.length) return [`columns scaled for every detector: ${scaled[0]?.steps.at(-1)}`];
  return [`columns standardised for ${scaled.map(({ detector }) => detector).join(", ")}`];
}
