/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** n values, largest first. */
  readonly values: Float64Array;
  /** n × n, row k the unit eigenvector of value k; its component of largest magnitude is positive. */
  readonly vectors: Float64Array;
}

/** A column below this share of the whole matrix is rounding: what is left of a matrix whose rank is less than its size. */
const NEGLIGIBLE = 2 ** -52;
/** Iterations for one eigenvalue; about two are usual. */
const MOST_ITERATIONS = 60;

/**
 * Eigen-decomposition of a symmetric matrix: Householder's reduction to three diagonals, then QR steps with implicit
 * shifts. O(n³); errors of some 1e-15 of the largest eigenvalue. Only + − × ÷ √ in a fixed order: same bits everywhere.
 *
 * @param a  n × n, row-major, symmetric, finite; not changed
 * @throws RangeError when it does not converge, which no finite matrix has been seen to do
 * @see Golub, Van Loan: Matrix computations, sections 8.3.1 and 8.3.3
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  // Exponents near the middle, so that no square over- or underflows; a power of two changes no digit.
  let greatest = 0;
  for (let i = 0; i < n * n; i++) greatest = Math.max(greatest, Math.abs(a[i] as number));
  const scale = powerOfTwoBelow(greatest);
  const work = a.slice(0, n * n);
  for (let i = 0; i < work.length; i++) work[i] = (work[i] as number) / scale;
  const { diagonal, beside, vectors } = tridiagonal(work, n);
  implicitShifts(diagonal, beside, vectors, n);
  return sorted(diagonal, vectors, n, scale);
}

function powerOfTwoBelow(v: number): number {
  let power = 1;
  if (!(v > 0) || v === Number.POSITIVE_INFINITY) return power;
  while (power > v) power /= 2;
  while (power * 2 <= v) power *= 2;
  return power === 0 ? 1 : power;
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Place i holds the element between rows i and i + 1. */
  readonly beside: Float64Array;
  /** Rows are the transformed unit vectors: Q with T = Q a Qᵀ. */
  readonly vectors: Float64Array;
}

/** Reflections from the first column on; of `a` the lower triangle is read, and used up. */
function tridiagonal(a: Float64Array, n: number): Tridiagonal {
  const reflections: Reflection[] = [];
  const p = new Float64Array(n);
  const beside = new Float64Array(n);
  const negligible = NEGLIGIBLE * NEGLIGIBLE * a.reduce((sum, value) => sum + value * value, 0);
  for (let k = 0; k + 2 < n; k++) {
    let squares = 0;
    for (let i = k + 2; i < n; i++) squares += (a[i * n + k] as number) ** 2;
    const head = a[(k + 1) * n + k] as number;
    if (head * head + squares <= negligible) continue;
    if (squares === 0) {
      beside[k] = head;
      continue;
    }
    const norm = Math.sqrt(head * head + squares);
    const alpha = head > 0 ? -norm : norm;
    beside[k] = alpha;
    const v = new Float64Array(n);
    v[k + 1] = head - alpha;
    for (let i = k + 2; i < n; i++) v[i] = a[i * n + k] as number;
    const half = norm * (norm + Math.abs(head)); // vᵀv / 2
    reflections.push({ v, half, first: k + 1 });
    reflectBothSides(a, n, v, half, k + 1, p);
  }
  if (n > 1) beside[n - 2] = a[(n - 1) * n + n - 2] as number;
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number);
  return { diagonal, beside, vectors: product(reflections, n) };
}

/** H = I − v vᵀ / half, v being 0 before row `first`. */
interface Reflection {
  readonly v: Float64Array;
  readonly half: number;
  readonly first: number;
}

/** a ← H a H as a − v wᵀ − w vᵀ, on the lower triangle from row `first` on; `p` is room to work in. */
function reflectBothSides(
  a: Float64Array,
  n: number,
  v: Float64Array,
  half: number,
  first: number,
  p: Float64Array,
): void {
  p.fill(0);
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i] as number;
    let sum = (a[row + i] as number) * vi;
    for (let j = first; j < i; j++) {
      const value = a[row + j] as number;
      sum += value * (v[j] as number);
      p[j] = (p[j] as number) + value * vi;
    }
    p[i] = (p[i] as number) + sum;
  }
  let share = 0;
  for (let i = first; i < n; i++) {
    const value = (p[i] as number) / half;
    p[i] = value;
    share += (v[i] as number) * value;
  }
  share /= 2 * half;
  for (let i = first; i < n; i++) p[i] = (p[i] as number) - share * (v[i] as number);
  for (let i = first; i < n; i++) {
    const row = i * n;
    const vi = v[i] as number;
    const pi = p[i] as number;
    for (let j = first; j <= i; j++) {
      a[row + j] = (a[row + j] as number) - (vi * (p[j] as number) + pi * (v[j] as number));
    }
  }
}

