import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import type { Matrix } from "../../../matrix.js";
import { inOrder } from "../../series.js";
import { exclusionZone, joinWindows } from "./join.js";
import { describeWindows, type ValueWindows } from "./window-moments.js";

/** Column j of a series. */
export function columnOf({ data, rows, cols }: Matrix, j: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + j] as number);
}

/**
 * The matrix profile of one column of several series against each other: for each window the distance of the nearest other
 * one, those that overlap by more than three quarters aside.
 *
 * @param past  only earlier windows of the own series count
 * @returns for each series one distance a window; ∞ where there is no other window
 */
export function selfProfile(series: readonly ValueWindows[], past: boolean, run: Run): MaybePromise<Float64Array[]> {
  const found = series.map(({ count }) => new Float64Array(count).fill(Number.POSITIVE_INFINITY));
  const pairs = series.flatMap((query, a) => series.map((train, b) => ({ query, train, a, b })));
  const wanted = past ? pairs.filter(({ a, b }) => a === b) : pairs;
  const done = inOrder(wanted.length, (p) => {
    const { query, train, a, b } = wanted[p] as (typeof pairs)[number];
    const within = (from: number, to: number) => run.within((p + from) / wanted.length, (p + to) / wanted.length);
    const distances = found[a] as Float64Array;
    if (a !== b) return joinWindows({ query, train, low: 1 - query.count, high: train.count }, distances, within(0, 1));
    const zone = exclusionZone(query.length);
    const earlier = { query, train, low: 1 - query.count, high: -zone };
    return chain(joinWindows(earlier, distances, within(0, 0.5)), () =>
      past ? undefined : joinWindows({ query, train, low: zone + 1, high: train.count }, distances, within(0.5, 1)),
    );
  });
  return chain(done, () => found);
}

/** One column of a series that arrives in chunks, and what it is held against. */
export class ProfileStream {
  readonly #length: number;
  readonly #training: readonly ValueWindows[];
  readonly #past: boolean;
  /** The last window, or all values while there is none. */
  #values: Float64Array = new Float64Array(0);
  /** All windows so far, when the past counts. */
  readonly #history: GrowingWindows;
  #seen = 0;
  /** For each training series, then the own one: products of the last window with its windows. */
  readonly #products: (Float64Array | undefined)[];

  constructor(length: number, training: readonly ValueWindows[], past: boolean) {
    this.#length = length;
    this.#training = training;
    this.#past = past;
    this.#history = new GrowingWindows(length);
    this.#products = new Array(training.length + 1).fill(undefined);
  }

  /** One distance for each window that ends in the next values; ∞ where there is nothing to hold it against. */
  push(next: Float64Array, run: Run): MaybePromise<Float64Array> {
    const length = this.#length;
    const kept = this.#values;
    const values = new Float64Array(kept.length + next.length);
    values.set(kept);
    values.set(next, kept.length);
    const done = Math.max(0, this.#seen - length + 1);
    this.#seen += next.length;
    this.#values = values.slice(Math.max(0, values.length - length));
    // The first of these is the last one of the push before, which the first new one follows.
    const all = describeWindows(values, length);
    const query = done > 0 ? withoutFirst(all) : all;
    const distances = new Float64Array(query.count).fill(Number.POSITIVE_INFINITY);
    const joins = this.#training.map((train) => ({ train, high: train.count }));
    if (this.#past) joins.push({ train: this.#history.append(query, next), high: done - exclusionZone(length) });
    const finished = inOrder(joins.length, (s) => {
      const { train, high } = joins[s] as (typeof joins)[number];
      const before = this.#products[s];
      const join = { query, train, low: 1 - query.count, high, ...(before === undefined ? {} : { before }) };
      return chain(joinWindows(join, distances, run.within(s / joins.length, (s + 1) / joins.length)), (products) => {
        if (high > join.low) this.#products[s] = products;
      });
    });
    return chain(finished, () => distances);
  }
}

/** Windows of a series that grows at its end. */
class GrowingWindows {
  readonly #length: number;
  #count = 0;
  #size = 0;
  #values = new Float64Array(64);
  #moments = [0, 1, 2, 3].map(() => new Float64Array(64));

  constructor(length: number) {
    this.#length = length;
  }

  /** Adds windows and the values in which they end; gives all there are. */
  append(added: ValueWindows, next: Float64Array): ValueWindows {
    this.#values = grown(this.#values, this.#size + next.length);
    this.#values.set(next, this.#size);
    this.#size += next.length;
    const count = this.#count + added.count;
    this.#moments = this.#moments.map((old, k) => {
      const array = grown(old, count);
      array.set([added.step, added.drift, added.inverse, added.mean][k] as Float64Array, this.#count);
      return array;
    });
    this.#count = count;
    const [step, drift, inverse, mean] = this.#moments.map((array) => array.subarray(0, count)) as Four;
    return { values: this.#values, length: this.#length, count, step, drift, inverse, mean };
  }
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

function grown(array: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  if (size <= array.length) return array;
  const larger = new Float64Array(Math.max(size, 2 * array.length));
  larger.set(array);
  return larger;
}

function withoutFirst(windows: ValueWindows): ValueWindows {
  return {
    length: windows.length,
    count: windows.count - 1,
    values: windows.values.subarray(1),
    mean: windows.mean.subarray(1),
    step: windows.step.subarray(1),
    drift: windows.drift.subarray(1),
    inverse: windows.inverse.subarray(1),
  };
}
