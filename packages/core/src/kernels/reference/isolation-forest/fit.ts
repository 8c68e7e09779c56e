import { log } from "../../../math/elementary.js";
import { sampleRows } from "../../../math/sampling.js";
import { Random } from "../../../random.js";
import { type IsolationForestFitArgs, projectsRows } from "../../isolation-forest.js";
import { finite, GainSearch, type GainSplit, pointBetween } from "./gain.js";

/** A side of a split has at least this share of the volume: less would be a rounding error of the threshold. */
const LEAST_SHARE = 2 ** -53;
const LOG2_E = 1.4426950408889634;

/**
 * Grows isolation trees: the specification of the kernel, mirrored by `native/cpp/kernels/isolation-forest/isolation-forest-fit.cc`.
 *
 * What fixes the bits: the order of the random draws (sample, then for every node in preorder: how to split, when there is a
 * choice; features, and for each one found its numbers), the order of the rows in sums of standardized hyperplanes, and
 * `GainSearch`. Everything else of a node looks at minima, maxima and counts of its rows only.
 */
export function isolationForestFit(args: IsolationForestFitArgs): void {
  const grower = new TreeGrower(args);
  for (let tree = 0; tree < args.trees; tree++) grower.grow(tree);
}

interface Range {
  low: number;
  high: number;
}

class TreeGrower {
  readonly #args: IsolationForestFitArgs;
  readonly #projects: boolean;
  readonly #rows: Int32Array;
  readonly #scratch: Int32Array;
  readonly #dots: Float64Array;
  readonly #search: GainSearch;
  /** Features that may still vary stand in front; those found constant under a node are behind, for its subtree. */
  readonly #candidates: Int32Array;
  /** The values of the last split's rows on its axis or normal: least and largest. */
  readonly #range: Range = { low: 0, high: 0 };
  readonly #found: GainSplit = { gain: 0, threshold: 0 };
  #random = new Random(0);
  #base = 0;
  #next = 0;

  constructor(args: IsolationForestFitArgs) {
    this.#args = args;
    this.#projects = projectsRows(args);
    this.#rows = new Int32Array(args.sampleSize);
    this.#scratch = new Int32Array(args.sampleSize);
    this.#dots = new Float64Array(args.sampleSize);
    this.#search = new GainSearch(args.pooledGain + args.averagedGain > 0 ? args.sampleSize : 0);
    this.#candidates = new Int32Array(args.cols);
  }

  grow(tree: number): void {
    const { firstTree, nodeCapacity, nodeCount, sampleSize, rows, seed, cols } = this.#args;
    this.#random = new Random(seed, firstTree + tree);
    this.#base = tree * nodeCapacity;
    this.#next = 0;
    sampleRows(this.#random, rows, sampleSize, this.#rows);
    for (let j = 0; j < cols; j++) this.#candidates[j] = j;
    this.#node(0, sampleSize, 0, cols, 0);
    nodeCount[tree] = this.#next;
  }

  /**
   * Writes the node of rows[from … to) and, after it, its left and then its right subtree.
   *
   * @param logVolume  natural logarithm of the node's share of the volume; 0 where nobody asks
   */
  #node(from: number, to: number, depth: number, candidates: number, logVolume: number): void {
    const { averagePath, sampleSize, maxDepth, ndim, density, right, value, count, missingLeft, features } = this.#args;
    const node = this.#base + this.#next++;
    const size = to - from;
    count[node] = size;
    right[node] = 0;
    missingLeft[node] = 0;
    features.fill(-1, node * ndim, (node + 1) * ndim);

    const varying = size <= 1 || depth >= maxDepth ? 0 : this.#split(node, from, to, candidates);
    if (varying === 0) {
      value[node] = density ? (log(size / sampleSize) - logVolume) * LOG2_E : depth + (averagePath[size] as number);
      return;
    }
    const lefts = density ? logVolume + log(this.#share(value[node] as number, this.#range.low)) : 0;
    const rights = density ? logVolume + log(this.#share(this.#range.high, value[node] as number)) : 0;
    const middle = this.#partition(node, from, to);
    this.#node(from, middle, depth + 1, varying, lefts);
    right[node] = this.#base + this.#next - node;
    this.#node(middle, to, depth + 1, varying, rights);
  }

  /** The share of the split's range that lies between two points of it. */
  #share(above: number, below: number): number {
    const { low, high } = this.#range;
    const share = (finite(above) / 2 - finite(below) / 2) / (finite(high) / 2 - finite(low) / 2);
    return share > LEAST_SHARE ? share : LEAST_SHARE;
  }

  /** Splits the node's rows; returns how many candidates are left for its children, 0 when it is a leaf. */
  #split(node: number, from: number, to: number, candidates: number): number {
    const { pooledGain, averagedGain, ndim } = this.#args;
    if (pooledGain + averagedGain > 0) {
      const u = this.#random.uniform();
      if (u < pooledGain + averagedGain) {
        return ndim === 1
          ? this.#bestAxis(node, from, to, candidates, u >= pooledGain)
          : this.#bestPlane(node, from, to, candidates, u >= pooledGain);
      }
    }
    if (ndim === 1) return this.#axisSplit(node, from, to, candidates);
    return this.#projects
      ? this.#projectedSplit(node, from, to, candidates)
      : this.#planeSplit(node, from, to, candidates);
  }