/**
 * The last reflection times … times the first one. From the last one on, what is not 0 grows by a row and a column each. One pass
 * over the matrix takes a reflection in and adds up the sums of the next one, since reading the matrix is what costs.
 */
function product(reflections: readonly Reflection[], n: number): Float64Array {
  const turned = new Float64Array(n * n);
  for (let i = 0; i < n; i++) turned[i * n + i] = 1;
  let sums = new Float64Array(n);
  let next = new Float64Array(n);
  for (let r = reflections.length; r >= 0; r--) {
    const now = reflections[r];
    const then = reflections[r - 1];
    next.fill(0);
    for (let i = (then ?? now)?.first ?? n; i < n; i++) {
      const row = i * n;
      const vi = then === undefined ? 0 : (then.v[i] as number);
      if (now === undefined || i < now.first) {
        for (let j = i; j < n; j++) next[j] = (next[j] as number) + vi * (turned[row + j] as number);
        continue;
      }
      const factor = (now.v[i] as number) / now.half;
      for (let j = now.first; j < n; j++) {
        const value = (turned[row + j] as number) - factor * (sums[j] as number);
        turned[row + j] = value;
        next[j] = (next[j] as number) + vi * value;
      }
    }
    [sums, next] = [next, sums];
  }
  return transposed(turned, n);
}

function transposed(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[j * n + i] = a[i * n + j] as number;
  return out;
}

/** QR steps on the three diagonals until they are one; the vectors turn with them. */
function implicitShifts(d: Float64Array, e: Float64Array, vectors: Float64Array, n: number): void {
  for (let end = n - 1, iterations = 0; end > 0; ) {
    let start = end;
    while (start > 0) {
      const size = Math.abs(d[start - 1] as number) + Math.abs(d[start] as number);
      // Small beside its neighbours, or beside a matrix whose largest element is about 1.
      if (Math.abs(e[start - 1] as number) <= 1.1e-16 * size + 1e-300) break;
      start--;
    }
    if (start === end) {
      e[end - 1] = 0;
      end--;
      iterations = 0;
      continue;
    }
    if (++iterations > MOST_ITERATIONS) throw new RangeError("the eigenvalues do not converge: a value is not finite");
    qrStep(d, e, vectors, n, start, end);
  }
}

/** One step on rows start … end, with the shift of Wilkinson. */
function qrStep(d: Float64Array, e: Float64Array, vectors: Float64Array, n: number, start: number, end: number): void {
  const last = e[end - 1] as number;
  const difference = ((d[end - 1] as number) - (d[end] as number)) / 2;
  const root = Math.sqrt(difference * difference + last * last);
  const shift = (d[end] as number) - (last * last) / (difference + (difference < 0 ? -root : root));
  let x = (d[start] as number) - shift;
  let z = e[start] as number;
  for (let k = start; k < end; k++) {
    // A rotation in the plane of rows k and k + 1 that turns (x, z) into (r, 0).
    const r = Math.sqrt(x * x + z * z);
    const c = r === 0 ? 1 : x / r;
    const s = r === 0 ? 0 : z / r;
    if (k > start) e[k - 1] = r;
    const low = d[k] as number;
    const high = d[k + 1] as number;
    const off = e[k] as number;
    d[k] = c * c * low + 2 * c * s * off + s * s * high;
    d[k + 1] = s * s * low - 2 * c * s * off + c * c * high;
    e[k] = c * s * (high - low) + (c * c - s * s) * off;
    if (k + 1 < end) {
      x = e[k] as number;
      z = s * (e[k + 1] as number);
      e[k + 1] = c * (e[k + 1] as number);
    }
    const below = k * n + n;
    for (let at = k * n; at < below; at++) {
      const a = vectors[at] as number;
      const b = vectors[at + n] as number;
      vectors[at] = c * a + s * b;
      vectors[at + n] = c * b - s * a;
    }
  }
}

function sorted(diagonal: Float64Array, vectors: Float64Array, n: number, scale: number): SymmetricEigen {
  const order = Array.from(diagonal.keys()).sort((a, b) => (diagonal[b] as number) - (diagonal[a] as number) || a - b);
  const values = Float64Array.from(order, (k) => (diagonal[k] as number) * scale);
  const turned = new Float64Array(n * n);
  order.forEach((k, to) => {
    turned.set(vectors.subarray(k * n, (k + 1) * n), to * n);
    largestPositive(turned.subarray(to * n, (to + 1) * n));
  });
  return { values, vectors: turned };
}

/** Turns a vector round where its component of largest magnitude, of equal ones the first, is negative. */
export function largestPositive(vector: Float64Array): void {
  let largest = 0;
  for (let j = 0; j < vector.length; j++) {
    const component = vector[j] as number;
    if (Math.abs(component) > Math.abs(largest)) largest = component;
  }
  if (largest < 0) for (let j = 0; j < vector.length; j++) vector[j] = -(vector[j] as number) + 0;
}
