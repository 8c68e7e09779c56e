import type { ColumnFindings, Findings } from "@telltale/report";
import type { Session } from "../session.js";
import { count, number, percent } from "./numbers.js";
import { printable } from "./printable.js";
import { textTable } from "./text-table.js";

/** Columns in a terminal; a page has them all. */
const MOST_COLUMNS = 60;
const NAME = 28;

/** What was found, for a terminal: the columns in a table, the classes, the times, then what may be wrong. */
export function findingsText(findings: Findings, session: Session): string {
  const { rows, files, columns, labels, time, warnings, sampled } = findings;
  const shown = columns.slice(0, MOST_COLUMNS);
  const heading = ["column", "type", "missing", "different", "mean", "std. dev.", "min", "median", "max"];
  const table = [heading.map((text) => session.bold(text)), ...shown.map(line)];
  const more = columns.length - shown.length;
  return [
    `${count(rows, "row")} of ${count(files, "file")}, ${count(columns.length, "column")}`,
    "",
    textTable(table, ["left", "left", ...heading.slice(2).map(() => "right" as const)]),
    ...(more > 0 ? [`and ${count(more, "other column")}; --report shows more, --json all of them`] : []),
    ...(sampled < rows ? [`(medians of ${count(sampled, "row")} drawn evenly)`] : []),
    "",
    ...(labels === null
      ? []
      : [
          `${printable(labels.column)}: ${count(labels.anomalies, "anomaly", "anomalies")} (${percent(labels.share)}) in ${count(labels.episodes, "episode")}, the longest of ${count(labels.longest, "row")}`,
        ]),
    ...(time === null ? [] : [timeLine(findings)]),
    ...(labels === null && time === null ? [] : [""]),
    ...(warnings.length === 0 ? ["Nothing stands out."] : [session.bold("What stands out")]),
    ...warnings.map(({ text }) => `- ${printable(text)}`),
  ].join("\n");
}

const TYPES: Readonly<Record<ColumnFindings["type"], string>> = {
  float64: "numbers",
  boolean: "yes or no",
  string: "text",
  timestamp: "times",
};

function line(column: ColumnFindings): string[] {
  const { name, type, role, missing, missingShare, distinct, mean, standardDeviation, min, median, max } = column;
  const figure = (value: number | null) => (value === null ? "" : number(Number(value.toPrecision(4))));
  const safe = printable(name);
  return [
    safe.length > NAME ? `${safe.slice(0, NAME - 1)}…` : safe,
    role === "time" || role === "label" ? `${TYPES[type]} (${role})` : TYPES[type],
    missing === 0 ? "" : percent(missingShare),
    distinct === null ? "many" : String(distinct),
    ...[mean, standardDeviation, min, median, max].map(figure),
  ];
}

function timeLine({ time }: Findings): string {
  if (time === null) return "";
  const { column, unit, first, last, gapCount } = time;
  const instant = (at: number | null) => {
    if (at === null) return "?";
    return unit === "milliseconds" && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : number(at);
  };
  return `${printable(column)}: from ${instant(first)} to ${instant(last)}, ${gapCount === 0 ? "without a gap" : count(gapCount, "gap")}`;
}
