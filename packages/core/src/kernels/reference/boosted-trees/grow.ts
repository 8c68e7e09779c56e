import type { BoostedTreesRoundArgs } from "../../boosted-trees/fit.js";
import type { ColumnSample } from "./columns.js";
import { childBounds, type NodeSums, nodeWeight, type Split, SplitSearch } from "./splits.js";

/** A leaf that may be split: rows `from` … `to − 1` of the list. */
interface Leaf extends NodeSums {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
  histogram: Float64Array | undefined;
  split: Split | undefined;
}

/** One tree as it grows, in the arrays of the arguments. */
export class TreeGrower {
  readonly #args: BoostedTreesRoundArgs;
  readonly #output: number;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #rows: Int32Array;
  readonly #columns: ColumnSample;
  readonly #codes: CodeReader;
  readonly #bins: number;
  /** Last bin that goes left, by node. */
  readonly #splitBin: Int32Array;
  readonly #waiting: Leaf[] = [];
  readonly #settled: Leaf[] = [];
  readonly #free: Float64Array[] = [];
  #made = 0;
  #nodes = 1;
  #leaves = 1;

  /**
   * @param first  first derivatives of the training rows for this output
   * @param rows  the rows to grow on; put in another order
   */
  constructor(
    args: BoostedTreesRoundArgs,
    output: number,
    first: Float64Array,
    second: Float64Array,
    rows: Int32Array,
    columns: ColumnSample,
  ) {
    this.#args = args;
    this.#output = output;
    this.#first = first;
    this.#second = second;
    this.#rows = rows;
    this.#columns = columns;
    this.#codes = new CodeReader(args);
    this.#bins = args.binStart[args.cols] as number;
    this.#splitBin = new Int32Array(args.nodeCapacity);
  }

