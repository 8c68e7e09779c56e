import type { SeriesReport } from "../preparation/prepared-series.js";
import { count, grouped, listed } from "./numbers.js";

/** A column that is not in the output, and why. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

interface PreparedResult {
  readonly out: string;
  readonly files: readonly SeriesReport[];
  readonly columns: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly labels?: {
    readonly column: string | undefined;
    readonly normal: readonly string[];
    readonly anomalous: readonly string[];
  };
  readonly scale: string | null;
  readonly fill: string | null;
  readonly trainRows?: number;
  readonly saved?: string;
}

/** What was done, for people. */
export function preparedText(result: PreparedResult): string {
  const { files, columns, leftOut, labels, scale, fill, trainRows, saved } = result;
  const sum = (key: { [K in keyof SeriesReport]: SeriesReport[K] extends number ? K : never }[keyof SeriesReport]) =>
    files.reduce((total, file) => total + file[key], 0);
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  const lines = [
    `telltale: ${count(sum("rowsRead"), "row")} of ${count(files.length, "file")} → ${count(sum("rowsWritten"), "row")}, ${count(columns.length, "column")} in ${result.out}`,
    ...reasons.map((reason) => {
      const names = leftOut.filter(({ why }) => why === reason).map(({ name }) => name);
      return `  left out (${reason}): ${listed(names)}`;
    }),
    ...told(sum("withoutTime"), "row without a time, left out", "rows without a time, left out"),
    ...told(sum("empty"), "row without any value, left out", "rows without any value, left out"),
    ...told(sum("duplicates"), "row that repeats another, left out", "rows that repeat others, left out"),
    ...told(sum("moved"), "row out of order, moved", "rows out of order, moved"),
    ...told(
      sum("gaps"),
      "step without a reading",
      `steps without a reading, at most ${Math.max(0, ...files.map((file) => file.longestGap))} in a row`,
    ),
    ...told(sum("filled"), `missing value filled in (${fill})`, `missing values filled in (${fill})`),
    ...told(sum("droppedMissing"), "row with a missing value, left out", "rows with missing values, left out"),
    ...told(sum("missingLeft"), "missing value left", "missing values left"),
    ...(scale === null
      ? []
      : [`  scaled: ${scale}${trainRows === undefined ? "" : `, as ${count(trainRows, "training row")} have it`}`]),
    ...(labels === undefined
      ? []
      : [
          `  labels in "${labels.column}": ${listed(labels.normal) || "none"} = 0, ${listed(labels.anomalous) || "none"} = 1`,
        ]),
    ...(saved === undefined ? [] : [`  what was learned is in ${saved}; --apply uses it again`]),
  ];
  return lines.join("\n");
}

function told(value: number, one: string, many: string): string[] {
  return value === 0 ? [] : [`  ${grouped(value)} ${value === 1 ? one : many}`];
}
