import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";
import { corrupt } from "./document.js";

/** 64 MiB of category sets: a few bytes can name a category that needs two of them. */
const MAX_CATEGORY_WORDS = 2 ** 24;

export interface Split {
  readonly left: number;
  readonly right: number;
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft: number;
  /** Categories that go right; absent at a numeric node. */
  readonly categories: Int32Array | undefined;
  readonly gain: number;
  readonly cover: number;
}

/** Trees that are written node after node. */
export class TreeArrays {
  readonly treeStart: number[] = [];
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly defaultLeft: number[] = [];
  readonly categoryStart: number[] = [];
  readonly categoryWords: number[] = [];
  readonly categoryBits: number[] = [];
  readonly gain: number[] = [];
  readonly cover: number[] = [];

  beginTree(): void {
    this.treeStart.push(this.left.length);
  }

  addLeaf(value: number, cover: number): void {
    this.#add(-1, -1, 0, value, 0, -1, 0, 0, cover);
  }

  addSplit(split: Split): void {
    const { left, right, feature, threshold, defaultLeft, categories, gain, cover } = split;
    const start = categories === undefined ? -1 : this.categoryBits.length;
    const words = categories === undefined ? 0 : this.#addSet(categories);
    this.#add(left, right, feature, threshold, defaultLeft, start, words, gain, cover);
  }

  #add(
    left: number,
    right: number,
    feature: number,
    threshold: number,
    defaultLeft: number,
    categoryStart: number,
    categoryWords: number,
    gain: number,
    cover: number,
  ): void {
    this.left.push(left);
    this.right.push(right);
    this.feature.push(feature);
    this.threshold.push(threshold);
    this.defaultLeft.push(defaultLeft);
    this.categoryStart.push(categoryStart);
    this.categoryWords.push(categoryWords);
    this.gain.push(gain);
    this.cover.push(cover);
  }

  #addSet(categories: Int32Array): number {
    let words = 0;
    for (const category of categories) words = Math.max(words, (category >>> 5) + 1);
    if (this.categoryBits.length + words > MAX_CATEGORY_WORDS) {
      throw corrupt(`its sets of categories need more than ${MAX_CATEGORY_WORDS * 4} bytes`);
    }
    const bits = new Int32Array(words);
    for (const category of categories) bits[category >>> 5] = (bits[category >>> 5] as number) | (1 << (category & 31));
    for (const word of bits) this.categoryBits.push(word >>> 0);
    return words;
  }

  finish(treeOutput: Int32Array, baseMargin: Float32Array): TreeEnsemble {
    return {
      treeStart: Int32Array.from([...this.treeStart, this.left.length]),
      treeOutput,
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      feature: Int32Array.from(this.feature),
      threshold: Float32Array.from(this.threshold),
      defaultLeft: Uint8Array.from(this.defaultLeft),
      categoryStart: Int32Array.from(this.categoryStart),
      categoryWords: Int32Array.from(this.categoryWords),
      categoryBits: Uint32Array.from(this.categoryBits.length > 0 ? this.categoryBits : [0]),
      gain: Float32Array.from(this.gain),
      cover: Float32Array.from(this.cover),
      baseMargin,
      outputs: baseMargin.length,
    };
  }
}
