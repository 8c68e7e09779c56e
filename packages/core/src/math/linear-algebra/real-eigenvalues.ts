/** Steps without a deflation after which a shift is made up. */
const PATIENCE = 10;
/** Steps for each row of the matrix, at most, before it counts as not converging. */
const MOST_STEPS = 30;
const EPSILON = 2 ** -52;
const TINY = 2 ** -1022;

/**
 * Eigenvalues of a real square matrix that are real, in the order in which LAPACK's `dgeev` has them.
 *
 * Reduction to Hessenberg form by reflections, then double-shift QR steps (Francis) with deflation at the bottom. The order is that of
 * the diagonal that this ends with: neither by size nor by column, and different from what a method for symmetric matrices gives.
 * A benchmark whose published figures hang on that order can be repeated with it; for anything else take `symmetricEigen`.
 *
 * O(n³) time. Rows and columns that hold nothing but their diagonal are put aside first, as balancing does; there is no scaling, which
 * symmetric matrices do not need.
 *
 * @param a  row-major, n × n; not modified
 * @returns n eigenvalues; of complex pairs the real parts; undefined where the steps do not converge
 * @see https://doi.org/10.1093/comjnl/4.3.265 Francis (1961): the QR transformation
 * @see https://doi.org/10.1137/1.9780898719604 Anderson and others (1999): LAPACK users' guide
 */
export function realEigenvalues(a: Float64Array, n: number): Float64Array | undefined {
  const h = new Hessenberg(a, n);
  const { first, last } = h.isolate();
  h.reduce(first, last);
  return h.eigenvalues(first, last);
}

/** A matrix on its way to triangular form. */
class Hessenberg {
  readonly #n: number;
  readonly #h: Float64Array;

  constructor(a: Float64Array, n: number) {
    this.#n = n;
    this.#h = a.slice();
  }

