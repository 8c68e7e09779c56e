/**
 * Discrete Fourier transform of 2^k complex numbers, in place, radix 2. The roots of unity come from half angles, with
 * + − × ÷ √ alone, so that every engine gives the same bits.
 *
 * @see https://doi.org/10.1090/S0025-5718-1965-0178586-1 Cooley, Tukey
 */
export class Fourier {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  /** @param size  a power of two */
  constructor(size: number) {
    if (!(size >= 1 && Number.isInteger(Math.log2(size)))) throw new RangeError(`${size} is no power of two`);
    this.size = size;
    [this.#cos, this.#sin] = rootsOfUnity(size);
    this.#reversed = new Uint32Array(size);
    for (let i = 1; i < size; i++) {
      this.#reversed[i] = ((this.#reversed[i >> 1] as number) >> 1) | ((i & 1) * (size >> 1));
    }
  }

  /** X_k = Σ x_t exp(−2πi kt / n) */
  forward(real: Float64Array, imaginary: Float64Array): void {
    this.#transform(real, imaginary, -1);
  }

  /** The inverse of {@link Fourier.forward}, divided by n. */
  inverse(real: Float64Array, imaginary: Float64Array): void {
    this.#transform(real, imaginary, 1);
    for (let i = 0; i < this.size; i++) {
      real[i] = (real[i] as number) / this.size;
      imaginary[i] = (imaginary[i] as number) / this.size;
    }
  }

  // Plain variables in place of destructured pairs: those are allocated, and this is where the time goes.
  #transform(re: Float64Array, im: Float64Array, sign: number): void {
    const n = this.size;
    const cos = this.#cos;
    const sin = this.#sin;
    const reversed = this.#reversed;
    for (let i = 0; i < n; i++) {
      const j = reversed[i] as number;
      if (j <= i) continue;
      const x = re[i] as number;
      const y = im[i] as number;
      re[i] = re[j] as number;
      im[i] = im[j] as number;
      re[j] = x;
      im[j] = y;
    }
    const radix4 = n >= 4;
    if (radix4) this.#firstTwoLevels(re, im, sign);
    for (let half = radix4 ? 4 : 1; half < n; half *= 2) {
      const stride = n / (2 * half);
      for (let start = 0; start < n; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cos[k * stride] as number;
          const s = sign * (sin[k * stride] as number);
          const a = start + k;
          const b = a + half;
          const x = re[b] as number;
          const y = im[b] as number;
          const u = x * c - y * s;
          const v = x * s + y * c;
          const p = re[a] as number;
          const q = im[a] as number;
          re[b] = p - u;
          im[b] = q - v;
          re[a] = p + u;
          im[a] = q + v;
        }
      }
    }
  }

  /** Butterflies of two and of four, whose roots are 1 and ±i: no product. */
  #firstTwoLevels(re: Float64Array, im: Float64Array, sign: number): void {
    for (let a = 0; a < re.length; a += 4) {
      const p = (re[a] as number) + (re[a + 1] as number);
      const q = (im[a] as number) + (im[a + 1] as number);
      const r = (re[a] as number) - (re[a + 1] as number);
      const s = (im[a] as number) - (im[a + 1] as number);
      const t = (re[a + 2] as number) + (re[a + 3] as number);
      const u = (im[a + 2] as number) + (im[a + 3] as number);
      const v = sign * ((re[a + 2] as number) - (re[a + 3] as number));
      const w = sign * ((im[a + 2] as number) - (im[a + 3] as number));
      re[a] = p + t;
      im[a] = q + u;
      re[a + 1] = r - w;
      im[a + 1] = s + v;
      re[a + 2] = p - t;
      im[a + 2] = q - u;
      re[a + 3] = r + w;
      im[a + 3] = s - v;
    }
  }
}

/** cos and sin of 2πk/n for k < n / 2: each level's new angles are sums of known ones, the first of them halved. */
function rootsOfUnity(n: number): [Float64Array, Float64Array] {
  const half = Math.max(1, n >> 1);
  const cos = new Float64Array(half).fill(1);
  const sin = new Float64Array(half);
  // The angle of step is π at first, and is halved until it is 2π / n.
  let [c, s] = [-1, 0];
  for (let step = half >> 1; step >= 1; step >>= 1) {
    const next = Math.sqrt(Math.max(0, (1 + c) / 2));
    s = next === 0 ? 1 : s / (2 * next);
    c = next;
    for (let k = 0; k + step < half; k += 2 * step) {
      cos[k + step] = (cos[k] as number) * c - (sin[k] as number) * s;
      sin[k + step] = (sin[k] as number) * c + (cos[k] as number) * s;
    }
  }
  return [cos, sin];
}
