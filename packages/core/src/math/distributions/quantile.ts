import { ParamError } from "../../errors.js";
import { log } from "../elementary.js";

/** Probabilities of lying below and above a point. Each is precise where it is small. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

const MOST_STEPS = 400;
const LOG_HALF = -0.6931471805599453;

/**
 * Solves "the tail at t has probability p" by Newton's method on the logarithm of the smaller tail, which is nearly
 * straight far out, kept inside a bracket that shrinks with every step.
 *
 * @param tails  of a distribution on the whole line
 * @param density  its density on that line
 * @param p  in (0, 1): of the lower tail, or of the upper one
 * @param guess  anywhere
 */
export function quantileOnLine(
  tails: (t: number) => Tails,
  density: (t: number) => number,
  p: number,
  upper: boolean,
  guess: number,
): number {
  // The smaller of the two probabilities is the one to look at; 1 − p is exact for p ≥ ½.
  const useUpper = p <= 0.5 ? upper : !upper;
  const target = p <= 0.5 ? p : 1 - p;
  const logTarget = target > 0 ? log(Math.max(target, 2.3e-308)) : Number.NEGATIVE_INFINITY;
  const sign = useUpper ? -1 : 1;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let t = guess;
  let stride = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const both = tails(t);
    const probability = useUpper ? both.upper : both.lower;
    const excess = probability < 2.3e-308 ? Number.NEGATIVE_INFINITY : logOf(probability) - logTarget;
    if (excess === 0) return t;
    if (excess * sign > 0) high = t;
    else low = t;
    const slope = density(t) / probability;
    let next = t - (sign * excess) / slope;
    if (!(next > low && next < high)) {
      if (low === Number.NEGATIVE_INFINITY || high === Number.POSITIVE_INFINITY) {
        next = low === Number.NEGATIVE_INFINITY ? t - stride : t + stride;
        stride *= 2;
      } else {
        next = low + (high - low) / 2;
      }
    }
    if (Math.abs(next - t) <= 2e-16 * Math.max(1, Math.abs(t)) || next === low || next === high) return next;
    t = next;
  }
  return t;
}

function logOf(p: number): number {
  return p === 0.5 ? LOG_HALF : log(p);
}

export function checkProbability(p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new ParamError("PARAM_RANGE", `expected a probability from 0 to 1; found ${p}`);
}

export function checkPositive(name: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new ParamError("PARAM_RANGE", `${name}: expected a finite number > 0; found ${value}`);
}
