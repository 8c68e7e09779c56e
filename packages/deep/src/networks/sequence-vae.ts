import { exp2, Random } from "@telltale/core";
import { AffineLayer } from "../layers/affine-layer.js";
import { RecurrentLayer } from "../layers/recurrent-layer.js";
import { Scratch } from "../layers/scratch.js";
import { lastGradient, randomOf, type SequencePlan } from "./sequence-autoencoder.js";
import type { SequenceNetwork } from "./sequence-network.js";

export interface SequenceVaePlan extends Omit<SequencePlan, "dropout"> {
  /** Numbers of a code. */
  readonly latent: number;
  /** What the divergence of codes from a standard normal distribution counts for. */
  readonly beta: number;
}

/** Streams of the seed for the noise of codes. */
const NOISE_STREAM = 2_000_000;
/** Logarithms of variances are kept within ± this. */
const MOST_LOG_VARIANCE = 12;

const exponential = (x: number) => exp2(x * Math.LOG2E);

/** A recurrent autoencoder whose code is drawn from a normal distribution while it learns, and is its mean afterwards. */
export function sequenceVae(plan: SequenceVaePlan): SequenceNetwork {
  const { cell, activation, cols, steps, units, latent, beta, seed } = plan;
  const encoder = new RecurrentLayer("encoder", { cell, activation, inputs: cols, units }, randomOf(seed, 0));
  const mean = new AffineLayer("mean", units, latent, randomOf(seed, 1));
  const logVariance = new AffineLayer("logVariance", units, latent, randomOf(seed, 2));
  const decoder = new RecurrentLayer(
    "decoder",
    { cell, activation, inputs: latent, units, repeated: true },
    randomOf(seed, 3),
  );
  const output = new AffineLayer("output", units, cols, randomOf(seed, 4));
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
        z[i] = m + exponential(log / 2) * (noise[i] ?? 0);
      }
      divergence /= count;
      const { hidden } = decoder.forward(compute, z, count, steps, step !== undefined);
      return output.forward(compute, hidden, count * steps);
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
        ofLog[i] = inside
          ? (g * (noise[i] as number) * spread) / 2 + (klWeight * (spread * spread - 1)) / (2 * windows)
          : 0;
      }
      const a = mean.backward(compute, ofMean);
      const b = logVariance.backward(compute, ofLog);
      const both = scratch.floats("both", a.length);
      for (let i = 0; i < both.length; i++) both[i] = (a[i] as number) + (b[i] as number);
      encoder.backward(compute, { last: lastGradient(scratch, cell, both, windows * units) });
    },
  };
}

function bounded(log: number): number {
  return Math.max(-MOST_LOG_VARIANCE, Math.min(MOST_LOG_VARIANCE, log));
}
