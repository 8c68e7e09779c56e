import {
  chiSquaredQuantile,
  exp,
  fCdf,
  fQuantile,
  normalCdf,
  normalQuantile,
} from "../../../math/distributions/index.js";
import { log } from "../../../math/elementary.js";

/**
 * How the limit of Q is made. `skab` is the way of the SKAB benchmark's code, for comparisons with its tables; `skab-lapack` also
 * takes the variances in the order in which LAPACK happens to give them there, on which its published figures hang.
 */
export const PCA_LIMITS = ["jackson-mudholkar", "box", "skab", "skab-lapack"] as const;
/** One of {@link PCA_LIMITS}. */
export type Limits = (typeof PCA_LIMITS)[number];

/** What {@link controlLimits} needs to know of a fitted subspace. */
export interface Subspace {
  /** Variances along all components, largest first; for `skab-lapack` in LAPACK's order. */
  readonly variances: Float64Array;
  /** Components that are kept. */
  readonly kept: number;
  readonly rows: number;
}

/**
 * Limits that a share of new normal rows stays below: of Hotelling's T² by the F distribution, of the squared prediction
 * error Q by Jackson and Mudholkar, or by Box's approximation with a multiple of χ².
 *
 * @see https://doi.org/10.1080/00401706.1979.10489779 Jackson, Mudholkar: control procedures for residuals
 * @see https://doi.org/10.1214/aoms/1177728786 Box: some theorems on quadratic forms
 */
export function controlLimits(
  { variances, kept, rows }: Subspace,
  confidence: number,
  limits: Limits,
): { readonly t2: number; readonly q: number } {
  const free = rows - kept;
  const factor = (kept * (rows - 1) * (rows + 1)) / (rows * free);
  const quantile = isSkab(limits) ? onGrid((v) => fCdf(v, kept, free), confidence) : undefined;
  const t2 = kept === 0 ? 0 : factor * (quantile ?? fQuantile(confidence, kept, free));
  return { t2, q: residualLimit(variances.subarray(kept), confidence, limits) };
}

const isSkab = (limits: Limits) => limits === "skab" || limits === "skab-lapack";

function residualLimit(left: Float64Array, confidence: number, limits: Limits): number {
  let first = 0;
  let second = 0;
  let third = 0;
  for (const v of left) {
    first += v;
    second += v * v;
    third += v * v * v;
  }
  if (!(first > 0)) return 0;
  if (isSkab(limits)) {
    // Its code takes powers of the sum where the sums of powers belong.
    const c = onGrid(normalCdf, confidence);
    return jacksonMudholkar(first, first * first, first * first * first, c) as number;
  }
  const found =
    limits === "jackson-mudholkar" ? jacksonMudholkar(first, second, third, normalQuantile(confidence)) : undefined;
  return found ?? (second / first) * chiSquaredQuantile(confidence, (first * first) / second);
}

/** Undefined where the approximation has no meaning: variances so uneven that its exponent is not positive. */
function jacksonMudholkar(first: number, second: number, third: number, c: number): number | undefined {
  const h = 1 - (2 * first * third) / (3 * second * second);
  const inner = (c * Math.sqrt(2 * second * h * h)) / first + 1 + (second * h * (h - 1)) / (first * first);
  if (!(h > 0 && inner > 0)) return undefined;
  return first * exp(log(inner) / h);
}

/** The last of 10,000 points from 0 to 15 with a probability below p, as the SKAB benchmark reads its quantiles off. */
function onGrid(cdf: (v: number) => number, p: number): number {
  const POINTS = 10_000;
  let low = 0;
  let high = POINTS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cdf((15 * middle) / (POINTS - 1)) < p) low = middle;
    else high = middle - 1;
  }
  return (15 * low) / (POINTS - 1);
}
