import type { Random } from "@telltale/core";

/**
 * What can be put into a series: the kinds of anomaly that benchmarks of time series know, from single points to
 * changed shapes.
 */
export const ANOMALY_KINDS = [
  "spike",
  "level-shift",
  "drift",
  "flat-line",
  "noise",
  "frequency",
  "season-shift",
  "amplitude",
  "missing-cycle",
  "reversed",
  "flipped",
  "swapped-sensors",
] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

/** Rows of a stretch, counted in periods of the series: at least and at most. A spike is one row. */
export const PERIODS: Readonly<Record<Exclude<AnomalyKind, "spike">, readonly [number, number]>> = {
  "level-shift": [0.5, 3],
  drift: [1, 3],
  "flat-line": [0.5, 2],
  noise: [0.5, 2],
  frequency: [1, 3],
  "season-shift": [1, 3],
  amplitude: [1, 3],
  "missing-cycle": [1, 1],
  reversed: [1, 2],
  flipped: [0.5, 2],
  "swapped-sensors": [0.5, 2],
};

/** One sensor of the untouched series, and the stretch of it that is to be changed. */
export interface Stretch {
  /** The whole sensor before anything was put in. */
  readonly values: Float64Array;
  /** First row of the stretch and the one after its last. */
  readonly from: number;
  readonly to: number;
  /** Standard deviation and mean of the sensor; 1 for the deviation of a constant one. */
  readonly spread: number;
  readonly mean: number;
  readonly period: number;
  /** How strong the anomaly is, in spreads. */
  readonly strength: number;
  /** +1 or −1: up or down, faster or slower, larger or smaller. */
  readonly sign: number;
  readonly random: Random;
}

/** The changed values of a stretch, from its first row. */
export type Change = (stretch: Stretch) => Float64Array;

/** How each kind changes one sensor. Two sensors are needed to swap them: see `swapped` below. */
export const CHANGES: Readonly<Record<Exclude<AnomalyKind, "swapped-sensors">, Change>> = {
  spike: (s) => each(s, (value) => value + s.sign * s.strength * s.spread),
  "level-shift": (s) => each(s, (value) => value + (s.sign * s.strength * s.spread) / 2),
  drift: (s) => each(s, (value, i, n) => value + (s.sign * s.strength * s.spread * (i + 1)) / n),
  "flat-line": (s) => {
    const held = heldValue(s);
    return each(s, () => held);
  },
  noise: (s) => each(s, (value) => value + (s.random.normal() * s.strength * s.spread) / 2),
  frequency: (s) => {
    const n = s.to - s.from;
    // Twice as fast needs twice as many rows to read from; near the end of the series half as fast does as well.
    const speed = s.sign > 0 && s.from + 2 * n <= s.values.length ? 2 : 0.5;
    return each(s, (_, i) => valueAt(s.values, s.from + i * speed));
  },
  "season-shift": (s) => {
    const late = Math.max(1, Math.round(s.period / 2));
    const shift = s.from >= late ? -late : late;
    return each(s, (_, i) => s.values[Math.min(s.values.length - 1, s.from + i + shift)] as number);
  },
  amplitude: (s) => {
    const middle = meanOf(s);
    const factor = s.sign > 0 ? 1 + s.strength / 2 : 1 / (1 + s.strength / 2);
    return each(s, (value) => middle + factor * (value - middle));
  },
  "missing-cycle": (s) => {
    const first = heldValue(s);
    const last = s.values[s.to - 1] as number;
    const slope = ((Number.isFinite(last) ? last : first) - first) / Math.max(1, s.to - s.from - 1);
    // What the sensor does from row to row stays, so that only the cycle is gone.
    return each(s, (value, i) => first + slope * i + value - shortMean(s.values, s.from + i));
  },
  reversed: (s) => each(s, (_, i) => s.values[s.to - 1 - i] as number),
  flipped: (s) => {
    const middle = meanOf(s);
    return each(s, (value) => 2 * middle - value);
  },
};

/** What a sensor shows when it is wired as another one: the other's course, in its own units. */
export function swapped(s: Stretch, other: Stretch): Float64Array {
  return each(s, (_, i) => {
    const value = other.values[s.from + i] as number;
    return s.mean + ((value - other.mean) / other.spread) * s.spread;
  });
}

function each(s: Stretch, change: (value: number, i: number, n: number) => number): Float64Array {
  const n = s.to - s.from;
  return Float64Array.from({ length: n }, (_, i) => change(s.values[s.from + i] as number, i, n));
}

/** The last value that the sensor showed at the beginning of the stretch or before, else its mean. */
function heldValue({ values, from, mean }: Stretch): number {
  for (let i = from; i >= 0; i--) if (Number.isFinite(values[i])) return values[i] as number;
  return mean;
}

function meanOf({ values, from, to, mean }: Stretch): number {
  let sum = 0;
  let count = 0;
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i] as number;
    count++;
  }
  return count === 0 ? mean : sum / count;
}

/** The series between two rows, on a straight line. */
function valueAt(values: Float64Array, position: number): number {
  const before = Math.min(values.length - 1, Math.floor(position));
  const after = Math.min(values.length - 1, before + 1);
  const part = position - before;
  return (values[before] as number) * (1 - part) + (values[after] as number) * part;
}

/** Mean of a value and its two neighbours. */
function shortMean(values: Float64Array, i: number): number {
  const before = values[Math.max(0, i - 1)] as number;
  const after = values[Math.min(values.length - 1, i + 1)] as number;
  return (before + (values[i] as number) + after) / 3;
}
