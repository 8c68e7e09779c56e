import { ColumnError, stackRows } from "@telltale/core";
import type { Chart } from "../../chart.js";
import { figure, plotted } from "../../figures.js";
import { scatterHeight, scatterOption, thinnedByClass } from "../../results/scatter.js";
import type { Exploration } from "../exploration.js";
import { fisherCriterion } from "../separation.js";

const MOST_PAIRS = 6;
/** Columns that are tried with each other. */
const CANDIDATES = 14;
/** Two columns that say the same make a line, which tells nothing. */
const ALIKE = 0.995;

/**
 * Two columns against each other, anomalies in their own colour: pairs that are named, or the most telling ones, which are
 * those that part the classes best where labels are known (Fisher's criterion), and else those that go together most.
 *
 * @param given.pairs  names of two columns each
 * @throws ColumnError `COLUMN_MISSING` for a name that is no variable, `COLUMN_COUNT` where there are no two columns
 */
export function pairsChart(
  seen: Exploration,
  given: { readonly pairs?: readonly (readonly [string, string])[] } = {},
): Chart {
  const { findings, names, sample, anomalies } = seen;
  const labelled = findings.labels !== null && anomalies.x.rows > 0;
  const pairs = given.pairs?.map(([a, b]) => [placeOf(a, names), placeOf(b, names)] as const) ?? tellingPairs(seen);
  if (pairs.length === 0) {
    throw new ColumnError("COLUMN_COUNT", "a picture of pairs needs two columns of numbers that vary");
  }
  // Of a rare class the evenly drawn rows hold few; its own sample has more.
  const normal = Array.from(sample.labels.keys()).filter((i) => sample.labels[i] === 0);
  const { cols } = sample.x;
  const kept = normal.map((i) => ({ ...sample.x, data: sample.x.data.subarray(i * cols, (i + 1) * cols), rows: 1 }));
  const points = labelled ? stackRows([...(kept.length === 0 ? [] : [stackRows(kept)]), anomalies.x]) : sample.x;
  const labels = labelled ? new Uint8Array(points.rows).fill(1, points.rows - anomalies.x.rows) : undefined;
  const drawn = thinnedByClass(points, [...new Set(pairs.flat())], labels);
  const titles = pairs.map(([a, b]) => [names[a] as string, names[b] as string] as const);
  const columns = [...new Set(pairs.flat())];
  return {
    name: "pairs",
    title: pairs.length === 1 ? `${titles[0]?.[0]} and ${titles[0]?.[1]}` : "Pairs of columns",
    summary:
      `${titles.map(([a, b]) => `${a} and ${b}`).join("; ")}${labelled ? ", anomalies in their own colour" : ""}.` +
      `${given.pairs !== undefined ? "" : labelled ? " These pairs part the classes best." : " These pairs go together most: rows off the trend are unusual."}` +
      `${drawn.length < findings.rows ? ` ${figure(drawn.length)} of ${figure(findings.rows)} rows are drawn.` : ""}`,
    height: scatterHeight(pairs.length),
    data: [
      ...columns.map((j) => ({
        name: names[j] as string,
        values: drawn.map((i) => plotted(points.data[i * cols + j] as number)),
      })),
      ...(labels === undefined ? [] : [{ name: "label", values: drawn.map((i) => labels[i] as number) }]),
    ],
    option: scatterOption(
      points,
      drawn,
      pairs.map(([x, y], p) => ({ x, y, names: titles[p] as readonly [string, string] })),
      labels,
    ),
  };
}

/** The places of two columns each, the most telling pair first. */
export function tellingPairs(seen: Exploration): (readonly [number, number])[] {
  const { findings, names, variables, correlations, sample, anomalies } = seen;
  const n = names.length;
  const r = (a: number, b: number) => Math.abs(correlations[a * n + b] as number);
  if (findings.labels === null || anomalies.x.rows < 3) {
    return findings.correlations
      .filter(({ r: value }) => Math.abs(value) < ALIKE)
      .slice(0, MOST_PAIRS)
      .map(({ a, b }) => [names.indexOf(a), names.indexOf(b)] as const);
  }
  const separation = (j: number) => findings.columns[variables[j] as number]?.separation ?? 0;
  // Columns of two or three different values make lines of points; they are taken where there is nothing else.
  const many = (j: number) => (findings.columns[variables[j] as number]?.distinct ?? 1000) > 3;
  const usable = Array.from(names.keys());
  const candidates = (usable.filter(many).length < 2 ? usable : usable.filter(many))
    .sort((a, b) => separation(b) - separation(a) || a - b)
    .slice(0, CANDIDATES);
  const pairs = candidates.flatMap((a, k) =>
    candidates
      .slice(k + 1)
      .filter((b) => r(a, b) < ALIKE)
      .map((b) => ({ pair: [a, b] as const, apart: fisherCriterion(sample, anomalies, a, b) })),
  );
  const order = pairs.sort((one, two) => two.apart - one.apart);
  // One column in every picture would hide the others.
  const uses = new Map<number, number>();
  const kept: (readonly [number, number])[] = [];
  for (const { pair } of order) {
    if (kept.length === MOST_PAIRS) break;
    if (pair.some((j) => (uses.get(j) ?? 0) >= 3)) continue;
    kept.push(pair);
    for (const j of pair) uses.set(j, (uses.get(j) ?? 0) + 1);
  }
  return kept;
}

function placeOf(name: string, names: readonly string[]): number {
  const at = names.indexOf(name);
  if (at >= 0) return at;
  throw new ColumnError("COLUMN_MISSING", "there is no such column of numbers", {
    where: { column: name },
    remedy: `There are ${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`,
  });
}
