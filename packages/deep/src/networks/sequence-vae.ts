import { exp2, Random } from "@telltale/core";
import { AffineLayer } from "../layers/affine-layer.js";
import type { Compute } from "../layers/compute.js";
import { RecurrentLayer } from "../layers/recurrent-layer.js";
import { Scratch } from "../layers/scratch.js";
import type { Weight } from "../layers/weight.js";
import { lastGradient, randomOf, type SequencePlan } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";

export interface SequenceVaePlan extends Omit<SequencePlan, "dropout"> {
  /** Numbers of a code. */
  readonly latent: number;
  /** What the divergence of codes from a standard normal distribution counts for. */
  readonly beta: number;
  /**
   * As the Skoltech Anomaly Benchmark has it: what the divergence takes for the logarithm of a variance spreads the codes as it
   * is, and a layer of as many cells as columns writes the window.
   */
  readonly published: boolean;
}

/** Streams of the seed for the noise of codes. */
const NOISE_STREAM = 2_000_000;
/** Logarithms of variances are kept within ± this. */
const MOST_LOG_VARIANCE = 12;

const exponential = (x: number) => exp2(x * Math.LOG2E);

/** A recurrent autoencoder whose code is drawn from a normal distribution while it learns, and is its mean afterwards. */
export function sequenceVae(plan: SequenceVaePlan): SequenceNetwork {
  const { cell, activation, cols, steps, units, latent, beta, published, seed } = plan;
  const encoder = new RecurrentLayer("encoder", { cell, activation, inputs: cols, units }, randomOf(seed, 0));
  const mean = new AffineLayer("mean", units, latent, randomOf(seed, 1));
  const logVariance = new AffineLayer("logVariance", units, latent, randomOf(seed, 2));
  const decoder = new RecurrentLayer(
    "decoder",
    { cell, activation, inputs: latent, units, repeated: true },
    randomOf(seed, 3),
  );
  const output = published
    ? cellsThatWrite(new RecurrentLayer("output", { cell, activation, inputs: units, units: cols }, randomOf(seed, 4)))
    : readOut(new AffineLayer("output", units, cols, randomOf(seed, 4)));
  const scratch = new Scratch();
  const klWeight = beta / (steps * cols); // the error is a mean over the values of a window
  let windows = 0;
  let noise = new Float32Array(0);
  let [means, logs] = [noise as Float32Array, noise as Float32Array];
  let divergence = 0;
  return {
    weights: [...encoder.weights, ...mean.weights, ...logVariance.weights, ...decoder.weights, ...output.weights],
    outputs: steps * cols,
    forward(compute, input, count, step) {
      windows = count;
      const code = encoder.forward(compute, input, count, steps, step !== undefined).last.subarray(0, count * units);
      means = mean.forward(compute, code, count);
      logs = logVariance.forward(compute, code, count);
      divergence = 0;
      const z = scratch.floats("z", count * latent);
      const random = step === undefined ? undefined : new Random(seed ?? 0, NOISE_STREAM + (step % NOISE_STREAM));
      noise = new Float32Array(random === undefined ? 0 : z.length);
      for (let i = 0; i < z.length; i++) {
        const m = means[i] as number;
        const log = bounded(logs[i] as number);
        divergence += (m * m + exponential(log) - 1 - log) / 2;
        if (random !== undefined) noise[i] = random.normal();
        z[i] = m + (published ? (logs[i] as number) : exponential(log / 2)) * (noise[i] ?? 0);
      }
      divergence /= count;
      const { hidden } = decoder.forward(compute, z, count, steps, step !== undefined);
      return output.forward(compute, hidden, count, steps, step !== undefined);
    },
    penalty: () => klWeight * divergence,
    backward(compute, outputGradient) {
      const ofHidden = output.backward(compute, outputGradient);
      const { x: ofCode } = decoder.backward(compute, { hidden: ofHidden }, { x: true });
      const ofMean = scratch.floats("ofMean", ofCode.length);
      const ofLog = scratch.floats("ofLog", ofCode.length);
      for (let i = 0; i < ofCode.length; i++) {
        const log = logs[i] as number;
        const g = ofCode[i] as number;
        ofMean[i] = g + (klWeight * (means[i] as number)) / windows;
        const inside = Math.abs(log) <= MOST_LOG_VARIANCE;
        const spread = exponential(bounded(log) / 2);
        const ofSpread = g * (noise[i] as number);
        const ofDivergence = inside ? (klWeight * (spread * spread - 1)) / (2 * windows) : 0;
        ofLog[i] = published ? ofSpread + ofDivergence : inside ? (ofSpread * spread) / 2 + ofDivergence : 0;
      }
      const a = mean.backward(compute, ofMean);
      const b = logVariance.backward(compute, ofLog);
      const both = scratch.floats("both", a.length);
      for (let i = 0; i < both.length; i++) both[i] = (a[i] as number) + (b[i] as number);
      encoder.backward(compute, { last: lastGradient(scratch, cell, both, windows * units) });
    },
  };
}

/** The layer that writes windows out of the decoder's states. */
interface Writer {
  readonly weights: readonly Weight[];
  /** @param states  windows × steps × units */
  forward(compute: Compute, states: Float32Array, windows: number, steps: number, learning: boolean): Float32Array;
  /** The gradient of the states, from that of what was written. */
  backward(compute: Compute, outputGradient: Float32Array): Float32Array;
}

function readOut(layer: AffineLayer): Writer {
  return {
    weights: layer.weights,
    forward: (compute, states, windows, steps) => layer.forward(compute, states, windows * steps),
    backward: (compute, outputGradient) => layer.backward(compute, outputGradient),
  };
}

function cellsThatWrite(layer: RecurrentLayer): Writer {
  return {
    weights: layer.weights,
    forward: (compute, states, windows, steps, learning) =>
      layer.forward(compute, states, windows, steps, learning).hidden,
    backward: (compute, hidden) => layer.backward(compute, { hidden }, { x: true }).x,
  };
}

function bounded(log: number): number {
  return Math.max(-MOST_LOG_VARIANCE, Math.min(MOST_LOG_VARIANCE, log));
}