  /** Draws a feature that varies in the node, and a threshold; returns how many candidates are left, 0 for a leaf. */
  #axisSplit(node: number, from: number, to: number, candidates: number): number {
    const { features, value } = this.#args;
    const left = this.#drawVarying(from, to, candidates, 0, this.#range);
    if (left === 0) return 0;
    features[node] = this.#candidates[0] as number;
    value[node] = pointBetween(this.#random.uniform(), this.#range.low, this.#range.high);
    this.#project(node, from, to);
    return left;
  }

  /**
   * Draws a hyperplane: a normal with up to `ndim` coefficients through a point, uniform in the box of the node's rows.
   */
  #planeSplit(node: number, from: number, to: number, candidates: number): number {
    const { features, value, coefficients, ndim } = this.#args;
    const range = this.#range;
    let left = candidates;
    let threshold = 0;
    let taken = 0;
    while (taken < ndim && taken < left) {
      const remaining = this.#drawVarying(from, to, left, taken, range);
      if (remaining === 0) {
        left = taken; // the rest is constant here
        break;
      }
      left = remaining;
      const coefficient = this.#random.normal();
      features[node * ndim + taken] = this.#candidates[taken] as number;
      coefficients[node * ndim + taken] = coefficient;
      threshold += coefficient * pointBetween(this.#random.uniform(), range.low, range.high);
      taken += 1;
    }
    if (taken === 0) return 0;
    value[node] = threshold;
    this.#project(node, from, to);
    return left;
  }

  /** Draws the normal of a hyperplane, and a threshold between the least and the largest of the rows along it. */
  #projectedSplit(node: number, from: number, to: number, candidates: number): number {
    const left = this.#drawNormal(node, from, to, candidates);
    if (left === 0) return 0;
    const u = this.#random.uniform();
    this.#project(node, from, to);
    if (!this.#rangeOfDots(from, to)) return this.#noSplit(node);
    this.#args.value[node] = pointBetween(u, this.#range.low, this.#range.high);
    return left;
  }

