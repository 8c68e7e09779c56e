import { ParamError } from "../../errors.js";
import { log } from "../elementary.js";
import { gaussLegendre } from "../gauss-legendre.js";
import { exp } from "./exponential.js";
import { normalCdf, normalDensity } from "./normal.js";
import { checkProbability, quantileOnLine, type Tails } from "./quantile.js";

/** The normal density is below 1e-17 outside −REACH … REACH. */
const REACH = 8.75;
const PANELS = 20;
const POINTS = 14;

interface Node {
  readonly z: number;
  /** Of the quadrature, times the normal density at z. */
  readonly weight: number;
  /** The normal distribution function at z. */
  readonly below: number;
}

let nodes: readonly Node[] | undefined;

/** Points of the integral over the largest of the values; made when they are first wanted. */
function integral(): readonly Node[] {
  if (nodes !== undefined) return nodes;
  const { points, weights } = gaussLegendre(POINTS);
  const width = (2 * REACH) / PANELS;
  nodes = Array.from({ length: PANELS }, (_, panel) =>
    Array.from(points, (point, i) => {
      const z = -REACH + (panel + point) * width;
      return { z, weight: (weights[i] as number) * width * normalDensity(z), below: normalCdf(z) };
    }),
  ).flat();
  return nodes;
}

/** x^n for a whole n ≥ 0. */
function whole(x: number, n: number): number {
  let result = 1;
  for (let square = x, left = n; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}

function tailsAt(q: number, groups: number): Tails {
  let lower = 0;
  let upper = 0;
  for (const { z, weight, below } of integral()) {
    const inside = whole(Math.max(0, below - normalCdf(z - q)), groups - 1);
    lower += weight * inside;
    upper += weight * (whole(below, groups - 1) - inside);
  }
  return { lower: Math.min(1, groups * lower), upper: Math.min(1, Math.max(0, groups * upper)) };
}

function densityAt(q: number, groups: number): number {
  let sum = 0;
  for (const { z, weight, below } of integral()) {
    sum += weight * normalDensity(z - q) * whole(Math.max(0, below - normalCdf(z - q)), groups - 2);
  }
  return groups * (groups - 1) * sum;
}

/**
 * The distribution function of the studentized range with infinite degrees of freedom: the probability that `groups`
 * standard normal values lie within q of each other. To 13 decimals.
 *
 * @param q  any number
 * @param groups  a whole number from 2 to 1000
 * @throws {@link ParamError} `PARAM_RANGE`
 * @see Harter (1960), "Tables of range and studentized range", https://doi.org/10.1214/aoms/1177705684
 */
export function studentizedRangeCdf(q: number, groups: number): number {
  checkGroups(groups);
  return q > 0 ? tailsAt(q, groups).lower : q <= 0 ? 0 : q;
}

/** The probability of a range above q. To 13 decimals. */
export function studentizedRangeSurvival(q: number, groups: number): number {
  checkGroups(groups);
  return q > 0 ? tailsAt(q, groups).upper : q <= 0 ? 1 : q;
}

/**
 * The range that `groups` standard normal values keep within with probability p.
 *
 * @throws {@link ParamError} `PARAM_RANGE`
 * @example
 * ```ts
 * import { studentizedRangeQuantile } from "@telltale/core";
 * console.log((studentizedRangeQuantile(0.95, 4) / Math.SQRT2).toFixed(3)); // 2.569
 * ```
 */
export function studentizedRangeQuantile(p: number, groups: number): number {
  checkGroups(groups);
  checkProbability(p);
  if (p === 0 || p === 1) return p === 0 ? 0 : Number.POSITIVE_INFINITY;
  const at = (t: number) => tailsAt(exp(t), groups);
  const slope = (t: number) => exp(t) * densityAt(exp(t), groups);
  return exp(quantileOnLine(at, slope, p, false, log(3)));
}

function checkGroups(groups: number): void {
  if (Number.isSafeInteger(groups) && groups >= 2 && groups <= 1000) return;
  throw new ParamError("PARAM_RANGE", `groups: expected a whole number from 2 to 1000; found ${groups}`);
}
