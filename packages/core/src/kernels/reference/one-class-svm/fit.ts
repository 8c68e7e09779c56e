import {
  type OneClassSvmFitArgs,
  SVM_PHASE,
  SVM_STATUS,
  svmRoundIterations,
} from "../../one-class-svm/one-class-svm.js";
import { type KernelValue, kernelBetween } from "./kernel-row.js";
import { KernelRowCache } from "./kernel-row-cache.js";

/** Stands for a curvature that is not positive: equal rows, or a kernel that is not positive definite. */
const LEAST_CURVATURE = 1e-12;
const SHRINK_EVERY = 250;

/**
 * Solves the dual by sequential minimal optimisation: the specification of the kernel.
 *
 * Pairs by second-order information (Fan, Chen and Lin 2005): i is the row with α < 1 and the least gradient, j the row
 * with α > 0 that promises the largest decrease together with it. Rows that sit at a bound and pull outwards are shrunk
 * away now and then; when the rest is solved, or the round is over, the gradient of those is brought up to date from the
 * few α that changed meanwhile.
 *
 * @see https://www.jmlr.org/papers/v6/fan05a.html
 * @see https://doi.org/10.1145/1961189.1961199 Chang, Lin: LIBSVM
 */
export function oneClassSvmFit(args: OneClassSvmFitArgs): void {
  const solver = new Solver(args);
  while (args.status[SVM_STATUS.phase] === SVM_PHASE.running) solver.round();
}

/** One round of {@link oneClassSvmFit}: the promise form does them one by one. */
export function oneClassSvmFitRound(args: OneClassSvmFitArgs): void {
  new Solver(args).round();
}

class Solver {
  readonly #args: OneClassSvmFitArgs;
  readonly #between: KernelValue;
  readonly #diagonal: Float64Array;
  /** Rows that are considered, ascending. */
  #active: Int32Array;
  /** Rows left out, with all α as they were then: up to there their gradient is right. */
  #shrunk: { readonly rows: Int32Array; readonly alpha: Float64Array }[] = [];
  #cache: KernelRowCache;

  constructor(args: OneClassSvmFitArgs) {
    this.#args = args;
    this.#between = kernelBetween(args.function, args.x, args.x, args.cols);
    this.#diagonal = Float64Array.from({ length: args.rows }, (_, i) => this.#between(i, i));
    this.#active = this.#everyRow();
    this.#cache = new KernelRowCache(this.#between, this.#active, args.cacheBytes);
  }

  round(): void {
    const { status, tolerance, maxIterations, rows } = this.#args;
    const last = Math.min(maxIterations, (status[SVM_STATUS.iterations] as number) + svmRoundIterations(rows));
    let shrinkIn = Math.min(rows, SHRINK_EVERY);
    let converged = false;
    for (;;) {
      const pair = this.#select();
      status[SVM_STATUS.violation] = pair.violation;
      if (status[SVM_STATUS.firstViolation] === 0) status[SVM_STATUS.firstViolation] = pair.violation;
      converged = !(pair.violation >= tolerance);
      if (converged || (status[SVM_STATUS.iterations] as number) >= last) break;
      this.#step(pair.i, pair.j);
      status[SVM_STATUS.iterations] = (status[SVM_STATUS.iterations] as number) + 1;
      if (--shrinkIn === 0) {
        shrinkIn = Math.min(rows, SHRINK_EVERY);
        this.#shrink(pair.least, pair.most);
      }
    }
    if (this.#active.length < rows) {
      this.#restore();
      converged = false; // the next round looks at all rows
    }
    if (converged) status[SVM_STATUS.phase] = SVM_PHASE.converged;
    else if ((status[SVM_STATUS.iterations] as number) >= maxIterations) status[SVM_STATUS.phase] = SVM_PHASE.stopped;
    status[SVM_STATUS.offset] = this.#offset();
  }

