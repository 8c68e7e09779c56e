import { DataError } from "../../errors.js";
import { checkSameRows, checkSomeRows } from "../inputs.js";
import type { ClassificationReport, ClassReport } from "./classification-report.js";

/** Precision, recall, F1 and support of any number of classes. */
export interface MulticlassReport {
  /** Names of the classes, sorted: numbers by value, then texts. */
  readonly classes: readonly string[];
  /** One for each class, in that order. */
  readonly reports: readonly ClassReport[];
  /** Plain mean over the classes. */
  readonly macro: ClassReport;
  /** Mean over the classes weighted by support. */
  readonly weighted: ClassReport;
  /** Share of the rows whose class is right. */
  readonly accuracy: number;
  /** `confusion[i][j]`: rows of class i that were said to be of class j. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * The classification report of any number of classes, named by numbers or texts; a class counts when it occurs on either
 * side. 0 / 0 is 0, as scikit-learn's `classification_report(zero_division=0)`.
 *
 * @param truth  n classes
 * @param predicted  n classes
 * @throws {@link ShapeError} `SHAPE_MISMATCH`, `SHAPE_EMPTY` · {@link DataError} `DATA_LABEL` for a class that is neither a
 *   finite number nor a text
 * @example
 * ```ts
 * import { multiclassReport } from "@telltale/core";
 * const { classes, confusion, accuracy } = multiclassReport(["leak", "ok", "ok"], ["leak", "leak", "ok"]);
 * console.log(classes, accuracy.toFixed(3)); // ["leak", "ok"] 0.667
 * console.log(confusion); // [[1, 0], [1, 1]]
 * ```
 */
export function multiclassReport(
  truth: ArrayLike<number | string>,
  predicted: ArrayLike<number | string>,
): MulticlassReport {
  checkSameRows(truth as ArrayLike<number>, { predictions: predicted as ArrayLike<number> });
  checkSomeRows(truth.length, "a classification report");
  const names = new Set<number | string>();
  for (const values of [truth, predicted]) {
    for (let i = 0; i < values.length; i++) names.add(checked(values[i], i));
  }
  const sorted = [...names].sort(byValue);
  const position = new Map(sorted.map((name, k) => [name, k]));
  const confusion = sorted.map(() => new Array<number>(sorted.length).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = confusion[position.get(truth[i] as number | string) as number] as number[];
    const column = position.get(predicted[i] as number | string) as number;
    row[column] = (row[column] as number) + 1;
  }
  let right = 0;
  const reports = sorted.map((_, k): ClassReport => {
    const hits = confusion[k]?.[k] as number;
    right += hits;
    const support = (confusion[k] as number[]).reduce((a, b) => a + b, 0);
    const said = confusion.reduce((sum, row) => sum + (row[k] as number), 0);
    const [precision, recall] = [said === 0 ? 0 : hits / said, support === 0 ? 0 : hits / support];
    return { precision, recall, f1: said + support === 0 ? 0 : (2 * hits) / (said + support), support };
  });
  return {
    classes: sorted.map(String),
    reports,
    macro: mean(reports, () => 1),
    weighted: mean(reports, ({ support }) => support),
    accuracy: right / truth.length,
    confusion,
  };
}

function mean(reports: readonly ClassReport[], weight: (report: ClassReport) => number): ClassReport {
  const total = reports.reduce((sum, report) => sum + weight(report), 0);
  const over = (pick: (report: ClassReport) => number): number =>
    reports.reduce((sum, report) => sum + weight(report) * pick(report), 0) / total;
  return {
    precision: over(({ precision }) => precision),
    recall: over(({ recall }) => recall),
    f1: over(({ f1 }) => f1),
    support: reports.reduce((sum, { support }) => sum + support, 0),
  };
}

function checked(value: unknown, i: number): number | string {
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value)))
    return value === 0 ? 0 : value;
  throw new DataError("DATA_LABEL", `a class is a finite number or a text; found ${String(value)}`, {
    where: { row: i + 1 },
    remedy: "Leave out the rows without a class",
  });
}

function byValue(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How a report is printed. */
export interface ReportTextOptions {
  /** Digits after the point. Default 2. */
  readonly digits?: number;
  /** Names for the classes 0 and 1 of a {@link ClassificationReport}. Default `0` and `1`. */
  readonly names?: readonly [string, string];
}

/**
 * A classification report as text, in the layout that scikit-learn prints, rounded half to even.
 *
 * @example
 * ```ts
 * import { classificationReport, reportText } from "@telltale/core";
 * const lines = reportText(classificationReport([0, 0, 1, 1], [0, 1, 1, 1])).split("\n");
 * console.log(lines[3]?.trim().split(/ +/).join(" ")); // 1 0.67 1.00 0.80 2
 * ```
 */
export function reportText(report: ClassificationReport | MulticlassReport, options: ReportTextOptions = {}): string {
  const { digits = 2, names = ["0", "1"] } = options;
  const multi = "classes" in report;
  const lines: [string, ClassReport][] = multi
    ? report.classes.map((name, k) => [name, report.reports[k] as ClassReport])
    : [
        [names[0], report["0"]],
        [names[1], report["1"]],
      ];
  const width = Math.max(...lines.map(([name]) => [...name].length), "weighted avg".length, digits);
  const cells = (name: string, figures: readonly string[], support: number): string =>
    [`${name.padStart(width)} `, ...figures.map((text) => text.padStart(9)), String(support).padStart(9)].join(" ");
  const line = ([name, { precision, recall, f1, support }]: [string, ClassReport]): string =>
    cells(
      name,
      [precision, recall, f1].map((value) => roundedHalfEven(value, digits)),
      support,
    );
  const accuracy = multi ? report.accuracy : accuracyOf(report);
  const rows = report.macro.support;
  return [
    [" ".repeat(width + 1), ...["precision", "recall", "f1-score", "support"].map((text) => text.padStart(9))].join(
      " ",
    ),
    "",
    ...lines.map(line),
    "",
    cells("accuracy", ["", "", roundedHalfEven(accuracy, digits)], rows),
    line(["macro avg", report.macro]),
    line(["weighted avg", report.weighted]),
    "",
  ].join("\n");
}

/** The weighted mean of the recalls is the share of rows that are right. */
function accuracyOf(report: ClassificationReport): number {
  const rows = report.macro.support;
  const right =
    Math.round(report["0"].recall * report["0"].support) + Math.round(report["1"].recall * report["1"].support);
  return rows === 0 ? 0 : right / rows;
}

/** As `toFixed`, but a value exactly half-way goes to the even neighbour, as in Python: 0.125 → 0.12. */
function roundedHalfEven(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const doubled = value * 2 ** (digits + 1);
  // A binary fraction lies half-way between decimals of d digits if, and only if, it is an odd multiple of 2^-(d + 1).
  if (!Number.isInteger(doubled) || doubled % 2 === 0) return text;
  const last = Number(text.at(-1));
  return last % 2 === 0 ? text : (value - 10 ** -digits / 2).toFixed(digits);
}
