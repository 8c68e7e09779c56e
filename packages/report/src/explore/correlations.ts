import type { Matrix } from "@telltale/core";

/**
 * Pearson's correlation of every two columns, over the rows in which both have a finite value; NaN where one of them does
 * not vary there. cols × cols, row-major.
 */
export function correlations({ data, rows, cols }: Matrix): Float64Array {
  const columns = Array.from({ length: cols }, (_, j) => standardized(data, rows, cols, j));
  const found = new Float64Array(cols * cols).fill(Number.NaN);
  for (let a = 0; a < cols; a++) {
    const first = columns[a] as Standardized;
    for (let b = 0; b <= a; b++) {
      const second = columns[b] as Standardized;
      const r =
        first.whole && second.whole ? product(first.values, second.values) : pairwise(first.values, second.values);
      found[a * cols + b] = found[b * cols + a] = Number.isNaN(r) ? r : Math.max(-1, Math.min(1, r));
    }
  }
  return found;
}

interface Standardized {
  /** Mean 0 and sum of squares 1 over the finite values, NaN for the others; all NaN for a column that does not vary. */
  readonly values: Float64Array;
  /** No value is missing. */
  readonly whole: boolean;
}

function standardized(data: Float64Array, rows: number, cols: number, j: number): Standardized {
  const values = new Float64Array(rows);
  let n = 0;
  let mean = 0;
  for (let i = 0; i < rows; i++) {
    const v = data[i * cols + j] as number;
    values[i] = v - v === 0 ? v : Number.NaN;
    if (v - v !== 0) continue;
    n++;
    mean += (v - mean) / n;
  }
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    const d = (values[i] as number) - mean;
    values[i] = d;
    if (!Number.isNaN(d)) squares += d * d;
  }
  const length = Math.sqrt(squares);
  // Rounding leaves a constant column with a tiny spread around its mean.
  const varies = length > 1e-12 * Math.abs(mean) * Math.sqrt(n) && length > 0;
  return { values: values.map((d) => (varies ? d / length : Number.NaN)), whole: n === rows && varies };
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Over the rows in which both are there. */
function pairwise(a: Float64Array, b: Float64Array): number {
  let [n, meanA, meanB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [u, v] = [a[i] as number, b[i] as number];
    if (Number.isNaN(u) || Number.isNaN(v)) continue;
    n++;
    meanA += u;
    meanB += v;
  }
  if (n < 2) return Number.NaN;
  meanA /= n;
  meanB /= n;
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const u = (a[i] as number) - meanA;
    const v = (b[i] as number) - meanB;
    if (Number.isNaN(u + v)) continue;
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

/** The columns in an order in which those that go together stand together: each next to the one it goes with most. */
export function similarOrder(r: Float64Array, cols: number): number[] {
  const strength = (a: number, b: number) => {
    const value = Math.abs(r[a * cols + b] as number);
    return Number.isNaN(value) ? -1 : value;
  };
  const left = new Set(Array.from({ length: cols }, (_, j) => j));
  const total = (a: number) => {
    let sum = 0;
    for (let b = 0; b < cols; b++) if (b !== a) sum += Math.max(0, strength(a, b));
    return sum;
  };
  const totals = Array.from({ length: cols }, (_, j) => total(j));
  const order: number[] = [];
  while (left.size > 0) {
    const last = order.at(-1);
    let best = -1;
    for (const j of left) {
      if (best < 0) best = j;
      else if (last === undefined) best = (totals[j] as number) > (totals[best] as number) ? j : best;
      else best = strength(last, j) > strength(last, best) ? j : best;
    }
    order.push(best);
    left.delete(best);
  }
  return order;
}
