import type { DenseLayer, DenseProducts } from "../../dense-network.js";
import { activate, boundLogVariance, exp32 } from "./activations.js";

const { fround } = Math;

/** A layer's outputs from its sums; `noise` gives the normal number of a unit and lane, where units are drawn. */
export function outputsOf(
  layer: DenseLayer,
  sums: Float32Array,
  lanes: number,
  noise: ((unit: number, lane: number) => number) | undefined,
): Float32Array {
  const { units, kind, activation } = layer;
  if (kind !== "sampled") {
    activate(sums, units * lanes, activation);
    return sums;
  }
  const outputs = new Float32Array(units * lanes);
  for (let u = 0; u < units; u++) {
    for (let i = 0; i < lanes; i++) {
      const mean = sums[u * lanes + i] as number;
      const drawn = noise === undefined ? 0 : noise(u, i);
      const deviation = exp32(fround(0.5 * boundLogVariance(sums[(units + u) * lanes + i] as number)));
      outputs[u * lanes + i] = fround(mean + fround(deviation * drawn));
    }
  }
  return outputs;
}

/**
 * Gradients of means and logarithms of variances from those of the drawn units, with those of the divergence
 * ½ (μ² + σ² − 1 − ln σ²), which is added to the loss of each row.
 */
export function sampledBack(
  { units }: DenseLayer,
  sums: Float32Array,
  gradients: Float32Array,
  lanes: number,
  noise: ((unit: number, lane: number) => number) | undefined,
  klWeight: number,
  count: number,
  rowLoss: Float32Array,
): Float32Array {
  const weight = fround(klWeight);
  const share = fround(klWeight / count);
  const out = new Float32Array(2 * units * lanes);
  for (let u = 0; u < units; u++) {
    for (let i = 0; i < count; i++) {
      const at = u * lanes + i;
      const mean = sums[at] as number;
      const raw = sums[units * lanes + at] as number;
      const bounded = boundLogVariance(raw);
      const deviation = exp32(fround(0.5 * bounded));
      const variance = fround(deviation * deviation);
      const g = gradients[at] as number;
      const drawn = noise === undefined ? 0 : noise(u, i);
      const excess = fround(variance - 1);
      out[at] = fround(g + fround(share * mean));
      const fromDraw = fround(fround(g * drawn) * fround(0.5 * deviation));
      out[units * lanes + at] = raw === bounded ? fround(fromDraw + fround(fround(0.5 * share) * excess)) : 0;
      const divergence = fround(fround(fround(mean * mean) + excess) - bounded);
      rowLoss[i] = fround((rowLoss[i] as number) + fround(fround(0.5 * weight) * divergence));
    }
  }
  return out;
}

/** The weighted sums of a layer, in a panel of its own. */
export function newSums(
  products: DenseProducts,
  layer: DenseLayer,
  weights: Float32Array,
  panel: Float32Array,
  lanes: number,
): Float32Array {
  const sums = new Float32Array(layer.sums * lanes);
  products.sums(layer, weights, panel, lanes, sums);
  return sums;
}