  grow(): void {
    this.#plant();
    for (let leaf = this.#waiting.pop(); leaf !== undefined; leaf = this.#waiting.pop()) {
      if (this.#args.maxLeaves > 0 && this.#leaves >= this.#args.maxLeaves) this.#settled.push(leaf);
      else this.#expand(leaf);
    }
    for (const leaf of this.#settled) this.#settle(leaf);
    this.#args.nodeCount[this.#output] = this.#nodes;
  }

  /** Adds the leaf values to the margins: those of the rows it was grown on, and by walks those of the others. */
  addToMargins(): void {
    const { rows, outputs, margins } = this.#args;
    const seen = new Uint8Array(rows);
    const add = (row: number, node: number) => {
      const at = row * outputs + this.#output;
      margins[at] = (margins[at] as number) + (this.#args.threshold[this.#at(node)] as number);
    };
    for (const { node, from, to } of this.#settled) {
      for (const row of this.#rows.subarray(from, to)) {
        add(row, node);
        seen[row] = 1;
      }
    }
    for (let row = 0; row < rows; row++) {
      if (seen[row] === 0) add(row, this.#leafOf(row));
    }
  }

  #at(node: number): number {
    return this.#output * this.#args.nodeCapacity + node;
  }

  #plant(): void {
    let first = 0;
    let second = 0;
    for (const row of this.#rows) {
      first += this.#first[row] as number;
      second += this.#second[row] as number;
    }
    const whole = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    const root: Leaf = {
      ...{ node: 0, depth: 0, from: 0, to: this.#rows.length, first, second, ...whole },
      histogram: undefined,
      split: undefined,
    };
    if (this.#mayBeSplit(root)) root.histogram = this.#build(root);
    this.#place(root);
  }

  #mayBeSplit({ depth, from, to, second }: Leaf): boolean {
    const { maxDepth, maxLeaves, minChildWeight } = this.#args;
    if (maxDepth > 0 && depth >= maxDepth) return false;
    return !(maxLeaves > 0 && this.#leaves >= maxLeaves) && to - from >= 2 && second >= 2 * minChildWeight;
  }

  /** Finds the best split of a leaf that has a histogram, and puts it where it belongs in the order of growth. */
  #place(leaf: Leaf): void {
    if (leaf.histogram !== undefined) {
      const columns = this.#columns.node(leaf.depth);
      leaf.split = new SplitSearch(this.#args, leaf, leaf.histogram).over(columns);
    }
    if (leaf.split === undefined) {
      this.#release(leaf);
      this.#settled.push(leaf);
      return;
    }
    // The last one is split next: the newest, or where leaves are counted the first one, or the one of greatest gain.
    let at = this.#waiting.length;
    if (this.#args.maxLeaves > 0) {
      let from = 0;
      while (from < at) {
        const middle = (from + at) >> 1;
        if (this.#sooner(leaf, this.#waiting[middle] as Leaf)) from = middle + 1;
        else at = middle;
      }
    }
    this.#waiting.splice(at, 0, leaf);
  }

  #sooner(a: Leaf, b: Leaf): boolean {
    const [gainA, gainB] = [(a.split as Split).gain, (b.split as Split).gain];
    if (this.#args.growth === 1 && gainA !== gainB) return gainA > gainB;
    return a.node < b.node;
  }

  #expand(leaf: Leaf): void {
    const split = leaf.split as Split;
    this.#write(leaf, split);
    const middle = this.#divide(leaf);
    const bounds = childBounds(this.#args, leaf, split);
    const depth = leaf.depth + 1;
    const none = { histogram: undefined, split: undefined };
    const left: Leaf = {
      ...{ ...none, ...bounds.left, node: this.#nodes, depth, from: leaf.from, to: middle },
      first: split.leftFirst,
      second: split.leftSecond,
    };
    const right: Leaf = {
      ...{ ...none, ...bounds.right, node: this.#nodes + 1, depth, from: middle, to: leaf.to },
      first: leaf.first - split.leftFirst,
      second: leaf.second - split.leftSecond,
    };
    this.#nodes += 2;
    this.#leaves += 1;
    const [few, many] = middle - leaf.from <= leaf.to - middle ? [left, right] : [right, left];
    const mayFew = this.#mayBeSplit(few);
    const mayMany = this.#mayBeSplit(many);
    if (mayMany && leaf.histogram !== undefined) {
      few.histogram = this.#build(few);
      many.histogram = leaf.histogram;
      leaf.histogram = undefined;
      subtract(many.histogram, few.histogram);
      if (!mayFew) this.#release(few);
    } else {
      this.#release(leaf);
      if (mayFew) few.histogram = this.#build(few);
      if (mayMany) many.histogram = this.#build(many);
    }
    // Draws of columns go left to right; without a limit on leaves the smaller one is split first.
    const placed = this.#waiting.length;
    this.#place(left);
    this.#place(right);
    if (this.#args.maxLeaves === 0 && this.#waiting.length === placed + 2 && few === left) {
      this.#waiting.push(...this.#waiting.splice(placed).reverse());
    }
  }

  #write(leaf: Leaf, split: Split): void {
    const { left, right, feature, threshold, defaultLeft, gain, cover, binStart, cuts, categoryBits } = this.#args;
    const { categoryWords } = this.#args;
    const at = this.#at(leaf.node);
    left[at] = this.#nodes;
    right[at] = this.#nodes + 1;
    feature[at] = split.column;
    defaultLeft[at] = split.defaultLeft ? 1 : 0;
    gain[at] = split.gain;
    cover[at] = leaf.second;
    threshold[at] = split.bin < 0 ? 0 : (cuts[(binStart[split.column] as number) + split.bin] as number);
    this.#splitBin[leaf.node] = split.bin;
    categoryBits.fill(0, at * categoryWords, (at + 1) * categoryWords);
    for (const c of split.right) {
      const word = at * categoryWords + (c >> 5);
      categoryBits[word] = (categoryBits[word] as number) | (1 << (c & 31));
    }
  }

  #settle(leaf: Leaf): void {
    const { left, right, feature, threshold, defaultLeft, gain, cover, eta, categoryBits, categoryWords } = this.#args;
    const at = this.#at(leaf.node);
    left[at] = -1;
    right[at] = -1;
    feature[at] = 0;
    defaultLeft[at] = 0;
    gain[at] = 0;
    cover[at] = leaf.second;
    threshold[at] = eta * nodeWeight(this.#args, leaf.first, leaf.second, leaf.low, leaf.high);
    categoryBits.fill(0, at * categoryWords, (at + 1) * categoryWords);
  }

  #goesLeft(row: number, node: number): boolean {
    const { feature, missingBin, defaultLeft, categoryBits, categoryWords } = this.#args;
    const at = this.#at(node);
    const column = feature[at] as number;
    const code = this.#codes.at(row, column);
    if (code === missingBin[column]) return defaultLeft[at] === 1;
    const bin = this.#splitBin[node] as number;
    if (bin >= 0) return code <= bin;
    return (((categoryBits[at * categoryWords + (code >> 5)] as number) >>> (code & 31)) & 1) === 0;
  }

  #leafOf(row: number): number {
    const { left, right } = this.#args;
    let node = 0;
    for (;;) {
      const at = this.#at(node);
      if ((left[at] as number) < 0) return node;
      node = (this.#goesLeft(row, node) ? left[at] : right[at]) as number;
    }
  }

  /** Puts the rows of a leaf that go left before the others, each in their order; where the others begin. */
  #divide({ node, from, to }: Leaf): number {
    const part = this.#rows.slice(from, to);
    let lefts = from;
    for (const row of part) if (this.#goesLeft(row, node)) this.#rows[lefts++] = row;
    let rights = lefts;
    for (const row of part) if (!this.#goesLeft(row, node)) this.#rows[rights++] = row;
    return lefts;
  }

  /** Sums of the derivatives by bin, over the rows of a leaf. */
  #build({ from, to }: Leaf): Float64Array {
    const histogram = this.#room();
    histogram.fill(0);
    const { binStart } = this.#args;
    const [first, second, rows, codes] = [this.#first, this.#second, this.#rows, this.#codes];
    for (const column of this.#columns.tree) {
      const start = binStart[column] as number;
      for (let k = from; k < to; k++) {
        const row = rows[k] as number;
        const at = 2 * (start + codes.at(row, column));
        histogram[at] = (histogram[at] as number) + (first[row] as number);
        histogram[at + 1] = (histogram[at + 1] as number) + (second[row] as number);
      }
    }
    return histogram;
  }

  #room(): Float64Array {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    // What the longest waiting leaf needs is built again when its turn comes.
    const giver = this.#made < this.#args.histograms ? undefined : this.#waiting.find((leaf) => leaf.histogram);
    if (giver?.histogram !== undefined) {
      const taken = giver.histogram;
      giver.histogram = undefined;
      return taken;
    }
    this.#made += 1;
    return new Float64Array(2 * this.#bins);
  }

  #release(leaf: Leaf): void {
    if (leaf.histogram !== undefined) this.#free.push(leaf.histogram);
    leaf.histogram = undefined;
  }
}

function subtract(from: Float64Array, part: Float64Array): void {
  for (let k = 0; k < from.length; k++) from[k] = (from[k] as number) - (part[k] as number);
}

/** Codes of one or two bytes; an object of one shape, so that a call in an inner loop is inlined. */
class CodeReader {
  readonly #codes: Uint8Array;
  readonly #wide: boolean;
  readonly #rows: number;

  constructor({ columnCodes, codeBytes, rows }: BoostedTreesRoundArgs) {
    this.#codes = columnCodes;
    this.#wide = codeBytes === 2;
    this.#rows = rows;
  }

  at(row: number, column: number): number {
    const place = column * this.#rows + row;
    if (!this.#wide) return this.#codes[place] as number;
    return (this.#codes[2 * place] as number) | ((this.#codes[2 * place + 1] as number) << 8);
  }
}