  /** Takes back the features of a node whose rows all lie on one point of its normal. */
  #noSplit(node: number): number {
    const { features, ndim } = this.#args;
    features.fill(-1, node * ndim, (node + 1) * ndim);
    return 0;
  }

  /** Of `candidates` different features the one whose best threshold gains most. */
  #bestAxis(node: number, from: number, to: number, candidates: number, averaged: boolean): number {
    const { features, value, candidates: tries } = this.#args;
    let left = candidates;
    let best = Number.NEGATIVE_INFINITY;
    let feature = -1;
    for (let tried = 0; tried < tries && tried < left; tried++) {
      const remaining = this.#drawVarying(from, to, left, tried, this.#range);
      if (remaining === 0) {
        left = tried; // the rest is constant here
        break;
      }
      left = remaining;
      features[node] = this.#candidates[tried] as number;
      this.#project(node, from, to);
      this.#gain(from, to, averaged);
      if (this.#found.gain > best) {
        best = this.#found.gain;
        feature = this.#candidates[tried] as number;
        value[node] = this.#found.threshold;
      }
    }
    if (left === 0) return 0;
    features[node] = feature;
    this.#project(node, from, to);
    this.#rangeOfDots(from, to);
    return left;
  }

  /** Of as many random hyperplanes the one whose best threshold gains most. */
  #bestPlane(node: number, from: number, to: number, candidates: number, averaged: boolean): number {
    const { features, coefficients, value, candidates: tries, ndim } = this.#args;
    const at = node * ndim;
    let left = candidates;
    let best = Number.NEGATIVE_INFINITY;
    let bestFeatures = features.slice(at, at + ndim);
    let bestCoefficients = coefficients.slice(at, at + ndim);
    for (let tried = 0; tried < tries; tried++) {
      left = this.#drawNormal(node, from, to, left);
      if (left === 0) return 0;
      this.#project(node, from, to);
      if (!this.#rangeOfDots(from, to)) continue;
      this.#gain(from, to, averaged);
      if (this.#found.gain > best) {
        best = this.#found.gain;
        bestFeatures = features.slice(at, at + ndim);
        bestCoefficients = coefficients.slice(at, at + ndim);
        value[node] = this.#found.threshold;
      }
    }
    if (best === Number.NEGATIVE_INFINITY) return this.#noSplit(node);
    features.set(bestFeatures, at);
    coefficients.set(bestCoefficients, at);
    this.#project(node, from, to);
    this.#rangeOfDots(from, to);
    return left;
  }

  /** The largest gain of the values in dots[from … to), of which `range` has the least and the largest. */
  #gain(from: number, to: number, averaged: boolean): void {
    const { low, high } = this.#range;
    this.#search.largest(this.#dots.subarray(from, to), low, high, averaged, this.#found);
  }

  /** Draws up to `ndim` features that vary, and their coefficients; returns how many candidates are left, 0 for none. */
  #drawNormal(node: number, from: number, to: number, candidates: number): number {
    const { features, coefficients, ndim, standardize } = this.#args;
    let left = candidates;
    let taken = 0;
    features.fill(-1, node * ndim, (node + 1) * ndim);
    coefficients.fill(0, node * ndim, (node + 1) * ndim);
    while (taken < ndim && taken < left) {
      const remaining = this.#drawVarying(from, to, left, taken, this.#range);
      if (remaining === 0) return taken; // the rest is constant here
      left = remaining;
      const feature = this.#candidates[taken] as number;
      features[node * ndim + taken] = feature;
      coefficients[node * ndim + taken] =
        this.#random.normal() / (standardize ? this.#deviation(feature, from, to) : 1);
      taken += 1;
    }
    return left;
  }

  /** Standard deviation of a feature's values in the node, of which `range` has the least and the largest. */
  #deviation(feature: number, from: number, to: number): number {
    const { x, cols } = this.#args;
    const low = finite(this.#range.low) / 2;
    const half = finite(this.#range.high) / 2 - low;
    if (!(half > 0)) return 1;
    let n = 0;
    let sum = 0;
    let squares = 0;
    for (let i = from; i < to; i++) {
      const v = x[(this.#rows[i] as number) * cols + feature] as number;
      if (!(v === v)) continue;
      const unit = (finite(v) / 2 - low) / half;
      n += 1;
      sum += unit;
      squares += unit * unit;
    }
    return 2 * half * (Math.sqrt(n * squares - sum * sum) / n);
  }

  /**
   * Draws a feature among candidates[taken … candidates) until one varies, and swaps it to place `taken`; those found
   * constant go behind the end. Returns the new end, or 0 when none varies.
   */
  #drawVarying(from: number, to: number, candidates: number, taken: number, range: Range): number {
    let end = candidates;
    while (end > taken) {
      const pick = taken + this.#random.below(end - taken);
      const feature = this.#candidates[pick] as number;
      if (this.#varies(feature, from, to, range)) {
        swap(this.#candidates, pick, taken);
        return end;
      }
      end -= 1;
      swap(this.#candidates, pick, end);
    }
    return 0;
  }

  /** Smallest and largest value present; false when all present values are equal or none is. */
  #varies(feature: number, from: number, to: number, range: Range): boolean {
    const { x, cols } = this.#args;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const v = x[(this.#rows[i] as number) * cols + feature] as number;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    range.low = low;
    range.high = high;
    return low < high;
  }

  /** The place of each row of the node on the split's axis or normal. */
  #project(node: number, from: number, to: number): void {
    const { x, cols, features, coefficients, ndim } = this.#args;
    for (let i = from; i < to; i++) {
      const row = (this.#rows[i] as number) * cols;
      if (ndim === 1) {
        this.#dots[i] = x[row + (features[node] as number)] as number;
        continue;
      }
      let dot = 0;
      for (let k = node * ndim; k < (node + 1) * ndim; k++) {
        const feature = features[k] as number;
        if (feature < 0) break;
        dot += (coefficients[k] as number) * (x[row + feature] as number);
      }
      this.#dots[i] = dot;
    }
  }

  /** Least and largest of the rows' places; false when they are all the same or missing. */
  #rangeOfDots(from: number, to: number): boolean {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = from; i < to; i++) {
      const v = this.#dots[i] as number;
      if (v < low) low = v;
      if (v > high) high = v;
    }
    this.#range.low = low;
    this.#range.high = high;
    return low < high;
  }

  /** Left rows first; rows whose value is missing join the larger side. Returns where the right side begins. */
  #partition(node: number, from: number, to: number): number {
    const threshold = this.#args.value[node] as number;
    const rows = this.#rows;
    let lefts = 0;
    let rights = 0;
    for (let i = from; i < to; i++) {
      const dot = this.#dots[i] as number;
      if (dot <= threshold) lefts += 1;
      else if (dot > threshold) rights += 1;
    }
    const missingLeft = lefts >= rights;
    this.#args.missingLeft[node] = missingLeft ? 1 : 0;
    let middle = from;
    let behind = 0;
    for (let i = from; i < to; i++) {
      const dot = this.#dots[i] as number;
      const goesLeft = dot <= threshold || (!(dot > threshold) && missingLeft);
      if (goesLeft) rows[middle++] = rows[i] as number;
      else this.#scratch[behind++] = rows[i] as number;
    }
    rows.set(this.#scratch.subarray(0, behind), middle);
    return middle;
  }
}

function swap(list: Int32Array, a: number, b: number): void {
  const kept = list[a] as number;
  list[a] = list[b] as number;
  list[b] = kept;
}
