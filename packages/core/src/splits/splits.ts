import { ParamError, ShapeError } from "../errors.js";
import type { Labels } from "../metrics/inputs.js";
import { Random } from "../random.js";

/** Rows to learn from and rows to test on, by number from 0, ascending; no row is in both. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
  /** What is tested, such as the group that was left out. */
  readonly name?: string;
}

export interface TimeSplitOptions {
  /** Share of the rows to test on, the last ones. Default 0.25. */
  readonly test?: number;
  /** Rows between the two that are in neither, so that no window reaches from one into the other. Default 0. */
  readonly gap?: number;
}

/**
 * One split in order of time: learn from the first rows, test on the last ones.
 *
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` when a side would be empty
 * @example
 * ```ts
 * import { timeSplit } from "@telltale/core";
 * const { train, test } = timeSplit(10, { test: 0.3, gap: 1 });
 * console.log([...train], [...test]); // [0, 1, 2, 3, 4, 5] [7, 8, 9]
 * ```
 */
export function timeSplit(rows: number, { test = 0.25, gap = 0 }: TimeSplitOptions = {}): Split {
  if (!(test > 0 && test < 1))
    throw new ParamError("PARAM_RANGE", `test: expected a share between 0 and 1; found ${test}`);
  checkCount("gap", gap, 0);
  const from = rows - Math.max(1, Math.round(rows * test));
  if (from - gap < 1) throw tooFew(`a test share of ${test} and a gap of ${gap} leave no row to learn from`, rows);
  return { train: range(0, from - gap), test: range(from, rows) };
}

export interface FoldOptions {
  /** Default 5. */
  readonly folds?: number;
  /** Seed of the order in which rows are dealt. Default 0. */
  readonly seed?: number;
  /** False deals rows in their order, so that each fold is a run of consecutive rows. Default true. */
  readonly shuffle?: boolean;
}

/**
 * k-fold cross-validation: each row is tested once, by a model that learned from the other folds. For rows of a table; rows
 * of a series have neighbours that are nearly the same, see {@link purgedFolds} and {@link groupFolds}.
 *
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS`
 */
export function kFolds(rows: number, { folds = 5, seed = 0, shuffle = true }: FoldOptions = {}): Split[] {
  checkFolds(folds, rows, "rows");
  const order = range(0, rows);
  if (shuffle) shuffled(order, new Random(seed));
  const foldOf = new Int32Array(rows);
  order.forEach((row, i) => {
    foldOf[row] = Math.floor((i * folds) / rows);
  });
  return foldsOf(foldOf, folds);
}

/**
 * k-fold cross-validation in which every fold has its share of the anomalies, as far as they can be divided: counts of a class
 * differ by at most one between folds.
 *
 * @param labels  0 or 1 a row, or any classes
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` when a class has fewer rows than there are
 *   folds
 * @example
 * ```ts
 * import { stratifiedFolds } from "@telltale/core";
 * const labels = [0, 0, 0, 0, 0, 0, 1, 1];
 * const [first] = stratifiedFolds(labels, { folds: 2 });
 * console.log(first.test.length, [...first.test].filter((row) => labels[row] === 1).length); // 4 1
 * ```
 */
export function stratifiedFolds(labels: Labels, { folds = 5, seed = 0, shuffle = true }: FoldOptions = {}): Split[] {
  checkFolds(folds, labels.length, "rows");
  const classes = membersOf(Array.from(labels));
  const random = new Random(seed);
  const foldOf = new Int32Array(labels.length);
  // Dealt on where the last class ended, so that the folds have about the same size, too.
  let next = 0;
  for (const [label, members] of [...classes].sort(([a], [b]) => Number(a) - Number(b))) {
    if (members.length < folds) {
      throw tooFew(
        `${folds} folds need at least ${folds} rows of each class; class ${label} has ${members.length}`,
        labels.length,
      );
    }
    const order = Int32Array.from(members);
    if (shuffle) shuffled(order, random);
    order.forEach((row, i) => {
      // Without shuffling, runs of rows stay together.
      foldOf[row] = shuffle ? (next + i) % folds : Math.floor((i * folds) / order.length);
    });
    next = (next + members.length) % folds;
  }
  return foldsOf(foldOf, folds);
}

/** What a row belongs to: a file, a machine, a day. */
export type Groups = ArrayLike<number | string>;

/**
 * k-fold cross-validation in which no group is torn apart: all rows of a file, a machine or a patient are tested together, by a
 * model that has seen none of them. Larger groups are dealt first, each to the fold with the fewest rows.
 *
 * @param groups  a group for each row
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS` for fewer groups than folds
 */
export function groupFolds(groups: Groups, { folds = 5 }: Pick<FoldOptions, "folds"> = {}): Split[] {
  const members = [...membersOf(Array.from(groups)).values()];
  checkFolds(folds, members.length, "groups");
  const sizes = new Float64Array(folds);
  const foldOf = new Int32Array(groups.length);
  for (const rows of members.sort((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number))) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] = (sizes[fold] as number) + rows.length;
    for (const row of rows) foldOf[row] = fold;
  }
  return foldsOf(foldOf, folds);
}

