/** Points and weights of a quadrature. */
export interface Quadrature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The Gauss–Legendre quadrature on [0, 1] with n points, ascending: exact for polynomials of degree 2n − 1. Made of
 * + − × ÷ in a fixed order, so the same bits everywhere.
 *
 * @see Golub and Welsch (1969), https://doi.org/10.1090/S0025-5718-69-99647-1
 */
export function gaussLegendre(n: number): Quadrature {
  const points = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // The root of the Legendre polynomial by Newton's method, from where Chebyshev's nearly has one.
    let x = -cosine((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 12; step++) {
      let [before, value] = [1, x];
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      slope = (n * (x * value - before)) / (x * x - 1);
      x -= value / slope;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** cos x for 0 ≤ x ≤ π to a dozen digits, which Newton's method makes all of them. */
function cosine(x: number): number {
  const folded = x > Math.PI / 2 ? Math.PI - x : x;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 12; k++) {
    term *= -(folded * folded) / ((2 * k - 1) * (2 * k));
    sum += term;
  }
  return x > Math.PI / 2 ? -sum : sum;
}
