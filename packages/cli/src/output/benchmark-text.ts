import type { SuiteMeasure, SuiteResult, SuiteRow } from "@telltale/compare";
import type { Session } from "../session.js";
import { count, duration, listed } from "./numbers.js";
import { printable } from "./printable.js";
import { type Align, textTable } from "./text-table.js";

/** What the kinds of rows are called, in the order of the table. */
export const ROW_KINDS = [
  ["method", "published methods"],
  ["detector", "detectors"],
  ["control", "controls: what knows next to nothing still scores"],
] as const;

/** A benchmark's result for people: a table for each kind of rows, failures, and what has to be known. */
export function benchmarkText(result: SuiteResult, session: Session): string {
  const { title, provenance, notes, rows } = result;
  const shown = result.measures.filter(({ hidden }) => hidden !== true);
  const blocks = [session.bold(title)];
  // One table, so that the columns of the kinds stand below each other.
  const cells = [["", ...shown.map(heading), "fit", "score"]];
  const titles = new Map<number, string>();
  for (const [kind, words] of ROW_KINDS) {
    const own = sorted(
      rows.filter((row) => row.kind === kind),
      orderOf(shown),
    );
    if (own.length > 0) titles.set(cells.length, words);
    for (const row of own) cells.push(line(row, shown));
  }
  const align: Align[] = ["left", ...shown.map((): Align => "right"), "right", "right"];
  const lines = textTable(cells, align, 2).split("\n");
  blocks.push(
    lines.flatMap((text, i) => [...(titles.has(i) ? [session.bold(titles.get(i) as string)] : []), text]).join("\n"),
  );
  if (shown.some(({ oracle }) => oracle)) {
    blocks.push("* found with the labels of the rows it is measured on: an oracle, no result to expect in use");
  }
  const failed = rows.flatMap(failuresOf);
  if (failed.length > 0) blocks.push(["failures:", ...failed.map((text) => `  ${printable(text)}`)].join("\n"));
  if (notes.length > 0) blocks.push(notes.map((note) => `- ${note}`).join("\n"));
  const { data, versions } = provenance;
  blocks.push(`${count(data.length, "file")}, Telltale ${versions.telltale}, kernels ${versions.kernels}`);
  return blocks.join("\n\n");
}

/** What went wrong in a row: equal failures in one sentence. */
export function failuresOf({ name, failures, parts }: SuiteRow): string[] {
  const same = new Map<string, string[]>();
  for (const { part, code, message } of failures) {
    const text = `${message} (${code})`;
    same.set(text, [...(same.get(text) ?? []), part]);
  }
  return [...same].map(
    ([text, where]) => `${name} on ${where.length} of ${parts.length} (${listed(where, 3)}): ${text}`,
  );
}

/** The measure that orders a table: the first that is drawn. */
export function orderOf(measures: readonly SuiteMeasure[]): SuiteMeasure | undefined {
  return measures.find(({ drawn }) => drawn === true) ?? measures[0];
}

/** The best first; rows without the value last. */
export function sorted(rows: readonly SuiteRow[], by: SuiteMeasure | undefined): SuiteRow[] {
  if (by === undefined || by.better === "neither") return [...rows];
  const sign = by.better === "higher" ? -1 : 1;
  const worth = ({ measures }: SuiteRow) => measures[by.key] ?? -sign * Number.NEGATIVE_INFINITY;
  return [...rows].sort((a, b) => {
    const [va, vb] = [worth(a), worth(b)];
    return va === vb ? 0 : sign * (va - vb);
  });
}

export function heading({ title, oracle }: SuiteMeasure): string {
  return oracle ? `${title}*` : title;
}

/** A measure as text; a dash where there is none. */
export function shownValue(value: number | null | undefined, { digits }: SuiteMeasure): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}

function line(row: SuiteRow, shown: readonly SuiteMeasure[]): string[] {
  const values = shown.map((measure) => shownValue(row.measures[measure.key], measure));
  return [row.name, ...values, duration(row.seconds.fit), duration(row.seconds.score)];
}
