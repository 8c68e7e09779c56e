import { power, root } from "../../math/power.js";
import type { NearestMetric } from "../nearest/nearest.js";

/** What rows are ordered by: d columns of `a` from `i` against d columns of `b` from `j`. */
export type RowTotal = (a: Float64Array, i: number, b: Float64Array, j: number, d: number) => number;

export interface RowDistance {
  readonly total: RowTotal;
  /** The distance that belongs to a total. */
  readonly distance: (total: number) => number;
  /** A total multiplied by this is below what a nearer row could have, rounding included. */
  readonly margin: number;
}

/** The distance of two rows, in the order of operations that `kernels/nearest/nearest.ts` promises. */
export function rowDistance(metric: NearestMetric, p: number): RowDistance {
  switch (metric) {
    case "euclidean":
      return { total: squares, distance: Math.sqrt, margin: 1 };
    case "manhattan":
      return { total: sums(Math.abs), distance: (total) => total, margin: 1 };
    case "chebyshev":
      return { total: greatestMagnitude, distance: (total) => total, margin: 1 };
    case "minkowski":
      // Where power() is not monotone in its last bits, a bound needs room.
      return { total: sums((t) => power(Math.abs(t), p)), distance: (total) => root(total, p), margin: 1 - 1e-9 };
  }
}

/**
 * Column j adds to sum j mod 8, so that eight can be added at a time; the sums are then folded by halves. The sums are
 * locals and the terms are handed over in eights: the inner loop of every search, which an array or a closure a column
 * would make ten times slower.
 */
const squares: RowTotal = (a, i, b, j, d) => {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let c = 0;
  for (; c + 8 <= d; c += 8) {
    const t0 = (a[i + c] as number) - (b[j + c] as number);
    s0 += t0 * t0;
    const t1 = (a[i + c + 1] as number) - (b[j + c + 1] as number);
    s1 += t1 * t1;
    const t2 = (a[i + c + 2] as number) - (b[j + c + 2] as number);
    s2 += t2 * t2;
    const t3 = (a[i + c + 3] as number) - (b[j + c + 3] as number);
    s3 += t3 * t3;
    const t4 = (a[i + c + 4] as number) - (b[j + c + 4] as number);
    s4 += t4 * t4;
    const t5 = (a[i + c + 5] as number) - (b[j + c + 5] as number);
    s5 += t5 * t5;
    const t6 = (a[i + c + 6] as number) - (b[j + c + 6] as number);
    s6 += t6 * t6;
    const t7 = (a[i + c + 7] as number) - (b[j + c + 7] as number);
    s7 += t7 * t7;
  }
  if (c < d) {
    const t = (a[i + c] as number) - (b[j + c] as number);
    s0 += t * t;
  }
  if (c + 1 < d) {
    const t = (a[i + c + 1] as number) - (b[j + c + 1] as number);
    s1 += t * t;
  }
  if (c + 2 < d) {
    const t = (a[i + c + 2] as number) - (b[j + c + 2] as number);
    s2 += t * t;
  }
  if (c + 3 < d) {
    const t = (a[i + c + 3] as number) - (b[j + c + 3] as number);
    s3 += t * t;
  }
  if (c + 4 < d) {
    const t = (a[i + c + 4] as number) - (b[j + c + 4] as number);
    s4 += t * t;
  }
  if (c + 5 < d) {
    const t = (a[i + c + 5] as number) - (b[j + c + 5] as number);
    s5 += t * t;
  }
  if (c + 6 < d) {
    const t = (a[i + c + 6] as number) - (b[j + c + 6] as number);
    s6 += t * t;
  }
  return s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7));
};

/** The same sums of another function of the differences. */
function sums(term: (difference: number) => number): RowTotal {
  const sum = new Float64Array(8);
  return (a, i, b, j, d) => {
    sum.fill(0);
    for (let c = 0; c < d; c++) {
      sum[c & 7] = (sum[c & 7] as number) + term((a[i + c] as number) - (b[j + c] as number));
    }
    const at = (k: number) => sum[k] as number;
    return at(0) + at(4) + (at(2) + at(6)) + (at(1) + at(5) + (at(3) + at(7)));
  };
}

const greatestMagnitude: RowTotal = (a, i, b, j, d) => {
  let greatest = 0;
  for (let c = 0; c < d; c++) {
    const t = Math.abs((a[i + c] as number) - (b[j + c] as number));
    if (t > greatest) greatest = t;
  }
  return greatest;
};
