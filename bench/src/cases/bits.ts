export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/**
 * The first place where two arrays of one length differ by more than the tolerance; without one, zeros by their sign and
 * NaN equal to NaN. −1 for none.
 */
export function firstDifference(a: TypedArray, b: TypedArray, tolerance = 0): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    if (!(tolerance > 0 && Math.abs((a[i] as number) - (b[i] as number)) <= tolerance)) return i;
  }
  return -1;
}
