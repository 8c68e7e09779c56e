/**
 * The kernels of the ν-one-class support vector machine: their arguments and what they promise.
 *
 * *Numerical contract*: a tolerance, not bits. Exponentials, fused multiply-adds and the expansion of ‖x − v‖² differ
 * from path to path, and the order in which the solver meets its rows decides where inside `tolerance` it stops. One set
 * of kernels gives the same bits for every number of threads and for a row in any company. Between sets:
 *
 * - `oneClassSvmScore`, `precision` 64: within 1e-12 · Σ|coefficients| · max|K|; `precision` 32: within 1e-5 of the same.
 *   With rbf in 64 bits each value K > 1e-300 is besides within 1e-13 + (cols + 6) · 2⁻⁵² · γ (‖x − c‖² + ‖v − c‖²) of
 *   itself, c the mean of the vectors: sums of positive terms keep their digits far in the tail.
 * - `oneClassSvmFit`: the dual objective is minimised to `tolerance` (the largest violation of the optimality
 *   conditions), so decision values agree to a small multiple of it.
 */

/** The kernel functions K(u, v), by the number that stands for each in a call. */
export const SVM_KERNELS = ["rbf", "linear", "polynomial", "sigmoid"] as const;
export type SvmKernelName = (typeof SVM_KERNELS)[number];

/**
 * One kernel function: rbf exp(−γ‖u − v‖²), linear u·v, polynomial (γ u·v + c₀)^degree, sigmoid tanh(γ u·v + c₀).
 */
export interface SvmKernelFunction {
  readonly kernel: SvmKernelName;
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}

export interface OneClassSvmScoreArgs {
  readonly function: SvmKernelFunction;
  /** Support vectors, row-major, `coefficients.length × cols`. */
  readonly vectors: Float64Array;
  readonly coefficients: Float64Array;
  readonly offset: number;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Bits of the numbers in which kernel values are computed: 64, or 32 for about twice the speed. */
  readonly precision: 32 | 64;
  readonly threads: number;
  /** One score a row: offset − Σ coefficient · K(vector, row). */
  readonly scores: Float64Array;
}

/** Places of `status`. */
export const SVM_STATUS = { iterations: 0, violation: 1, phase: 2, offset: 3, firstViolation: 4 } as const;
export const SVM_STATUS_LENGTH = 5;
/** Values of `status[phase]`. */
export const SVM_PHASE = { running: 0, converged: 1, stopped: 2 } as const;

/**
 * Minimises ½ αᵀKα over 0 ≤ α ≤ 1 with Σα fixed, by sequential minimal optimisation. A call goes on from `alpha`,
 * `gradient` and `status` as they are, and leaves them so that another can go on.
 */
export interface OneClassSvmFitArgs {
  readonly function: SvmKernelFunction;
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Largest violation of the optimality conditions at which the solver ends. */
  readonly tolerance: number;
  /** Iterations over all calls, after which it ends unconverged. */
  readonly maxIterations: number;
  /** Memory for kernel rows; at least two rows of doubles. */
  readonly cacheBytes: number;
  readonly threads: number;
  /** In and out: a feasible point. */
  readonly alpha: Float64Array;
  /** In and out: Kα. */
  readonly gradient: Float64Array;
  /** In and out, zeros at first: see {@link SVM_STATUS}. The offset is ρ, from the rows with 0 < α < 1. */
  readonly status: Float64Array;
}

/** Iterations in one round, after which the signal is looked at and all rows are considered again. */
export function svmRoundIterations(rows: number): number {
  return Math.max(1000, Math.min(10_000, Math.floor(2e8 / rows)));
}

/** How far a solver is, 0 … 1: the logarithm of the violation between its first value and the tolerance. */
export function svmProgress({ status, tolerance }: OneClassSvmFitArgs): number {
  if (status[SVM_STATUS.phase] !== SVM_PHASE.running) return 1;
  const first = status[SVM_STATUS.firstViolation] as number;
  const now = status[SVM_STATUS.violation] as number;
  const done = Math.log(first / now) / Math.log(first / tolerance);
  return done > 0 ? Math.min(0.99, done) : 0;
}
