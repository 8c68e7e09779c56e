import type { FourierFeatures } from "../../one-class-svm/linear-one-class-svm.js";

/** 2^52 + 2^51: adding it leaves a number of magnitude below 2^51 rounded to an integer. */
const ROUNDER = 6755399441055744;

/** cos 2πu for |u| < 2^50, the angle in turns; to 1e-15. As 1 − 2 sin² πr, r the distance to the nearest whole turn. */
function cosineOfTurns(u: number): number {
  const r = u - (u + ROUNDER - ROUNDER);
  const z = r * r;
  // sin(πr) / r in powers of r², highest first; on |r| ≤ ½ the remainder is below 2^-56.
  let p = -2.2948428997269873e-8;
  p = p * z + 7.952054001475513e-7;
  p = p * z + -2.1915353447830217e-5;
  p = p * z + 4.6630280576761255e-4;
  p = p * z + -7.37043094571435e-3;
  p = p * z + 8.214588661112823e-2;
  p = p * z + -0.5992645293207921;
  p = p * z + 2.5501640398773455;
  p = p * z + -5.16771278004997;
  p = p * z + 3.141592653589793;
  const s = p * r;
  return 1 - 2 * (s * s);
}

/** Features of row `row` of `x` into `out`; for the linear kernel the row itself. */
export function featuresOf(map: FourierFeatures, x: Float64Array, row: number, cols: number, out: Float64Array): void {
  const { frequencies, phases } = map;
  const features = phases.length;
  const at = row * cols;
  if (features === 0) {
    for (let j = 0; j < cols; j++) out[j] = x[at + j] as number;
    return;
  }
  out.set(phases);
  for (let j = 0; j < cols; j++) {
    const v = x[at + j] as number;
    const from = j * features;
    for (let f = 0; f < features; f++) out[f] = (out[f] as number) + v * (frequencies[from + f] as number);
  }
  for (let f = 0; f < features; f++) out[f] = cosineOfTurns(out[f] as number);
}

/** Σ aᵢ bᵢ in eight partial sums, added in pairs. */
export function pairedDot(a: Float64Array, b: Float64Array, count: number): number {
  const sums = new Float64Array(8);
  for (let f = 0; f < count; f++) {
    const lane = f & 7;
    sums[lane] = (sums[lane] as number) + (a[f] as number) * (b[f] as number);
  }
  const [s0, s1, s2, s3, s4, s5, s6, s7] = sums as unknown as number[] as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7));
}
