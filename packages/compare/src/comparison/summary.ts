import { pairedBootstrap } from "../ranks/bootstrap.js";
import { friedmanTest } from "../ranks/friedman.js";
import { nemenyi } from "../ranks/nemenyi.js";
import { holm, signedRankTest } from "../ranks/wilcoxon.js";
import type { LabelledSet } from "./data-set.js";
import {
  type AgainstBest,
  type Comparison,
  type DetectorSummary,
  FIGURES,
  type Figures,
  type RankFigure,
  type RankSummary,
  type RunDone,
  type RunRow,
  type Spread,
} from "./result.js";

/** What is known of a detector before it runs. */
export type SubjectFacts = Pick<DetectorSummary, "detector" | "supervised" | "control" | "steps" | "threshold">;

type Summary = Pick<Comparison, "detectors" | "ranks" | "notes">;

/** Means, ranks and tests of what came of all runs. */
export function summarize(
  sets: readonly Pick<LabelledSet, "name">[],
  subjects: readonly SubjectFacts[],
  runs: readonly RunRow[],
  rankBy: RankFigure,
): Summary {
  const over = sets.length > 1 ? "sets" : "splits";
  const cells = subjects.map(({ detector }) =>
    unitsOf(
      runs.filter((run) => run.detector === detector),
      over,
    ),
  );
  const tried = subjects.map((_, d) =>
    runs.some((run) => run.detector === subjects[d]?.detector && run.status === "done"),
  );
  const ranked = subjects.map((_, d) => d).filter((d) => tried[d]);
  const table = rankTable(ranked, cells, rankBy);
  const ranks = rankSummary(ranked, subjects, table, rankBy, over);
  const detectors = subjects.map((facts, d) =>
    summaryOf(
      facts,
      runs.filter((run) => run.detector === facts.detector),
      cells[d] as Unit[],
      ranks.meanRanks.get(d) ?? null,
    ),
  );
  return {
    detectors: detectors.sort((a, b) => (a.meanRank ?? Infinity) - (b.meanRank ?? Infinity)),
    ranks: ranks.summary,
    notes: notesOn(detectors, table.length, over, rankBy),
  };
}

/** Figures of one detector on one set or split; `null` where it failed there. */
interface Unit {
  readonly name: string;
  readonly figures: Figures | null;
}

function unitsOf(runs: readonly RunRow[], over: RankSummary["over"]): Unit[] {
  const names = [...new Set(runs.map((run) => (over === "sets" ? run.set : run.split)))];
  return names.map((name) => {
    const own = runs.filter((run) => (over === "sets" ? run.set : run.split) === name);
    // A set on which one fold failed has no mean that could be compared with those of others.
    if (!own.every(isDone)) return { name, figures: null };
    const entries = FIGURES.map((key) => [key, spreadOf(own.map(({ figures }) => figures[key])).mean] as const);
    return { name, figures: Object.fromEntries(entries) as unknown as Figures };
  });
}

function isDone(run: RunRow): run is RunDone {
  return run.status === "done";
}

/** Units in which the figure is defined for somebody × ranked detectors. */
function rankTable(ranked: readonly number[], cells: readonly (readonly Unit[])[], figure: RankFigure) {
  const units = cells[0]?.length ?? 0;
  const rows = Array.from({ length: units }, (_, u) => ranked.map((d) => cells[d]?.[u]?.figures?.[figure] ?? null));
  return rows.filter((row) => row.some((value) => value !== null));
}

function rankSummary(
  ranked: readonly number[],
  subjects: readonly SubjectFacts[],
  table: readonly (readonly (number | null)[])[],
  figure: RankFigure,
  over: RankSummary["over"],
): { readonly meanRanks: Map<number, number>; readonly summary: RankSummary } {
  const count = table.length;
  const none = { criticalDifference: null, groups: [], friedman: null, againstBest: [] };
  if (count === 0 || ranked.length < 2) {
    return { meanRanks: new Map(), summary: { figure, over, count, ...none } };
  }
  const found = nemenyi(table);
  const meanRanks = new Map(ranked.map((d, j) => [d, found.meanRanks[j] as number]));
  const name = (j: number) => subjects[ranked[j] as number]?.detector as string;
  const friedman = count >= 2 && ranked.length >= 3 ? friedmanTest(table) : undefined;
  const summary: RankSummary = {
    figure,
    over,
    count,
    criticalDifference: found.criticalDifference,
    groups: found.groups.map((group) => group.map(name)),
    friedman: friedman === undefined ? null : { statistic: friedman.statistic, pValue: friedman.pValue },
    againstBest: againstBest(table, found.meanRanks, name),
  };
  return { meanRanks, summary };
}

