import type { BoostedTreesRoundArgs } from "../../boosted-trees/fit.js";

/** A node whose rows are summed. */
export interface NodeSums {
  readonly first: number;
  readonly second: number;
  /** What monotone columns above leave for the weight. */
  readonly low: number;
  readonly high: number;
}

/** How a node is split best. */
export interface Split {
  readonly gain: number;
  readonly column: number;
  /** Last bin that goes left; −1 where categories say it. */
  readonly bin: number;
  /** Categories that go right. */
  readonly right: readonly number[];
  readonly defaultLeft: boolean;
  readonly leftFirst: number;
  readonly leftSecond: number;
}

const NONE: readonly number[] = [];

/** XGBoost's, so that a split that gains nothing but rounding is none. */
const LEAST_GAIN = 1e-6;

/** Weight of a node before the learning rate. */
export function nodeWeight(args: BoostedTreesRoundArgs, first: number, second: number, low: number, high: number) {
  if (second <= 0 || second < args.minChildWeight) return 0;
  return boundWeight(args, first, second, low, high);
}

function boundWeight(
  { alpha, lambda }: BoostedTreesRoundArgs,
  first: number,
  second: number,
  low: number,
  high: number,
) {
  const w = -shrunk(first, alpha) / (second + lambda);
  return w < low ? low : w > high ? high : w;
}

function shrunk(first: number, alpha: number): number {
  return first > alpha ? first - alpha : first < -alpha ? first + alpha : 0;
}

/** Looks for the best split of one node. */
export class SplitSearch {
  readonly #args: BoostedTreesRoundArgs;
  readonly #node: NodeSums;
  readonly #histogram: Float64Array;
  readonly #constrained: boolean;
  #best = Number.NEGATIVE_INFINITY;
  #split: Split | undefined;

  constructor(args: BoostedTreesRoundArgs, node: NodeSums, histogram: Float64Array) {
    this.#args = args;
    this.#node = node;
    this.#histogram = histogram;
    this.#constrained = args.monotone.length > 0;
  }

