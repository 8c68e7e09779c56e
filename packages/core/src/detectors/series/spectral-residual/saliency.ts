import { exp2, log } from "../../../math/elementary.js";
import { Fourier } from "../../../math/fourier.js";

const LOG2_E = 1.4426950408889634;
/** Keeps the logarithm of an amplitude of 0 finite. */
const LEAST_AMPLITUDE = 1e-8;
const LOG_LEAST = log(LEAST_AMPLITUDE);

/** How the map is made. */
export interface SaliencyOptions {
  /** Frequencies over which the logarithms of the amplitudes are averaged, q. */
  readonly smoothing: number;
}

/**
 * Saliency of each value of a series of 2^k values: what is left of it when the average course of its spectrum is taken
 * out. With A and P amplitude and phase of the transform, L = ln A and L̄ its mean over the last q frequencies (fewer at the
 * first ones), it is the magnitude of the inverse transform of exp(L − L̄ + iP).
 *
 * @see https://doi.org/10.1145/3292500.3330680 Ren and others: Time-series anomaly detection service at Microsoft
 */
export class Saliency {
  readonly #fourier: Fourier;
  readonly #smoothing: number;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #logs: Float64Array;

  constructor(size: number, { smoothing }: SaliencyOptions) {
    this.#fourier = new Fourier(size);
    this.#smoothing = smoothing;
    this.#real = new Float64Array(size);
    this.#imaginary = new Float64Array(size);
    this.#logs = new Float64Array(size);
  }

  /** One value ≥ 0 for each value of the series from place `first` on, in a view that the next call overwrites. */
  of(values: ArrayLike<number>, first = 0): Float64Array {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const logs = this.#logs;
    const n = real.length;
    for (let t = 0; t < n; t++) real[t] = values[t] as number;
    imaginary.fill(0);
    this.#fourier.forward(real, imaginary);
    // The spectrum of real values is symmetric: one half of it is the other one's mirror image.
    for (let k = 0; k <= n >> 1; k++) {
      const mirrored = (n - k) & (n - 1);
      const x = real[k] as number;
      const y = mirrored === k ? 0 : (imaginary[k] as number);
      const amplitude = Math.sqrt(x * x + y * y);
      const present = amplitude > LEAST_AMPLITUDE;
      logs[k] = present ? log(amplitude) : LOG_LEAST;
      // Only the direction is kept: the phase.
      real[k] = present ? x / amplitude : 0;
      imaginary[k] = present ? y / amplitude : 0;
      logs[mirrored] = logs[k] as number;
      real[mirrored] = real[k] as number;
      if (mirrored !== k) imaginary[mirrored] = -(imaginary[k] as number);
    }
    for (let k = n - 1; k >= 0; k--) {
      const from = Math.max(0, k - this.#smoothing + 1);
      let sum = 0;
      for (let i = from; i <= k; i++) sum += logs[i] as number;
      const amplitude = exp2(LOG2_E * ((logs[k] as number) - sum / (k + 1 - from)));
      real[k] = (real[k] as number) * amplitude;
      imaginary[k] = (imaginary[k] as number) * amplitude;
    }
    this.#fourier.inverse(real, imaginary);
    for (let t = first; t < n; t++) {
      const x = real[t] as number;
      const y = imaginary[t] as number;
      real[t] = Math.sqrt(x * x + y * y);
    }
    return real;
  }
}
