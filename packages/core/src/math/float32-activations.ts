/**
 * The logistic function and the hyperbolic tangent in single precision, made of + − × ÷ and comparisons in a fixed order:
 * mirrored in C++ (native/cpp/kernels/recurrent), so that both give the same bits. Errors: exponential 1.7 units in the last
 * place, tangent 1.2, logistic function 9e-8.
 */

const fround = Math.fround;
const LOG2_E = fround(1.4426950216293335);
const LN2_HIGH = fround(0.693359375); // times a whole number of up to 7 bits it is exact
const LN2_LOW = fround(-0.00021219444170128554);
/** 2^23 + 2^22: adding it rounds a small number to an integer, in the low bits of the sum. */
const ROUNDER = 12_582_912;
/** (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2, in powers of r, highest first. */
const E4 = fround(0.0013934544986113906);
const E3 = fround(0.008363776840269566);
const E2 = fround(0.04166645556688309);
const E1 = fround(0.16666573286056519);
/** (tanh x − x) / x³ on |x| < 0.625, in powers of x², highest first. */
const T4 = fround(-0.006061604246497154);
const T3 = fround(0.02097359299659729);
const T2 = fround(-0.053846098482608795);
const T1 = fround(0.1333273947238922);
const T0 = fround(-0.333333283662796);

const POWERS = Float32Array.from({ length: 256 }, (_, n) => 2 ** (n - 127));

/** e^x of a float32 x held to −87 … 88, as a float32; NaN for NaN. */
export function expFloat32(given: number): number {
  const x = given < -87 ? -87 : given > 88 ? 88 : given;
  const n = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  let p = fround(fround(E4 * r) + E3);
  p = fround(fround(p * r) + E2);
  p = fround(fround(p * r) + E1);
  p = fround(fround(p * r) + 0.5);
  const y = fround(fround(fround(p * fround(r * r)) + r) + 1);
  return fround(y * (POWERS[n + 127] as number));
}

/** 1 / (1 + e^−x) of a float32, as a float32. */
export function sigmoidFloat32(x: number): number {
  return fround(1 / fround(1 + expFloat32(-x)));
}

/** tanh x of a float32, as a float32. */
export function tanhFloat32(x: number): number {
  const size = Math.abs(x);
  if (size < 0.625) {
    const z = fround(x * x);
    let p = fround(fround(T4 * z) + T3);
    p = fround(fround(p * z) + T2);
    p = fround(fround(p * z) + T1);
    p = fround(fround(p * z) + T0);
    return fround(fround(fround(p * z) * x) + x);
  }
  const value = fround(1 - fround(2 / fround(expFloat32(fround(size + size)) + 1)));
  return x < 0 ? -value : value;
}