/** Every detector that has a figure in every unit that the best one has, beside the best one. */
function againstBest(
  table: readonly (readonly (number | null)[])[],
  meanRanks: readonly number[],
  name: (j: number) => string,
): AgainstBest[] {
  const best = meanRanks.indexOf(Math.min(...meanRanks));
  const rows = table.filter((row) => row[best] !== null);
  const others = meanRanks
    .map((_, j) => j)
    .filter((j) => j !== best && rows.length > 0 && rows.every((row) => row[j] !== null));
  const theirs = rows.map((row) => row[best] as number);
  const found = others.map((j) => {
    const own = rows.map((row) => row[j] as number);
    const { meanDifference, lower, upper, wins, losses, ties } = pairedBootstrap(own, theirs);
    const { pValue } = signedRankTest(own, theirs);
    return { detector: name(j), best: name(best), meanDifference, lower, upper, wins, losses, ties, pValue };
  });
  const adjusted = holm(found.map(({ pValue }) => pValue));
  return found.map((each, i) => ({ ...each, adjustedPValue: adjusted[i] as number }));
}

function summaryOf(
  facts: SubjectFacts,
  runs: readonly RunRow[],
  units: readonly Unit[],
  meanRank: number | null,
): DetectorSummary {
  const done = runs.filter(isDone);
  const figures = Object.fromEntries(
    FIGURES.map((key) => [key, spreadOf(units.map((unit) => unit.figures?.[key] ?? null))]),
  ) as unknown as DetectorSummary["figures"];
  return { ...facts, figures, meanRank, runs: runs.length, failures: runs.length - done.length, cost: costOf(done) };
}

function costOf(runs: readonly RunDone[]): DetectorSummary["cost"] {
  if (runs.length === 0) return null;
  const sum = (value: (run: RunDone) => number) => runs.reduce((total, run) => total + value(run), 0);
  const scoring = sum(({ cost }) => cost.scoreSeconds);
  return {
    fitSeconds: sum(({ cost }) => cost.fitSeconds) / runs.length,
    scoreSeconds: scoring / runs.length,
    rowsPerSecond: sum(({ rows }) => rows) / Math.max(scoring, 1e-9),
    memoryBytes: Math.max(...runs.map(({ cost }) => cost.memoryBytes)),
  };
}

/** Mean and deviation of the values that are there. */
function spreadOf(values: readonly (number | null)[]): Spread {
  const there = values.filter((value) => value !== null);
  if (there.length === 0) return { mean: null, deviation: null, count: 0 };
  const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
  const squares = there.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: there.length < 2 ? null : Math.sqrt(squares / (there.length - 1)),
    count: there.length,
  };
}

function notesOn(
  detectors: readonly DetectorSummary[],
  count: number,
  over: RankSummary["over"],
  rankBy: RankFigure,
): string[] {
  const notes: string[] = ["oracleF1 takes the best threshold for the very test labels: an upper limit, no result"];
  const learned = detectors.filter(({ supervised }) => supervised).map(({ detector }) => detector);
  if (learned.length > 0) {
    notes.push(`${learned.join(", ")}: learned from the labels of the training rows, which the others did not see`);
  }
  if (over === "splits") {
    notes.push(
      "ranks are over the splits of one set, which share training rows: their critical difference is a lower bound",
    );
  }
  const chance = detectors.find(({ detector }) => detector === "random")?.figures[rankBy].mean ?? null;
  const below = detectors.filter(({ control, figures }) => {
    const mean = figures[rankBy].mean;
    return !control && chance !== null && mean !== null && mean <= chance;
  });
  if (below.length > 0) {
    notes.push(`no better than random scores by ${rankBy}: ${below.map(({ detector }) => detector).join(", ")}`);
  }
  if (count === 0) notes.push(`${rankBy} is undefined on every split, so there are no ranks`);
  return notes;
}