  #at(i: number, j: number): number {
    return this.#h[i * this.#n + j] as number;
  }

  #set(i: number, j: number, value: number): void {
    this.#h[i * this.#n + j] = value;
  }

  /** Moves rows without other entries to the end, and columns without to the beginning; gives the range in between. */
  isolate(): { readonly first: number; readonly last: number } {
    let first = 0;
    let last = this.#n - 1;
    const alone = (i: number, entry: (other: number) => number) => {
      for (let k = first; k <= last; k++) if (k !== i && entry(k) !== 0) return false;
      return true;
    };
    const pick = (entry: (i: number, other: number) => number) => {
      for (let i = last; i >= first; i--) if (alone(i, (other) => entry(i, other))) return i;
      return -1;
    };
    for (let i = pick((row, k) => this.#at(row, k)); i >= 0 && last > first; i = pick((row, k) => this.#at(row, k))) {
      this.#exchange(i, last);
      last--;
    }
    const column = () => {
      for (let j = first; j <= last; j++) if (alone(j, (k) => this.#at(k, j))) return j;
      return -1;
    };
    for (let j = column(); j >= 0 && last > first; j = column()) {
      this.#exchange(j, first);
      first++;
    }
    return { first, last };
  }

  #exchange(i: number, j: number): void {
    if (i === j) return;
    const n = this.#n;
    for (let k = 0; k < n; k++) {
      const row = this.#at(i, k);
      this.#set(i, k, this.#at(j, k));
      this.#set(j, k, row);
    }
    for (let k = 0; k < n; k++) {
      const column = this.#at(k, i);
      this.#set(k, i, this.#at(k, j));
      this.#set(k, j, column);
    }
  }

  /** Zeros below the first subdiagonal, by a reflection for each column. */
  reduce(first: number, last: number): void {
    for (let k = first; k + 1 < last; k++) {
      const column = Float64Array.from({ length: last - k }, (_, i) => this.#at(k + 1 + i, k));
      const { vector, tau, value } = reflection(column);
      this.#reflectColumns(vector, tau, k + 1, 0, last);
      this.#reflectRows(vector, tau, k + 1, k + 1, this.#n - 1);
      this.#set(k + 1, k, value);
      for (let i = k + 2; i <= last; i++) this.#set(i, k, 0);
    }
  }

  /** (I − τ v vᵀ) from the left, on rows `at` …, in the columns `from` … `to`. */
  #reflectRows(v: Float64Array, tau: number, at: number, from: number, to: number): void {
    for (let j = from; j <= to; j++) {
      let sum = 0;
      for (let i = 0; i < v.length; i++) sum += (v[i] as number) * this.#at(at + i, j);
      for (let i = 0; i < v.length; i++) this.#set(at + i, j, this.#at(at + i, j) - sum * tau * (v[i] as number));
    }
  }

  /** The same from the right, on columns `at` …, in the rows `from` … `to`. */
  #reflectColumns(v: Float64Array, tau: number, at: number, from: number, to: number): void {
    for (let i = from; i <= to; i++) {
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += (v[j] as number) * this.#at(i, at + j);
      for (let j = 0; j < v.length; j++) this.#set(i, at + j, this.#at(i, at + j) - sum * tau * (v[j] as number));
    }
  }

  eigenvalues(first: number, last: number): Float64Array | undefined {
    const most = MOST_STEPS * Math.max(10, last - first + 1);
    let end = last;
    while (end >= first) {
      let since = 0;
      let begin = first;
      for (let step = 0; ; step++) {
        if (step > most) return undefined;
        begin = this.#smallSubdiagonal(first, end, last);
        if (begin > first) this.#set(begin, begin - 1, 0);
        if (begin >= end - 1) break;
        since++;
        this.#step(begin, end, this.#shifts(begin, end, since));
      }
      if (begin === end - 1) this.#splitPair(end);
      end = begin - 1;
    }
    return Float64Array.from({ length: this.#n }, (_, i) => this.#at(i, i));
  }

  /** The last row up to `end` whose entry left of the diagonal is nothing beside its neighbours. */
  #smallSubdiagonal(first: number, end: number, last: number): number {
    const small = TINY * ((last - first + 1) / EPSILON);
    let k = end;
    for (; k > first; k--) {
      const below = Math.abs(this.#at(k, k - 1));
      if (below <= small) break;
      let beside = Math.abs(this.#at(k - 1, k - 1)) + Math.abs(this.#at(k, k));
      if (beside === 0) {
        if (k - 2 >= first) beside += Math.abs(this.#at(k - 1, k - 2));
        if (k + 1 <= last) beside += Math.abs(this.#at(k + 1, k));
      }
      if (below > EPSILON * beside) continue;
      // The criterion of Ahues and Tisseur, which keeps the accuracy of small eigenvalues.
      const above = Math.abs(this.#at(k - 1, k));
      const [ab, ba] = [Math.max(below, above), Math.min(below, above)];
      const here = Math.abs(this.#at(k, k));
      const apart = Math.abs(this.#at(k - 1, k - 1) - this.#at(k, k));
      const [aa, bb] = [Math.max(here, apart), Math.min(here, apart)];
      const sum = aa + ab;
      if (ba * (ab / sum) <= Math.max(small, EPSILON * (bb * (aa / sum)))) break;
    }
    return k;
  }

  /** Two shifts: a real one twice, or a complex pair; made up where the steps have come to nothing for long. */
  #shifts(begin: number, end: number, since: number): { re: number; im: number } {
    let [h11, h21, h12, h22] = [
      this.#at(end - 1, end - 1),
      this.#at(end, end - 1),
      this.#at(end - 1, end),
      this.#at(end, end),
    ];
    if (since % PATIENCE === 0) {
      const bottom = since % (2 * PATIENCE) === 0;
      const sum = bottom
        ? Math.abs(this.#at(end, end - 1)) + Math.abs(this.#at(end - 1, end - 2))
        : Math.abs(this.#at(begin + 1, begin)) + Math.abs(this.#at(begin + 2, begin + 1));
      h11 = 0.75 * sum + (bottom ? this.#at(end, end) : this.#at(begin, begin));
      [h12, h21, h22] = [-0.4375 * sum, sum, h11];
    }
    const size = Math.abs(h11) + Math.abs(h12) + Math.abs(h21) + Math.abs(h22);
    if (size === 0) return { re: 0, im: 0 };
    [h11, h21, h12, h22] = [h11 / size, h21 / size, h12 / size, h22 / size];
    const middle = (h11 + h22) / 2;
    const determinant = (h11 - middle) * (h22 - middle) - h12 * h21;
    const root = Math.sqrt(Math.abs(determinant));
    if (determinant >= 0) return { re: middle * size, im: root * size };
    const [plus, minus] = [middle + root, middle - root];
    return { re: (Math.abs(plus - h22) <= Math.abs(minus - h22) ? plus : minus) * size, im: 0 };
  }

  /** One double-shift step on the rows `begin` … `end`. */
  #step(begin: number, end: number, { re, im }: { readonly re: number; readonly im: number }): void {
    let m = end - 2;
    let v: Float64Array = new Float64Array(3);
    for (; ; m--) {
      const here = this.#at(m, m);
      const size = Math.abs(here - re) + Math.abs(im) + Math.abs(this.#at(m + 1, m));
      const below = this.#at(m + 1, m) / size;
      v = Float64Array.of(
        below * this.#at(m, m + 1) + (here - re) * ((here - re) / size) + im * (im / size),
        below * (here + this.#at(m + 1, m + 1) - re - re),
        below * this.#at(m + 2, m + 1),
      );
      const sum = Math.abs(v[0] as number) + Math.abs(v[1] as number) + Math.abs(v[2] as number);
      v = v.map((value) => value / sum);
      if (m === begin) break;
      const others = Math.abs(this.#at(m - 1, m - 1)) + Math.abs(this.#at(m, m)) + Math.abs(this.#at(m + 1, m + 1));
      const pushed = Math.abs(this.#at(m, m - 1)) * (Math.abs(v[1] as number) + Math.abs(v[2] as number));
      if (pushed <= EPSILON * Math.abs(v[0] as number) * others) break;
    }
    for (let k = m; k < end; k++) {
      const size = Math.min(3, end - k + 1);
      if (k > m) v = Float64Array.from({ length: size }, (_, i) => this.#at(k + i, k - 1));
      const { vector, tau, value } = reflection(v.subarray(0, size));
      if (k > m) {
        this.#set(k, k - 1, value);
        for (let i = 1; i < size; i++) this.#set(k + i, k - 1, 0);
      } else if (m > begin) {
        this.#set(k, k - 1, this.#at(k, k - 1) * (1 - tau));
      }
      this.#reflectRows(vector, tau, k, k, this.#n - 1);
      this.#reflectColumns(vector, tau, k, 0, Math.min(k + 3, end));
    }
  }

  /** Turns the two rows that end at `end` so that the entry below the diagonal vanishes, where both eigenvalues are real. */
  #splitPair(end: number): void {
    const k = end - 1;
    const { cos, sin } = turnOf(this.#at(k, k), this.#at(k, end), this.#at(end, k), this.#at(end, end));
    for (let j = k; j < this.#n; j++) {
      const [p, q] = [this.#at(k, j), this.#at(end, j)];
      this.#set(k, j, cos * p + sin * q);
      this.#set(end, j, cos * q - sin * p);
    }
    for (let i = 0; i <= end; i++) {
      const [p, q] = [this.#at(i, k), this.#at(i, end)];
      this.#set(i, k, cos * p + sin * q);
      this.#set(i, end, cos * q - sin * p);
    }
  }
}

/** The reflection I − τ v vᵀ, v₀ = 1, that turns a vector into its length along the first axis. */
function reflection(x: Float64Array): { vector: Float64Array; tau: number; value: number } {
  const [alpha = 0, ...rest] = x;
  const norm = Math.sqrt(rest.reduce((sum, value) => sum + value * value, 0));
  const vector = Float64Array.from(x, (_, i) => (i === 0 ? 1 : 0));
  if (norm === 0) return { vector, tau: 0, value: alpha };
  const length = Math.sqrt(alpha * alpha + norm * norm);
  const value = alpha >= 0 ? -length : length;
  rest.forEach((entry, i) => {
    vector[i + 1] = entry / (alpha - value);
  });
  return { vector, tau: (value - alpha) / value, value };
}

/** The turn that makes a 2 × 2 matrix with real eigenvalues upper triangular; one that evens out its diagonal for a complex pair. */
function turnOf(a: number, b: number, c: number, d: number): { readonly cos: number; readonly sin: number } {
  if (c === 0) return { cos: 1, sin: 0 };
  if (b === 0) return { cos: 0, sin: 1 };
  const half = (a - d) / 2;
  if (half === 0 && Math.sign(b) !== Math.sign(c)) return { cos: 1, sin: 0 };
  const most = Math.max(Math.abs(b), Math.abs(c));
  const least = Math.min(Math.abs(b), Math.abs(c)) * Math.sign(b) * Math.sign(c);
  const size = Math.max(Math.abs(half), most);
  const z = (half / size) * half + (most / size) * least;
  if (z >= 4 * EPSILON) {
    const root = half + (half >= 0 ? 1 : -1) * Math.sqrt(size) * Math.sqrt(z);
    const length = Math.sqrt(c * c + root * root);
    return { cos: root / length, sin: c / length };
  }
  // Complex, or as good as equal: the diagonal becomes two times its mean.
  const sum = b + c;
  const length = Math.sqrt(sum * sum + (a - d) * (a - d));
  const cos = Math.sqrt((1 + Math.abs(sum) / length) / 2);
  return { cos, sin: -(half / (length * cos)) * (sum < 0 ? -1 : 1) };
}
