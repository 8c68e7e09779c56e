import {
  DENSE_LANES,
  DENSE_MOST_INPUT,
  type DenseLayer,
  type DenseProducts,
  denseHasBias,
} from "../../dense-network.js";

/* One layer on a panel of rows, see `DenseProducts`. Rows in lanes beyond the last count for nothing. */

const { fround } = Math;

/** Rows rounded up to whole groups of lanes. */
export function lanesOf(rows: number): number {
  return Math.ceil(rows / DENSE_LANES) * DENSE_LANES;
}

/** Copies rows of x into a panel; `rowAt` gives the row of each lane. */
export function readPanel(
  x: Float64Array,
  cols: number,
  count: number,
  rowAt: (lane: number) => number,
  panel: Float32Array,
): void {
  const lanes = lanesOf(count);
  for (let lane = 0; lane < lanes; lane++) {
    const row = lane < count ? rowAt(lane) * cols : -1;
    for (let j = 0; j < cols; j++) panel[j * lanes + lane] = row < 0 ? 0 : bounded(x[row + j] as number);
  }
}

function bounded(v: number): number {
  return v > DENSE_MOST_INPUT ? DENSE_MOST_INPUT : v < -DENSE_MOST_INPUT ? -DENSE_MOST_INPUT : v;
}

/** The weighted sums of a layer. */
function sumsOf(layer: DenseLayer, weights: Float32Array, panel: Float32Array, lanes: number, out: Float32Array): void {
  const { inputs, sums, kernelAt, biasAt } = layer;
  const biased = denseHasBias(layer);
  for (let j = 0; j < sums; j++) {
    const to = j * lanes;
    out.fill(biased ? (weights[biasAt + j] as number) : 0, to, to + lanes);
    addProducts(weights, kernelAt + j, sums, panel, inputs, lanes, out, to);
  }
}

/** The gradients of a layer's inputs from those of its sums. */
function inputGradients(
  { inputs, sums, kernelAt }: DenseLayer,
  weights: Float32Array,
  gradients: Float32Array,
  lanes: number,
  out: Float32Array,
): void {
  for (let k = 0; k < inputs; k++) {
    const to = k * lanes;
    out.fill(0, to, to + lanes);
    addProducts(weights, kernelAt + k * sums, 1, gradients, sums, lanes, out, to);
  }
}

/**
 * Adds to a unit of `out` the units of a panel, each times its weight, one after the other. Four at a time, since most of the time goes
 * on reading and writing the sums.
 */
function addProducts(
  weights: Float32Array,
  first: number,
  stride: number,
  panel: Float32Array,
  units: number,
  lanes: number,
  out: Float32Array,
  to: number,
): void {
  let u = 0;
  for (; u + 4 <= units; u += 4) {
    const a = weights[first + u * stride] as number;
    const b = weights[first + (u + 1) * stride] as number;
    const c = weights[first + (u + 2) * stride] as number;
    const d = weights[first + (u + 3) * stride] as number;
    const from = u * lanes;
    for (let i = 0; i < lanes; i++) {
      const at = from + i;
      let sum = fround((out[to + i] as number) + fround(a * (panel[at] as number)));
      sum = fround(sum + fround(b * (panel[at + lanes] as number)));
      sum = fround(sum + fround(c * (panel[at + 2 * lanes] as number)));
      out[to + i] = fround(sum + fround(d * (panel[at + 3 * lanes] as number)));
    }
  }
  for (; u < units; u++) {
    const w = weights[first + u * stride] as number;
    const from = u * lanes;
    for (let i = 0; i < lanes; i++) {
      out[to + i] = fround((out[to + i] as number) + fround(w * (panel[from + i] as number)));
    }
  }
}

const partial = new Float32Array(DENSE_LANES);

/** Folds the sixteen sums by halves. */
export function foldLanes(sums: Float32Array): number {
  for (let half = DENSE_LANES / 2; half >= 1; half /= 2) {
    for (let i = 0; i < half; i++) sums[i] = fround((sums[i] as number) + (sums[i + half] as number));
  }
  return sums[0] as number;
}

/** The gradients of a layer's weights and biases, written where the weights stand. */
function weightGradients(
  layer: DenseLayer,
  panel: Float32Array,
  gradients: Float32Array,
  lanes: number,
  out: Float32Array,
): void {
  const { inputs, sums, kernelAt, biasAt } = layer;
  for (let k = 0; k < inputs; k++) {
    for (let j = 0; j < sums; j++) {
      // Lane by lane, so that a sum stays in a register.
      for (let lane = 0; lane < DENSE_LANES; lane++) {
        let sum = 0;
        const a = k * lanes;
        const g = j * lanes;
        for (let i = lane; i < lanes; i += DENSE_LANES) {
          sum = fround(sum + fround((panel[a + i] as number) * (gradients[g + i] as number)));
        }
        partial[lane] = sum;
      }
      out[kernelAt + k * sums + j] = foldLanes(partial);
    }
  }
  if (!denseHasBias(layer)) return;
  for (let j = 0; j < sums; j++) out[biasAt + j] = unitSum(gradients, j * lanes, lanes);
}

/** The products in plain TypeScript. */
export const plainProducts: DenseProducts = { sums: sumsOf, inputGradients, weightGradients };

/** The sum of the `count` values that stand at `from`: those of a unit. */
export function unitSum(values: Float32Array, from: number, count: number): number {
  partial.fill(0);
  for (let i = 0; i < count; i++) {
    const lane = i % DENSE_LANES;
    partial[lane] = fround((partial[lane] as number) + (values[from + i] as number));
  }
  return foldLanes(partial);
}
