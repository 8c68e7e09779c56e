import { log } from "../elementary.js";
import { deviance, exp, stirlingRest } from "./exponential.js";
import { checkPositive, checkProbability, quantileOnLine, type Tails } from "./quantile.js";

const TWO_PI = 6.283185307179586;
const MOST_TERMS = 20_000;
const TINY = 1e-300;

/** x^a y^b / B(a, b) for x + y = 1, by the saddle point of Loader (2000). */
function betaFactor(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const exponent = stirlingRest(n) - stirlingRest(a) - stirlingRest(b) - deviance(a, n * x) - deviance(b, n * y);
  return ((a * b) / n) * Math.sqrt(n / (TWO_PI * a * b)) * exp(exponent);
}

/** Continued fraction of the incomplete beta function, which converges fast for x < (a + 1) / (a + b + 2). */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < TINY) d = TINY;
  d = 1 / d;
  let fraction = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (Math.abs(d) < TINY) d = TINY;
    c = 1 + even / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (Math.abs(d) < TINY) d = TINY;
    c = 1 + odd / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return fraction;
}

/** Both tails at x, with y = 1 − x given apart so that neither loses digits. */
function betaTails(a: number, b: number, x: number, y: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  const factor = betaFactor(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, (factor * betaFraction(a, b, x)) / a);
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, (factor * betaFraction(b, a, y)) / b);
  return { lower: 1 - upper, upper };
}

function checkShapes(a: number, b: number): void {
  checkPositive("a", a);
  checkPositive("b", b);
}

/**
 * The beta distribution function, which is the regularised incomplete beta function Iₓ(a, b).
 *
 * @param a  > 0
 * @param b  > 0
 * @throws {@link ParamError} `PARAM_RANGE`
 */
export function betaCdf(x: number, a: number, b: number): number {
  checkShapes(a, b);
  if (Number.isNaN(x)) return x;
  return betaTails(a, b, x, 1 - x).lower;
}

/** The probability of a value > x, precise where it is small. */
export function betaSurvival(x: number, a: number, b: number): number {
  checkShapes(a, b);
  if (Number.isNaN(x)) return x;
  return betaTails(a, b, x, 1 - x).upper;
}

/** ln(x / (1 − x)) of the quantile x. */
function logitQuantile(p: number, a: number, b: number, upper: boolean): number {
  const parts = (t: number) => {
    const small = exp(-Math.abs(t));
    const near = 1 / (1 + small);
    return t > 0 ? [near, small * near] : [small * near, near];
  };
  const tails = (t: number) => {
    const [x = 0, y = 0] = parts(t);
    return betaTails(a, b, x, y);
  };
  // dx/dt = x y, and the density of x is x^(a − 1) y^(b − 1) / B.
  const density = (t: number) => {
    const [x = 0, y = 0] = parts(t);
    return x > 0 && y > 0 ? betaFactor(a, b, x, y) : 0;
  };
  return quantileOnLine(tails, density, p, upper, log(a / b));
}

/**
 * The value that a beta variable stays below with probability p; with `upper`, above.
 *
 * @throws {@link ParamError} `PARAM_RANGE`
 */
export function betaQuantile(p: number, a: number, b: number, upper = false): number {
  checkShapes(a, b);
  checkProbability(p);
  if (p === (upper ? 1 : 0)) return 0;
  if (p === (upper ? 0 : 1)) return 1;
  const t = logitQuantile(p, a, b, upper);
  return t > 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t));
}

function checkDegrees(numerator: number, denominator: number): void {
  checkPositive("numerator", numerator);
  checkPositive("denominator", denominator);
}

function fTails(x: number, numerator: number, denominator: number): Tails {
  if (Number.isNaN(x)) return { lower: x, upper: x };
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  const scaled = (numerator * x) / denominator;
  return betaTails(numerator / 2, denominator / 2, scaled / (1 + scaled), 1 / (1 + scaled));
}

/** The F distribution function with degrees of freedom of the numerator and the denominator, each > 0. */
export function fCdf(x: number, numerator: number, denominator: number): number {
  checkDegrees(numerator, denominator);
  return fTails(x, numerator, denominator).lower;
}

/** The probability that an F variable exceeds x, precise where it is small. */
export function fSurvival(x: number, numerator: number, denominator: number): number {
  checkDegrees(numerator, denominator);
  return fTails(x, numerator, denominator).upper;
}

/** The value that an F variable stays below with probability p; with `upper`, above. */
export function fQuantile(p: number, numerator: number, denominator: number, upper = false): number {
  checkDegrees(numerator, denominator);
  checkProbability(p);
  if (p === (upper ? 1 : 0)) return 0;
  if (p === (upper ? 0 : 1)) return Number.POSITIVE_INFINITY;
  return exp(logitQuantile(p, numerator / 2, denominator / 2, upper) + log(denominator / numerator));
}

/** The distribution function of Student's t with `degrees` of freedom. */
export function studentCdf(x: number, degrees: number): number {
  checkPositive("degrees", degrees);
  if (Number.isNaN(x)) return x;
  if (x === 0) return 0.5;
  const tail = 0.5 * fTails(x * x, 1, degrees).upper;
  return x < 0 ? tail : 1 - tail;
}

/** The value that Student's t stays below with probability p. */
export function studentQuantile(p: number, degrees: number): number {
  checkPositive("degrees", degrees);
  checkProbability(p);
  if (p === 0.5) return 0;
  const size = Math.sqrt(fQuantile(2 * Math.min(p, 1 - p), 1, degrees, true));
  return p < 0.5 ? -size : size;
}
