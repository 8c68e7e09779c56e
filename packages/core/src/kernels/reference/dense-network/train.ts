import {
  DENSE_LANES,
  DENSE_OPTIMIZERS,
  type DenseLayer,
  type DenseNetworkTrainArgs,
  type DenseProducts,
  denseLayers,
} from "../../dense-network.js";
import { activateBack, dropped, stepWordOf } from "./activations.js";
import { descend } from "./descent.js";
import { foldLanes, lanesOf, readPanel } from "./layer.js";
import { lossGradients } from "./loss.js";
import { type Normalized, normalize, normalizeBatch, normalizedBack } from "./normalized.js";
import { newSums, outputsOf, sampledBack } from "./sampled.js";

const { fround } = Math;

/** See {@link DenseNetworkTrainArgs}. */
export function denseNetworkTrain(products: DenseProducts, args: DenseNetworkTrainArgs): void {
  const layers = denseLayers(args.layers) as DenseLayer[];
  const gradients = new Float32Array(args.weights.length);
  let step = args.firstStep;
  for (let from = args.from; from < args.to; from += args.batch) {
    batchStep(products, args, layers, from, Math.min(args.batch, args.to - from), step, gradients);
    step += 1;
  }
}

/** What a layer made of a batch. */
interface Passed {
  readonly input: Float32Array;
  readonly sums: Float32Array;
  /** Of a normalized layer that learns. */
  readonly normalized: Normalized | undefined;
  /** Before units are dropped. */
  readonly outputs: Float32Array;
  /** 0 for a unit that is dropped, else what it is multiplied by; undefined when none is. */
  readonly mask: Float32Array | undefined;
}

function batchStep(
  products: DenseProducts,
  args: DenseNetworkTrainArgs,
  layers: readonly DenseLayer[],
  from: number,
  count: number,
  step: number,
  gradients: Float32Array,
): void {
  const { x, cols, order, noise, weights } = args;
  const learns = DENSE_OPTIMIZERS[args.optimizer] !== "none";
  const lanes = lanesOf(count);
  const input = new Float32Array(cols * lanes);
  readPanel(x, cols, count, (lane) => order[from + lane] as number, input);
  const sampled = layers.find(({ kind }) => kind === "sampled")?.units ?? 0;
  const draw =
    noise.length === 0
      ? undefined
      : (u: number, lane: number) => (lane < count ? (noise[(from + lane) * sampled + u] as number) : 0);
  const word = stepWordOf(args.seed, step);
  const passed: Passed[] = [];
  let panel: Float32Array = input;
  layers.forEach((layer, l) => {
    const sums = newSums(products, layer, weights, panel, lanes);
    let normalized: Normalized | undefined;
    if (layer.kind === "normalized") {
      if (learns) normalized = normalizeBatch(layer, weights, sums, lanes, count);
      else normalize(layer, weights, sums, lanes);
    }
    const outputs = outputsOf(layer, normalized?.outputs ?? sums, lanes, draw);
    const rate = args.dropout[l] as number;
    const mask = learns && rate > 0 ? maskOf(rate, word, l, layer.units, lanes) : undefined;
    passed.push({ input: panel, sums, normalized, outputs, mask });
    panel = mask === undefined ? outputs : outputs.map((v, i) => fround(v * (mask[i] as number)));
  });

  const rowLoss = new Float32Array(lanes);
  let back = lossGradients(args, input, panel, lanes, count, rowLoss);
  for (let l = layers.length - 1; l >= 0; l--) {
    const layer = layers[l] as DenseLayer;
    const { input: given, sums, normalized, outputs, mask } = passed[l] as Passed;
    if (mask !== undefined) back = back.map((g, i) => fround(g * (mask[i] as number)));
    if (layer.kind === "sampled") {
      back = sampledBack(layer, sums, back, lanes, draw, args.klWeight, count, rowLoss);
    } else {
      activateBack(back, outputs, layer.units * lanes, layer.activation);
    }
    if (normalized !== undefined) normalizedBack(layer, weights, normalized, back, lanes, count, gradients);
    if (learns) products.weightGradients(layer, given, back, lanes, gradients);
    if (l > 0) {
      const before = new Float32Array(layer.inputs * lanes);
      products.inputGradients(layer, weights, back, lanes, before);
      back = before;
    }
  }
  args.losses[0] = (args.losses[0] as number) + lossSum(rowLoss);
  if (learns) descend(args, layers, gradients);
}

function lossSum(rowLoss: Float32Array): number {
  const sums = new Float32Array(DENSE_LANES);
  for (let i = 0; i < rowLoss.length; i++) {
    sums[i % DENSE_LANES] = fround((sums[i % DENSE_LANES] as number) + (rowLoss[i] as number));
  }
  return foldLanes(sums);
}

function maskOf(rate: number, word: number, layer: number, units: number, lanes: number): Float32Array {
  const kept = fround(1 / fround(1 - rate));
  const threshold = Math.floor(rate * 2 ** 32);
  const mask = new Float32Array(units * lanes);
  for (let u = 0; u < units; u++) {
    for (let i = 0; i < lanes; i++) {
      if (!dropped(word, layer, i * units + u, threshold)) mask[u * lanes + i] = kept;
    }
  }
  return mask;
}
