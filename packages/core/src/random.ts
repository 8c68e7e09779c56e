import { ParamError } from "./errors.js";
import { log } from "./math/elementary.js";

/**
 * The one random number generator of the project: xoshiro128** (Blackman and Vigna, 2021), 128 bits of state, seeded by
 * hashing (seed, stream). Same numbers in `native/cpp/math/random.h`, on every machine.
 *
 * Streams make results independent of the order of work: tree t of a forest always draws from stream t of the seed.
 *
 * @see https://doi.org/10.1145/3460772
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /**
   * @param seed  an integer, 0 ≤ seed ≤ 2^53 − 1
   * @param stream  an integer, 0 ≤ stream < 2^32: which of the independent sequences of that seed
   */
  constructor(seed: number, stream = 0) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ParamError("PARAM_RANGE", `seed: expected an integer from 0 to 2^53 − 1; found ${seed}`);
    }
    const low = seed >>> 0;
    const high = Math.floor(seed / 0x1_0000_0000) >>> 0;
    this.#a = seedWord(0x9e3779b9, low, high, stream);
    this.#b = seedWord(0x3c6ef372, low, high, stream);
    this.#c = seedWord(0xdaa66d2b, low, high, stream);
    this.#d = seedWord(0x78dde6e4, low, high, stream) | 1; // the all-zero state is the only forbidden one
  }

  /** 32 random bits, as an integer 0 … 2^32 − 1. */
  bits(): number {
    const five = Math.imul(this.#b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A uniform integer, 0 ≤ value < n, for 1 ≤ n ≤ 2^53. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Marsaglia's polar method, one value a call). @see https://doi.org/10.1137/1006063 */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 1e-300 && s < 1) return u * Math.sqrt((-2 * log(s)) / s);
    }
  }
}

function seedWord(start: number, low: number, high: number, stream: number): number {
  return mix(mix(mix(start ^ low) ^ high) ^ stream);
}

/** A 32-bit finaliser: every input bit reaches every output bit. */
function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
