import { DataError, type ErrorPlace } from "@telltale/core";
import { type Column, MISSING_BOOLEAN } from "./table.js";

export interface LabelOptions {
  /** The value or values that mean *normal*; every other one is then an anomaly. Compared as text, ignoring case. */
  readonly normal?: string | readonly string[] | undefined;
}

/** How the values of a label column were understood, so that it can be shown to the user. */
export interface LabelMeaning {
  readonly normal: readonly string[];
  readonly anomalous: readonly string[];
}

export interface LabelReader {
  /**
   * Labels of a column: 0 is normal, 1 is an anomaly.
   *
   * @param place  file and number of the column's first row, for error texts
   * @throws DataError `DATA_LABEL` for a missing label, or a number that is neither 0 nor 1
   */
  read(column: Column, place?: ErrorPlace): Uint8Array;
  /** What was taken for what, so far. */
  meaning(): LabelMeaning;
  /**
   * To be called after the last row.
   *
   * @throws DataError `DATA_LABEL` when names were read and none of them is known, so that all would be anomalies
   */
  finish(file?: string): void;
}

const NORMAL = new Set("normal ok healthy good benign nominal inlier 0 false no none".split(" "));
const ANOMALOUS = new Set(
  (
    "anomaly anomalous abnormal outlier attack malicious fault faulty failure failed fail broken recovering bad defect " +
    "defective error alarm novelty 1 true yes"
  ).split(" "),
);

/**
 * Reads labels: 0 and 1 (also 0.0 and 1.0), truth values, or names. Without `normal`, the names normal, ok, healthy,
 * good, benign, nominal, inlier, no, none, 0 and false (in any case) mean 0, and every other name means 1, as long as at least
 * one name of the column is a known one.
 */
export function labelReader(options: LabelOptions = {}): LabelReader {
  const chosen = options.normal === undefined ? undefined : new Set([options.normal].flat().map(canonical));
  const taken = new Map<string, 0 | 1>();
  let known = false;

  function ofText(text: string): 0 | 1 {
    const before = taken.get(text);
    if (before !== undefined) return before;
    const name = canonical(text);
    const normal = (chosen ?? NORMAL).has(name);
    known ||= chosen !== undefined || normal || ANOMALOUS.has(name);
    const label = normal ? 0 : 1;
    taken.set(text, label);
    return label;
  }

  function ofNumber(value: number, where: () => ErrorPlace): 0 | 1 {
    if (chosen === undefined && value !== 0 && value !== 1) {
      throw new DataError("DATA_LABEL", `a label must be 0 or 1; found ${value}`, {
        where: where(),
        remedy: "Say which value means normal (normal: …); every other one is then an anomaly",
      });
    }
    return ofText(String(value));
  }

  return {
    read(column, place = {}) {
      const first = place.row ?? 1;
      const out = new Uint8Array(column.values.length);
      for (let i = 0; i < out.length; i++) {
        const where = () => ({ ...place, row: first + i, column: column.name });
        const value = column.values[i];
        if (value === null || value === undefined || Number.isNaN(value) || isMissingBoolean(column, i)) {
          throw new DataError("DATA_LABEL", "the label is missing", {
            where: where(),
            remedy: "Fill in the label or leave the row out",
          });
        }
        if (column.type === "timestamp") {
          throw new DataError("DATA_LABEL", "a label must be 0 or 1, a truth value or a name; found a time", {
            where: where(),
            remedy: "Name another column as the label",
          });
        }
        if (column.type === "boolean") out[i] = ofText(value === 1 ? "true" : "false");
        else out[i] = typeof value === "number" ? ofNumber(value, where) : ofText(value);
      }
      return out;
    },
    meaning() {
      const names = [...taken];
      return {
        normal: names.filter(([, label]) => label === 0).map(([name]) => name),
        anomalous: names.filter(([, label]) => label === 1).map(([name]) => name),
      };
    },
    finish(file) {
      if (known || taken.size === 0) return;
      const names = [...taken.keys()].slice(0, 8).map((name) => `"${name}"`);
      throw new DataError("DATA_LABEL", `none of the labels ${names.join(", ")} is known to mean normal`, {
        where: file === undefined ? {} : { file },
        remedy: "Say which one does (normal: …)",
      });
    },
  };
}

/** "NORMAL", " normal" and "Normal" are one name; so are "0", "0.0" and "00". */
function canonical(text: string): string {
  const name = text.trim().toLowerCase();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(name) ? String(Number(name)) : name;
}

function isMissingBoolean(column: Column, row: number): boolean {
  return column.type === "boolean" && column.values[row] === MISSING_BOOLEAN;
}
