import { type BoostedTreesBinArgs, TOP_CUT } from "../../boosted-trees/fit.js";

export function boostedTreesBin(args: BoostedTreesBinArgs): void {
  for (let column = args.firstColumn; column < args.endColumn; column++) binColumn(args, column);
}

function binColumn(args: BoostedTreesBinArgs, column: number): void {
  const { x, rows, cols, maxBin } = args;
  const values = new Float32Array(rows);
  let missing = 0;
  for (let i = 0; i < rows; i++) {
    const v = x[i * cols + column] as number;
    if (v !== v) missing = 1;
    values[i] = v + 0; // −0 becomes 0
  }
  const categories = args.categories[column] as number;
  const ends = categories > 0 ? undefined : columnCuts(args, values, args.codeBytes === 1 ? 256 - missing : 65_536);
  const bins = ends?.length ?? categories;
  ends?.forEach((end, bin) => {
    args.cuts[column * maxBin + bin] = end;
  });
  args.bins[column] = bins;
  args.missing[column] = missing;
  writeCodes(args, column, values, (v) => (v !== v ? bins : ends === undefined ? v : binOf(ends, v)));
}

function writeCodes(
  { rows, stride, codeBytes, codes, columnCodes }: BoostedTreesBinArgs,
  column: number,
  values: Float32Array,
  code: (v: number) => number,
): void {
  for (let i = 0; i < rows; i++) {
    const c = code(values[i] as number);
    const at = (i * stride + column) * codeBytes;
    const inColumn = (column * rows + i) * codeBytes;
    codes[at] = c;
    columnCodes[inColumn] = c;
    if (codeBytes === 1) continue;
    codes[at + 1] = c >> 8;
    columnCodes[inColumn + 1] = c >> 8;
  }
}

/** How many bins end at or below v. */
function binOf(ends: readonly number[], v: number): number {
  let from = 0;
  let to = ends.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ends[middle] as number) <= v) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Values of a first choice for each bin, as XGBoost's sketch has them. */
const FINER = 8;

function columnCuts({ trainRows, weights, maxBin }: BoostedTreesBinArgs, values: Float32Array, most: number): number[] {
  const { distinct, before } = distinctValues(values, trainRows, weights);
  const limit = Math.min(maxBin, most);
  const all = distinct.map((_, k) => k);
  const kept = evenRanks(evenRanks(all, before, FINER * limit), before, limit + 1);
  const ends = kept.slice(1, Math.min(kept.length, limit)).map((k) => distinct[k] as number);
  return [...ends, TOP_CUT];
}

/**
 * At most `most` of the values at even steps of weight, the first and the last among them: those whose ranks, from the
 * weight before a value to that with it, are nearest.
 */
function evenRanks(values: readonly number[], before: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  const low = (i: number) => before[values[i] as number] as number;
  const high = (i: number) => before[(values[i] as number) + 1] as number;
  const last = values.length - 1;
  const begin = high(0);
  const range = low(last) - begin;
  const taken = [0];
  let i = 1;
  for (let k = 1; k < most - 1; k++) {
    const twice = 2 * ((k * range) / (most - 1) + begin);
    while (i < last && twice >= high(i + 1) + low(i + 1)) i += 1;
    if (i === last) break;
    const nearest = twice < high(i) + low(i + 1) ? i : i + 1;
    if (nearest !== taken[taken.length - 1]) taken.push(nearest);
  }
  if (taken[taken.length - 1] !== last) taken.push(last);
  return taken.map((at) => values[at] as number);
}

/** Distinct values, ascending, with the weight of the rows before each, and of all behind the last. */
function distinctValues(values: Float32Array, trainRows: number, weights: Float64Array) {
  const weighted = weights.length > 0;
  const order: number[] = [];
  for (let i = 0; i < trainRows; i++) {
    const v = values[i] as number;
    if (v === v && !(weighted && weights[i] === 0)) order.push(i);
  }
  const rows = Int32Array.from(order).sort((a, b) => (values[a] as number) - (values[b] as number));
  const distinct: number[] = [];
  const before: number[] = [];
  let total = 0;
  for (const row of rows) {
    const v = values[row] as number;
    if (distinct.length === 0 || v !== distinct[distinct.length - 1]) {
      distinct.push(v);
      before.push(total);
    }
    total += weighted ? (weights[row] as number) : 1;
  }
  before.push(total);
  return { distinct, before };
}
