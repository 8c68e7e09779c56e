import { type Matrix, Random, scale, selectRows } from "@telltale/core";
import type { AdbenchSet } from "./sets.js";

/** Fewer rows than these are drawn again, with replacement, until there are so many; of more than the most so many are drawn. */
export const LEAST_ROWS = 1000;
export const MOST_ROWS = 10_000;
export const TEST_SHARE = 0.3;

/** What a detector learns from, and what it is tested on. */
export interface AdbenchSplit {
  /** Anomalies among them are not taken out. */
  readonly train: Matrix;
  readonly test: Matrix;
  readonly labels: Uint8Array;
}

/**
 * Rows to learn from and rows to test on, as the benchmark divides a set: sets of fewer than 1,000 rows are filled up by drawing rows
 * with replacement, so that copies of a row are on both sides; sets of more than 10,000 are cut by drawing without; 30 % of the
 * normal rows and of the anomalies are tested; each column is scaled to 0 … 1 by the training rows.
 */
export function splitAdbench({ x, labels }: AdbenchSet, seed: number): AdbenchSplit {
  const random = new Random(seed);
  const rows = drawn(x.rows, random);
  const test: number[] = [];
  const train: number[] = [];
  for (const label of [0, 1]) {
    const own = rows.filter((row) => labels[row] === label);
    shuffle(own, random);
    const tested = Math.round(TEST_SHARE * own.length);
    test.push(...own.slice(0, tested));
    train.push(...own.slice(tested));
  }
  shuffle(test, random);
  shuffle(train, random);
  const scaling = scale({ method: "min-max" }).fit(selectRows(x, train));
  return {
    train: scaling.transform(selectRows(x, train)),
    test: scaling.transform(selectRows(x, test)),
    labels: Uint8Array.from(test, (row) => labels[row] as number),
  };
}

function drawn(rows: number, random: Random): number[] {
  if (rows < LEAST_ROWS) return Array.from({ length: LEAST_ROWS }, () => random.below(rows));
  const all = Array.from({ length: rows }, (_, i) => i);
  if (rows <= MOST_ROWS) return all;
  shuffle(all, random);
  return all.slice(0, MOST_ROWS);
}

function shuffle(list: number[], random: Random): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = list[i] as number;
    list[i] = list[j] as number;
    list[j] = kept;
  }
}
