import {
  DENSE_NORMALIZED_EPSILON,
  DENSE_NORMALIZED_MOMENTUM,
  type DenseLayer,
  denseNormalization,
} from "../../dense-network.js";
import { unitSum } from "./layer.js";

/* Batch normalization of a panel: unit after unit, each with a value for every row of a batch. */

const { fround } = Math;

const EPSILON = fround(DENSE_NORMALIZED_EPSILON);
const FOLLOWED = fround(1 - DENSE_NORMALIZED_MOMENTUM);

/** What the way back needs of a batch. */
export interface Normalized {
  /** (s − μ) / √(σ² + ε), a panel. */
  readonly values: Float32Array;
  /** 1 / √(σ² + ε) of each unit. */
  readonly inverses: Float32Array;
  /** γ times the values, plus β: what the activation gets, a panel. */
  readonly outputs: Float32Array;
}

/**
 * Normalizes sums by the mean and the variance of the batch's `count` rows, which the moving ones in `weights` follow.
 *
 * @param sums  become the values
 */
export function normalizeBatch(
  layer: DenseLayer,
  weights: Float32Array,
  sums: Float32Array,
  lanes: number,
  count: number,
): Normalized {
  const { mean, variance } = denseNormalization(layer, weights);
  const inverses = new Float32Array(layer.units);
  const squares = new Float32Array(count);
  for (let u = 0; u < layer.units; u++) {
    const at = u * lanes;
    const middle = fround(unitSum(sums, at, count) / count);
    for (let i = 0; i < count; i++) {
      const difference = fround((sums[at + i] as number) - middle);
      sums[at + i] = difference;
      squares[i] = fround(difference * difference);
    }
    const spread = fround(unitSum(squares, 0, count) / count);
    inverses[u] = inverseDeviation(spread);
    for (let i = 0; i < count; i++) sums[at + i] = fround((sums[at + i] as number) * (inverses[u] as number));
    sums.fill(0, at + count, at + lanes);
    mean[u] = followed(mean[u] as number, middle);
    variance[u] = followed(variance[u] as number, spread);
  }
  const outputs = sums.slice();
  scaleAndShift(layer, weights, outputs, lanes);
  return { values: sums, inverses, outputs };
}

/** Normalizes sums by the moving mean and variance, scales and shifts them, in place. */
export function normalize(layer: DenseLayer, weights: Float32Array, sums: Float32Array, lanes: number): void {
  const { mean, variance } = denseNormalization(layer, weights);
  for (let u = 0; u < layer.units; u++) {
    const inverse = inverseDeviation(variance[u] as number);
    for (let at = u * lanes; at < (u + 1) * lanes; at++) {
      sums[at] = fround(fround((sums[at] as number) - (mean[u] as number)) * inverse);
    }
  }
  scaleAndShift(layer, weights, sums, lanes);
}

/**
 * Turns gradients of what the activation got into gradients of sums, in place; those of γ and β are written where these stand.
 * The mean and the variance depend on every row of the batch, and so does what is taken off.
 */
export function normalizedBack(
  layer: DenseLayer,
  weights: Float32Array,
  { values, inverses }: Normalized,
  back: Float32Array,
  lanes: number,
  count: number,
  gradients: Float32Array,
): void {
  const { scale } = denseNormalization(layer, weights);
  const { scale: scaleGradient, shift: shiftGradient } = denseNormalization(layer, gradients);
  const products = new Float32Array(count);
  for (let u = 0; u < layer.units; u++) {
    const at = u * lanes;
    for (let i = 0; i < count; i++) products[i] = fround((back[at + i] as number) * (values[at + i] as number));
    const shifted = unitSum(back, at, count);
    const scaled = unitSum(products, 0, count);
    const slope = fround((scale[u] as number) * (inverses[u] as number));
    const level = fround(shifted / count);
    const tilt = fround(scaled / count);
    for (let i = 0; i < count; i++) {
      const centred = fround((back[at + i] as number) - level);
      back[at + i] = fround(slope * fround(centred - fround((values[at + i] as number) * tilt)));
    }
    back.fill(0, at + count, at + lanes);
    shiftGradient[u] = shifted;
    scaleGradient[u] = scaled;
  }
}

function scaleAndShift(layer: DenseLayer, weights: Float32Array, panel: Float32Array, lanes: number): void {
  const { scale, shift } = denseNormalization(layer, weights);
  for (let u = 0; u < layer.units; u++) {
    for (let at = u * lanes; at < (u + 1) * lanes; at++) {
      panel[at] = fround(fround((scale[u] as number) * (panel[at] as number)) + (shift[u] as number));
    }
  }
}

function inverseDeviation(variance: number): number {
  return fround(1 / fround(Math.sqrt(fround(variance + EPSILON))));
}

/** A moving value after a batch whose own is `value`. */
function followed(moving: number, value: number): number {
  return fround(moving + fround(fround(value - moving) * FOLLOWED));
}
