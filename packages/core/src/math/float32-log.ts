/**
 * The natural logarithm in single precision with the bits of the C library that most programs run on (the `logf` of
 * ARM's optimized routines, which glibc, bionic and musl have): what turns the `base_score` of an XGBoost model into a
 * margin. A correctly rounded logarithm differs from it in one of two hundred arguments.
 */

/** 1 / c and ln c for sixteen c near the middles of the sixteenths of [0.699, 1.398). */
const CENTRES: readonly (readonly [number, number])[] = [
  [1.3989071621465281, -0.33569133332882284],
  [1.3403141896637998, -0.29290405637740741],
  [1.286432210124115, -0.25187265809373688],
  [1.2367150214269895, -0.21245868807117255],
  [1.1906977166711752, -0.17453945183745634],
  [1.1479821020556429, -0.1380057072319758],
  [1.1082251448272158, -0.10275976698545139],
  [1.0711297413057381, -0.068713924470205245],
  [1.0364372789772831, -0.035789138739822798],
  [1, 0],
  [0.9492859795739057, 0.052045177429294959],
  [0.89510494286090037, 0.11081431298787942],
  [0.84768216203511026, 0.16524952236951429],
  [0.80503148516920009, 0.21687389031699977],
  [0.7664671008843108, 0.26596350281213971],
  [0.73142860331632797, 0.31275566640735569],
];
const CUBIC = [-0.49999974858021029, 0.33345676574406602, -0.25089342214237154] as const;
const FIRST = 0x3f330000; // bits of the least number of [0.699, 1.398)

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** ln x of a float32 x, as a float32: −∞ for 0, NaN for what is negative. */
export function logFloat32(x: number): number {
  float[0] = x;
  const value = float[0] as number;
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) return Math.log(value);
  const tiny = value < 1.1754943508222875e-38; // subnormal: its exponent bits say nothing
  if (tiny) float[0] = value * 2 ** 23;
  const offset = ((bits[0] as number) - FIRST) | 0;
  const exponent = (offset >> 23) - (tiny ? 23 : 0);
  bits[0] = ((bits[0] as number) - (offset & 0xff800000)) | 0;
  const [inverse, log] = CENTRES[(offset >> 19) & 15] as readonly [number, number];
  const r = (float[0] as number) * inverse - 1;
  const square = r * r;
  const high = CUBIC[2] * square + (CUBIC[1] * r + CUBIC[0]);
  return Math.fround(high * square + (log + exponent * Math.LN2 + r));
}

/** ln(p / (1 − p)) of a float32 p between 0 and 1, rounded to float32 at every step as −ln(1 / p − 1). */
export function logitFloat32(p: number): number {
  return -logFloat32(Math.fround(Math.fround(1 / Math.fround(p)) - 1));
}