  /** The pair to move, and the least gradient that could grow and the greatest that could shrink. */
  #select(): { i: number; j: number; least: number; most: number; violation: number } {
    const { alpha, gradient } = this.#args;
    let i = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const t of this.#active) {
      if ((alpha[t] as number) < 1 && (gradient[t] as number) < least) {
        least = gradient[t] as number;
        i = t;
      }
    }
    let j = -1;
    let most = Number.NEGATIVE_INFINITY;
    if (i < 0) return { i, j, least, most, violation: 0 };
    const row = this.#cache.row(i);
    const own = this.#diagonal[i] as number;
    let best = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < this.#active.length; at++) {
      const t = this.#active[at] as number;
      if (!((alpha[t] as number) > 0)) continue;
      const g = gradient[t] as number;
      if (g > most) most = g;
      const difference = g - least;
      if (!(difference > 0)) continue;
      const curvature = own + (this.#diagonal[t] as number) - 2 * (row[at] as number);
      const decrease = (difference * difference) / (curvature > 0 ? curvature : LEAST_CURVATURE);
      if (decrease > best) {
        best = decrease;
        j = t;
      }
    }
    return { i, j, least, most, violation: j < 0 ? 0 : most - least };
  }

  /** Moves weight from α_j to α_i, to the minimum or as far as the bounds allow. */
  #step(i: number, j: number): void {
    const { alpha, gradient } = this.#args;
    const rowI = this.#cache.row(i);
    const rowJ = this.#cache.row(j);
    const place = this.#cache.placeOf(j);
    const curvature = (this.#diagonal[i] as number) + (this.#diagonal[j] as number) - 2 * (rowI[place] as number);
    const difference = (gradient[j] as number) - (gradient[i] as number);
    const a = alpha[i] as number;
    const b = alpha[j] as number;
    let move = difference / (curvature > 0 ? curvature : LEAST_CURVATURE);
    if (move >= 1 - a && 1 - a <= b) {
      move = 1 - a;
      alpha[i] = 1;
      alpha[j] = b - move;
    } else if (move >= b) {
      move = b;
      alpha[i] = a + move;
      alpha[j] = 0;
    } else {
      alpha[i] = a + move;
      alpha[j] = b - move;
    }
    for (let at = 0; at < this.#active.length; at++) {
      const t = this.#active[at] as number;
      gradient[t] = (gradient[t] as number) + move * ((rowI[at] as number) - (rowJ[at] as number));
    }
  }

  /** Leaves out rows at 0 whose gradient is above all that could shrink, and rows at 1 below all that could grow. */
  #shrink(least: number, most: number): void {
    const { alpha, gradient } = this.#args;
    const isOut = (t: number) => {
      const a = alpha[t] as number;
      const g = gradient[t] as number;
      return (a === 0 && g > most) || (a === 1 && g < least);
    };
    const kept = this.#active.filter((t) => !isOut(t));
    // Rows of the cache are cut anew with every shrinking: only a marked one pays for that.
    if (kept.length * 10 > this.#active.length * 9) return;
    this.#shrunk.push({ rows: this.#active.filter(isOut), alpha: alpha.slice() });
    this.#active = kept;
    this.#cache = this.#cache.narrowed(kept);
  }

  /** Considers all rows again: the gradient of those left out follows from the α that changed since. */
  #restore(): void {
    const { alpha, gradient, cacheBytes } = this.#args;
    for (const { rows: out, alpha: before } of this.#shrunk) {
      // All rows: one left out later may have moved before it was.
      const changed = this.#everyRow().filter((t) => alpha[t] !== before[t]);
      for (const t of out) {
        let sum = gradient[t] as number;
        for (const s of changed) sum += ((alpha[s] as number) - (before[s] as number)) * this.#between(s, t);
        gradient[t] = sum;
      }
    }
    this.#shrunk = [];
    this.#active = this.#everyRow();
    this.#cache = new KernelRowCache(this.#between, this.#active, cacheBytes);
  }

  #everyRow(): Int32Array {
    return Int32Array.from({ length: this.#args.rows }, (_, i) => i);
  }

  /** ρ: the mean gradient of the rows with 0 < α < 1; without any, the middle of where it may lie. */
  #offset(): number {
    const { alpha, gradient } = this.#args;
    let free = 0;
    let sum = 0;
    let above = Number.NEGATIVE_INFINITY; // ρ is at least the gradient of rows at 1 …
    let below = Number.POSITIVE_INFINITY; // … and at most that of rows at 0
    for (let t = 0; t < alpha.length; t++) {
      const g = gradient[t] as number;
      if (alpha[t] === 1) above = Math.max(above, g);
      else if (alpha[t] === 0) below = Math.min(below, g);
      else {
        free += 1;
        sum += g;
      }
    }
    if (free > 0) return sum / free;
    if (above === Number.NEGATIVE_INFINITY) return below;
    return below === Number.POSITIVE_INFINITY ? above : (above + below) / 2;
  }
}
