import { type BoostedTreesBinArgs, TOP_CUT } from "../../boosted-trees-fit.js";

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

function columnCuts({ trainRows, weights, maxBin }: BoostedTreesBinArgs, values: Float32Array, most: number): number[] {
  const { distinct, shares, total } = distinctValues(values, trainRows, weights);
  const limit = Math.min(maxBin, most);
  const ends: number[] = [];
  let left = total;
  let inBin = 0;
  for (const [k, value] of distinct.entries()) {
    const share = shares[k] as number;
    const free = limit - ends.length;
    if (inBin > 0 && free > 1 && (distinct.length <= limit || inBin + share / 2 >= left / free)) {
      ends.push(value);
      left -= inBin;
      inBin = 0;
    }
    inBin += share;
  }
  ends.push(TOP_CUT);
  return ends;
}

/** Distinct values, ascending, with the weight of their rows. */
function distinctValues(values: Float32Array, trainRows: number, weights: Float64Array) {
  const weighted = weights.length > 0;
  const order: number[] = [];
  for (let i = 0; i < trainRows; i++) {
    const v = values[i] as number;
    if (v === v && !(weighted && weights[i] === 0)) order.push(i);
  }
  const rows = Int32Array.from(order).sort((a, b) => (values[a] as number) - (values[b] as number));
  const distinct: number[] = [];
  const shares: number[] = [];
  let total = 0;
  for (const row of rows) {
    const v = values[row] as number;
    if (distinct.length === 0 || v !== distinct[distinct.length - 1]) {
      distinct.push(v);
      shares.push(0);
    }
    const w = weighted ? (weights[row] as number) : 1;
    shares[shares.length - 1] = (shares[shares.length - 1] as number) + w;
    total += w;
  }
  return { distinct, shares, total };
}
