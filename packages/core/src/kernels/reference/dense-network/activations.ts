import { DENSE_LEAK, DENSE_LOG_VARIANCE, type DenseActivation } from "../../dense-network.js";

/* Functions of single precision: every operation is rounded on its own, which C++ does in the same order. */

const { fround } = Math;

const LOG2_E = fround(1.4426950408889634);
/** ln 2 in two parts: a multiple of the first is exact. */
const LN2_HIGH = fround(0.693359375);
const LN2_LOW = fround(-2.1219444005469057e-4);
/** 2²³ + 2²²: adding it rounds to a whole number. */
const ROUNDER = fround(12582912);
/** Coefficients of (eʳ − 1 − r) / r², |r| ≤ ½ ln 2, highest first: Taylor's, the remainder is below 2⁻²⁷. */
const EXP_6 = fround(1 / 5040);
const EXP_5 = fround(1 / 720);
const EXP_4 = fround(1 / 120);
const EXP_3 = fround(1 / 24);
const EXP_2 = fround(1 / 6);
/** Beyond these eˣ is no normal number of single precision. */
const MOST = fround(88);
const LEAST = fround(-87);

const word = new Int32Array(1);
const power = new Float32Array(word.buffer);

/** eˣ, for x brought into −87 … 88. */
export function exp32(given: number): number {
  const x = given > MOST ? MOST : given < LEAST ? LEAST : given;
  const k = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(k * LN2_HIGH)) - fround(k * LN2_LOW));
  let p = fround(fround(EXP_6 * r) + EXP_5);
  p = fround(fround(p * r) + EXP_4);
  p = fround(fround(p * r) + EXP_3);
  p = fround(fround(p * r) + EXP_2);
  p = fround(fround(p * r) + 0.5);
  const square = fround(r * r);
  const e = fround(fround(fround(p * square) + r) + 1);
  word[0] = (k + 127) << 23;
  return fround(e * (power[0] as number));
}

const LEAK = fround(DENSE_LEAK);

/** (1 − e^(−2|x|)) / (1 + e^(−2|x|)) with the sign of x. */
function tanh32(x: number): number {
  const e = exp32(fround(-2 * Math.abs(x)));
  const t = fround(fround(1 - e) / fround(1 + e));
  return x < 0 ? -t : t;
}

function sigmoid32(x: number): number {
  return fround(1 / fround(1 + exp32(-x)));
}

/** Puts sums through an activation, in place. */
export function activate(values: Float32Array, count: number, activation: DenseActivation): void {
  if (activation === "linear") return;
  for (let i = 0; i < count; i++) {
    const v = values[i] as number;
    if (activation === "relu") values[i] = v > 0 ? v : 0;
    else if (activation === "leaky-relu") values[i] = v > 0 ? v : fround(LEAK * v);
    else if (activation === "elu") values[i] = v > 0 ? v : fround(exp32(v) - 1);
    else if (activation === "tanh") values[i] = tanh32(v);
    else values[i] = sigmoid32(v);
  }
}

/** Turns gradients of outputs into gradients of sums, in place; `outputs` are what `activate` gave. */
export function activateBack(
  gradients: Float32Array,
  outputs: Float32Array,
  count: number,
  activation: DenseActivation,
): void {
  if (activation === "linear") return;
  for (let i = 0; i < count; i++) {
    const g = gradients[i] as number;
    const v = outputs[i] as number;
    if (activation === "relu") gradients[i] = v > 0 ? g : 0;
    else if (activation === "leaky-relu") gradients[i] = v > 0 ? g : fround(LEAK * g);
    else if (activation === "elu") gradients[i] = v > 0 ? g : fround(g * fround(v + 1));
    else if (activation === "tanh") gradients[i] = fround(g * fround(1 - fround(v * v)));
    else gradients[i] = fround(g * fround(v * fround(1 - v)));
  }
}

/** A logarithm of a variance within its bounds. */
export function boundLogVariance(v: number): number {
  return v > DENSE_LOG_VARIANCE ? DENSE_LOG_VARIANCE : v < -DENSE_LOG_VARIANCE ? -DENSE_LOG_VARIANCE : v;
}

/** Whether a hash of (seed, step, layer, place) drops that value; `threshold` is the share of 2³² that is dropped. */
export function dropped(stepWord: number, layer: number, place: number, threshold: number): boolean {
  return mix(mix(stepWord ^ layer) ^ place) >>> 0 < threshold;
}

/** The part of the hash that seed and step make. */
export function stepWordOf(seed: number, step: number): number {
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x1_0000_0000) >>> 0;
  return mix(mix(mix(0x5bd1e995 ^ low) ^ high) ^ step);
}

/** A 32-bit finaliser: every input bit reaches every output bit. */
function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