/**
 * A split for each group: it is tested, all others are learned from.
 *
 * @throws {@link ShapeError} `SHAPE_TOO_FEW_ROWS` for fewer than two groups
 * @example
 * ```ts
 * import { leaveOneGroupOut } from "@telltale/core";
 * const [first] = leaveOneGroupOut(["valve1", "valve1", "valve2"]);
 * console.log(first.name, [...first.test], [...first.train]); // valve1 [0, 1] [2]
 * ```
 */
export function leaveOneGroupOut(groups: Groups): Split[] {
  const members = [...membersOf(Array.from(groups))];
  checkFolds(members.length, members.length, "groups");
  return members.map(([name, rows]) => ({
    name: String(name),
    test: Int32Array.from(rows),
    train: range(0, groups.length).filter((row) => groups[row] !== name),
  }));
}

export interface ForwardOptions {
  /** Default 5. */
  readonly folds?: number;
  /** Rows before each test run that are not learned from. Default 0. */
  readonly gap?: number;
  /** Rows to learn from at most, the latest ones. Default: all. */
  readonly most?: number;
}

/**
 * Walking forward in time: each of `folds` runs of rows is tested by a model that learned from the rows before it.
 *
 * The rows are cut into folds + 1 runs of equal length, what is over going to the first, which is only learned from.
 *
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS`
 */
export function forwardFolds(rows: number, { folds = 5, gap = 0, most = rows }: ForwardOptions = {}): Split[] {
  checkCount("folds", folds, 1);
  checkCount("gap", gap, 0);
  checkCount("most", most, 1);
  const length = Math.floor(rows / (folds + 1));
  const first = rows - folds * length;
  if (length < 1 || first - gap < 1)
    throw tooFew(`${folds} folds with a gap of ${gap} leave no row to learn from`, rows);
  return Array.from({ length: folds }, (_, k) => {
    const from = first + k * length;
    return { train: range(Math.max(0, from - gap - most), from - gap), test: range(from, from + length) };
  });
}

export interface PurgeOptions {
  /** Default 5. */
  readonly folds?: number;
  /** Rows on either side of the test run that are not learned from: as many as windows and labels reach over. Default 0. */
  readonly purge?: number;
  /** Further rows after the test run that are not learned from, because they remember it. Default 0. */
  readonly embargo?: number;
}

/**
 * k-fold cross-validation of a series: each fold is a run of consecutive rows, and rows close to it are not learned from, since
 * they are nearly the same or share a window with it.
 *
 * @throws {@link ParamError} `PARAM_RANGE` · {@link ShapeError} `SHAPE_TOO_FEW_ROWS`
 * @see López de Prado (2018), "Advances in financial machine learning", chapter 7, Wiley
 * @example
 * ```ts
 * import { purgedFolds } from "@telltale/core";
 * const [, second] = purgedFolds(9, { folds: 3, purge: 1, embargo: 1 });
 * console.log([...second.test], [...second.train]); // [3, 4, 5] [0, 1, 8]
 * ```
 */
export function purgedFolds(rows: number, { folds = 5, purge = 0, embargo = 0 }: PurgeOptions = {}): Split[] {
  checkFolds(folds, rows, "rows");
  checkCount("purge", purge, 0);
  checkCount("embargo", embargo, 0);
  return Array.from({ length: folds }, (_, k) => {
    const [from, to] = [Math.floor((k * rows) / folds), Math.floor(((k + 1) * rows) / folds)];
    const [before, after] = [from - purge, to + purge + embargo];
    const train = range(0, rows).filter((row) => row < before || row >= after);
    if (train.length === 0)
      throw tooFew(`a purge of ${purge} and an embargo of ${embargo} leave no row to learn from`, rows);
    return { train, test: range(from, to) };
  });
}

function foldsOf(foldOf: Int32Array, folds: number): Split[] {
  const rows = range(0, foldOf.length);
  return Array.from({ length: folds }, (_, k) => ({
    train: rows.filter((row) => foldOf[row] !== k),
    test: rows.filter((row) => foldOf[row] === k),
  }));
}

function membersOf<K>(keys: readonly K[]): Map<K, number[]> {
  const members = new Map<K, number[]>();
  keys.forEach((key, row) => {
    const rows = members.get(key);
    if (rows === undefined) members.set(key, [row]);
    else rows.push(row);
  });
  return members;
}

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

function shuffled(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const row = order[i] as number;
    order[i] = order[j] as number;
    order[j] = row;
  }
}

function checkFolds(folds: number, available: number, what: string): void {
  checkCount("folds", folds, available < 2 ? 1 : 2);
  if (available < Math.max(folds, 2))
    throw tooFew(`${Math.max(folds, 2)} folds need at least as many ${what}`, available, what);
}

function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ParamError("PARAM_RANGE", `${name}: expected a whole number ≥ ${least}; found ${value}`);
}

function tooFew(problem: string, found: number, what = "rows"): ShapeError {
  return new ShapeError("SHAPE_TOO_FEW_ROWS", `${problem}; found ${found} ${what}`, {
    remedy: "Choose fewer folds or a smaller gap, or give more rows",
  });
}
