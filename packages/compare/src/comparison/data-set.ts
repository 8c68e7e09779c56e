import { createHash } from "node:crypto";
import { endianness } from "node:os";
import {
  DataError,
  forwardFolds,
  type Groups,
  groupFolds,
  leaveOneGroupOut,
  type Matrix,
  ParamError,
  purgedFolds,
  ShapeError,
  type Split,
  stratifiedFolds,
} from "@telltale/core";

/** Labelled rows that detectors are compared on. */
export interface LabelledSet {
  readonly name: string;
  readonly x: Matrix;
  /** 0 or 1 a row, 1 = anomaly; both occur. */
  readonly labels: Uint8Array;
  /** First row of each series, ascending from 0: rows are in order of time. Absent: rows are in no order. */
  readonly starts?: ArrayLike<number>;
  /** What each row belongs to: a file, a machine, a day. */
  readonly groups?: Groups;
}

/** How the rows of a set are divided, again and again, into rows to learn from and rows to test on. */
export type Splitting =
  /** Each fold has its share of the anomalies; rows are dealt by chance. */
  | { readonly kind: "stratified"; readonly folds?: number; readonly seed?: number }
  /** Learn from the past of every series, test on the run that follows. */
  | { readonly kind: "forward"; readonly folds?: number; readonly gap?: number }
  /** Each fold is a run of every series; rows closer to it than `gap` are not learned from. */
  | { readonly kind: "blocked"; readonly folds?: number; readonly gap?: number }
  /** Whole groups are tested: each one alone, or so many folds of them. */
  | { readonly kind: "groups"; readonly folds?: number };

/**
 * The splits of a set.
 *
 * @throws ShapeError `SHAPE_TOO_FEW_ROWS` · ParamError `PARAM_RANGE` · DataError `DATA_ONE_CLASS` when
 *   no split can tell anything
 */
export function splitsOf(set: LabelledSet, splitting: Splitting): Split[] {
  checkSet(set);
  const found = divided(set, splitting);
  const telling = found.filter(({ test }) => {
    const anomalies = countOf(set.labels, test);
    return anomalies > 0 && anomalies < test.length;
  });
  if (telling.length === 0) {
    throw new DataError("DATA_ONE_CLASS", `${set.name}: the test rows of every split have one label only`, {
      remedy: "Choose fewer folds, or another way to split",
    });
  }
  return found.map((split, k) => ({ ...split, name: split.name ?? `fold ${k + 1}` }));
}

function divided({ name, x, labels, groups, starts = [0] }: LabelledSet, splitting: Splitting): Split[] {
  const { kind, folds } = splitting;
  const counted = folds === undefined ? {} : { folds };
  if (kind === "groups") {
    if (groups === undefined) {
      throw new ParamError("PARAM_RANGE", `${name}: rows without groups cannot be split by group`, {
        remedy: "Give each row its group",
      });
    }
    return folds === undefined ? leaveOneGroupOut(groups) : groupFolds(groups, counted);
  }
  if (kind === "stratified") {
    const { seed = 0 } = splitting;
    return stratifiedFolds(labels, { ...counted, seed });
  }
  const { gap = 0 } = splitting;
  return eachSeries(starts, x.rows, (rows) =>
    kind === "forward" ? forwardFolds(rows, { ...counted, gap }) : purgedFolds(rows, { ...counted, purge: gap }),
  );
}

/** Fold k of every series together is fold k of all. */
function eachSeries(starts: ArrayLike<number>, rows: number, divide: (rows: number) => Split[]): Split[] {
  const firsts = Array.from(starts);
  const parts = firsts.map((first, i) => ({ first, splits: divide((firsts[i + 1] ?? rows) - first) }));
  const joined = (k: number, side: "train" | "test") =>
    Int32Array.from(parts.flatMap(({ first, splits }) => Array.from((splits[k] as Split)[side], (row) => first + row)));
  const folds = parts[0]?.splits.length ?? 0;
  return Array.from({ length: folds }, (_, k) => ({ train: joined(k, "train"), test: joined(k, "test") }));
}

/** Number of rows labelled 1 among some. */
export function countOf(labels: Uint8Array, rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + (labels[row] as number), 0);
}

function checkSet({ name, x, labels, starts, groups }: LabelledSet): void {
  if (labels.length !== x.rows || (groups !== undefined && groups.length !== x.rows)) {
    const found = labels.length !== x.rows ? `${labels.length} labels` : `${groups?.length} groups`;
    throw new ShapeError("SHAPE_MISMATCH", `${name}: ${x.rows} rows need as many labels and groups; found ${found}`);
  }
  const firsts = Array.from(starts ?? [0]);
  if (firsts[0] !== 0 || firsts.some((first, i) => i > 0 && !(first > (firsts[i - 1] as number) && first < x.rows))) {
    throw new ShapeError("SHAPE_MISMATCH", `${name}: series begin at rows that ascend from 0 and lie below ${x.rows}`);
  }
  const wrong = labels.findIndex((label) => label > 1);
  if (wrong >= 0) {
    throw new DataError("DATA_LABEL", `${name}: a label is 0 or 1; found ${labels[wrong]}`, {
      where: { row: wrong + 1 },
    });
  }
  const anomalies = labels.reduce((sum, label) => sum + label, 0);
  if (anomalies > 0 && anomalies < labels.length) return;
  throw new DataError("DATA_ONE_CLASS", `${name}: every row is labelled ${anomalies === 0 ? "normal" : "an anomaly"}`, {
    remedy: "A comparison needs rows of both kinds; say which label means normal, or give other data",
  });
}

/** SHA-256 of the numbers, labels and divisions of a set: the same for the same rows, whatever file they came from. */
export function digestOf({ x, labels, starts, groups }: LabelledSet): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([x.rows, x.cols, x.columns ?? null, starts === undefined ? null : Array.from(starts)]));
  hash.update(littleEndian(x.data));
  hash.update(labels);
  if (groups !== undefined) hash.update(JSON.stringify(Array.from(groups)));
  return hash.digest("hex");
}

/** SHA-256 of numbers as little-endian doubles. */
export function digestOfNumbers(values: Float64Array): string {
  return createHash("sha256").update(littleEndian(values)).digest("hex");
}

function littleEndian(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap64();
}