  /** The best split over these columns, if any is worth it. */
  over(columns: Int32Array): Split | undefined {
    const { first, second } = this.#node;
    if (!(second > 0)) return undefined;
    for (const column of columns) {
      if ((this.#args.categories[column] as number) === 0) this.#numeric(column);
      else if ((this.#args.categories[column] as number) < this.#args.maxCatToOnehot) this.#oneHot(column);
      else this.#partition(column);
    }
    if (this.#split === undefined) return undefined;
    const gain = this.#best - this.#score(first, second);
    if (!(gain > LEAST_GAIN && gain >= this.#args.gamma)) return undefined;
    return { ...this.#split, gain };
  }

  #score(first: number, second: number): number {
    const { alpha, lambda } = this.#args;
    if (!this.#constrained) {
      const s = shrunk(first, alpha);
      return (s * s) / (second + lambda);
    }
    const w = boundWeight(this.#args, first, second, this.#node.low, this.#node.high);
    return -(2 * first * w + (second + lambda) * (w * w) + 2 * alpha * Math.abs(w));
  }

  /** Takes the split if it is allowed and better than all before. */
  #consider(
    column: number,
    leftFirst: number,
    leftSecond: number,
    bin: number,
    defaultLeft: boolean,
    right: readonly number[],
    rights = right.length,
  ) {
    const { minChildWeight, monotone } = this.#args;
    const { first, second, low, high } = this.#node;
    const rightFirst = first - leftFirst;
    const rightSecond = second - leftSecond;
    if (!(leftSecond > 0 && rightSecond > 0 && leftSecond >= minChildWeight && rightSecond >= minChildWeight)) return;
    const score = this.#score(leftFirst, leftSecond) + this.#score(rightFirst, rightSecond);
    if (!(score > this.#best)) return;
    const direction = monotone[column] ?? 0;
    if (direction !== 0) {
      const l = boundWeight(this.#args, leftFirst, leftSecond, low, high);
      const r = boundWeight(this.#args, rightFirst, rightSecond, low, high);
      if (direction > 0 ? l > r : l < r) return;
    }
    this.#best = score;
    this.#split = { gain: 0, column, bin, right: right.slice(0, rights), defaultLeft, leftFirst, leftSecond };
  }

  #binsOf(column: number) {
    const { binStart, missingBin } = this.#args;
    const start = binStart[column] as number;
    const missing = missingBin[column] as number;
    const bins = missing >= 0 ? missing : (binStart[column + 1] as number) - start;
    const at = 2 * (start + missing);
    const missingFirst = missing >= 0 ? (this.#histogram[at] as number) : 0;
    const missingSecond = missing >= 0 ? (this.#histogram[at + 1] as number) : 0;
    return { start, bins, missingFirst, missingSecond, some: missingFirst !== 0 || missingSecond !== 0 };
  }

  #numeric(column: number): void {
    const { start, bins, missingFirst, missingSecond, some } = this.#binsOf(column);
    const histogram = this.#histogram;
    for (const defaultLeft of some ? [false, true] : [false]) {
      let first = defaultLeft ? missingFirst : 0;
      let second = defaultLeft ? missingSecond : 0;
      // Missing values alone may be the right side; alone on the left they would be the same split again.
      const last = some && !defaultLeft ? bins : bins - 1;
      for (let bin = 0; bin < last; bin++) {
        const binSecond = histogram[2 * (start + bin) + 1] as number;
        const binFirst = histogram[2 * (start + bin)] as number;
        if (binSecond === 0 && binFirst === 0 && bin > 0) continue; // scores as the bin before
        first += binFirst;
        second += binSecond;
        this.#consider(column, first, second, bin, defaultLeft, NONE);
      }
    }
  }

  /** One category against all others; missing values go with these, or with it. */
  #oneHot(column: number): void {
    const { first, second } = this.#node;
    const { start, bins, missingFirst, missingSecond, some } = this.#binsOf(column);
    for (const defaultLeft of some ? [true, false] : [true]) {
      for (let c = 0; c < bins; c++) {
        let right = this.#histogram[2 * (start + c)] as number;
        let rightSecond = this.#histogram[2 * (start + c) + 1] as number;
        if (!(rightSecond > 0)) continue;
        if (!defaultLeft) {
          right += missingFirst;
          rightSecond += missingSecond;
        }
        this.#consider(column, first - right, second - rightSecond, -1, defaultLeft, [c]);
      }
    }
  }

  /** Categories in the order of their weights, cut in two; the lesser weights on the right, then the greater ones. */
  #partition(column: number): void {
    const { lambda, maxCatThreshold } = this.#args;
    const { first, second } = this.#node;
    const { start, bins, missingFirst, missingSecond, some } = this.#binsOf(column);
    const sum = (c: number, part: 0 | 1) => this.#histogram[2 * (start + c) + part] as number;
    const present = Array.from({ length: bins }, (_, c) => c).filter((c) => sum(c, 1) > 0);
    const key = new Map(present.map((c) => [c, -sum(c, 0) / (sum(c, 1) + lambda)]));
    const ascending = present.sort((a, b) => (key.get(a) as number) - (key.get(b) as number) || a - b);
    const most = Math.min(maxCatThreshold, ascending.length);
    for (const fromGreatest of [false, true]) {
      const order = fromGreatest ? ascending.slice().reverse() : ascending;
      for (const defaultLeft of some ? [true, false] : [true]) {
        let right = defaultLeft ? 0 : missingFirst;
        let rightSecond = defaultLeft ? 0 : missingSecond;
        for (let k = 0; k < most; k++) {
          right += sum(order[k] as number, 0);
          rightSecond += sum(order[k] as number, 1);
          this.#consider(column, first - right, second - rightSecond, -1, defaultLeft, order, k + 1);
        }
      }
    }
  }
}

/** The bounds of the two children of a split, left then right. */
export function childBounds(args: BoostedTreesRoundArgs, node: NodeSums, split: Split) {
  const { low, high, first, second } = node;
  const direction = args.monotone[split.column] ?? 0;
  if (direction === 0) return { left: { low, high }, right: { low, high } };
  const l = boundWeight(args, split.leftFirst, split.leftSecond, low, high);
  const r = boundWeight(args, first - split.leftFirst, second - split.leftSecond, low, high);
  const middle = (l + r) / 2;
  const below = { low, high: middle };
  const above = { low: middle, high };
  return direction > 0 ? { left: below, right: above } : { left: above, right: below };
}
