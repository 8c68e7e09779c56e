// The mirror, operation for operation, of packages/core/src/math/float32-activations.ts, four lanes at a time.

/** e^x, x held to −87 … 88; NaN for NaN. */
export function exp4(given: v128): v128 {
  // pmax and pmin are comparisons: they give the first operand where the other is NaN or not the larger one.
  const x = f32x4.pmin(f32x4.pmax(given, f32x4.splat(-87)), f32x4.splat(88));
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.4426950216293335)), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  const r = f32x4.sub(
    f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-0.00021219444170128554)),
  );
  let p = f32x4.add(f32x4.mul(f32x4.splat(0.0013934544986113906), r), f32x4.splat(0.008363776840269566));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.04166645556688309));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666573286056519));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // The rounded exponent stands in the low bits of the sum; the bits of its rounder leave at the top.
  return f32x4.mul(y, i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(0x3f800000)));
}

export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = f32x4.add(f32x4.mul(f32x4.splat(-0.006061604246497154), z), f32x4.splat(0.02097359299659729));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.053846098482608795));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.1333273947238922));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.333333283662796));
  const small = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const one = f32x4.splat(1);
  const large = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp4(f32x4.add(size, size)), one)));
  const sign = v128.and(x, i32x4.splat(i32.MIN_VALUE));
  return v128.bitselect(small, v128.xor(large, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/** x < 0 ? 0 : x, or the tangent. */
export function activate4(x: v128, relu: bool): v128 {
  return relu ? v128.andnot(x, f32x4.lt(x, f32x4.splat(0))) : tanh4(x);
}

/** The slope of the activation where its value is `value`. */
export function slope4(value: v128, relu: bool): v128 {
  const one = f32x4.splat(1);
  return relu ? v128.and(one, f32x4.gt(value, f32x4.splat(0))) : f32x4.sub(one, f32x4.mul(value, value));
}
