import { KernelError } from "../../../errors.js";
import { chain, type MaybePromise, type Run } from "../../../kernels/kernels.js";
import {
  type OneClassSvmFitArgs,
  type OneClassSvmScoreArgs,
  SVM_PHASE,
  SVM_STATUS,
  SVM_STATUS_LENGTH,
  type SvmKernelFunction,
} from "../../../kernels/one-class-svm/one-class-svm.js";
import type { Matrix } from "../../../matrix.js";
import { gammaOf } from "./gamma.js";
import type { SvmParams, VectorMachine } from "./state.js";

const MIB = 2 ** 20;
/** Share of the progress that belongs to the first gradient. */
const FIRST_SHARE = 0.25;

/** Solves the dual exactly. */
export function fitVectors(x: Matrix, params: SvmParams, run: Run): MaybePromise<VectorMachine> {
  const { nu, tolerance, cacheMb } = params;
  const least = 2 * x.rows * Float64Array.BYTES_PER_ELEMENT;
  if (cacheMb * MIB < least) {
    throw new KernelError(
      "KERNEL_MEMORY",
      `cacheMb: two kernel rows over ${x.rows} training rows take ${(least / MIB).toPrecision(3)} MiB; ` +
        `found ${cacheMb}`,
      { remedy: "Raise cacheMb, fit on fewer rows, or use the sgd solver" },
    );
  }
  const kernelFunction = functionOf(params, gammaOf(x, params.gamma));
  const alpha = startingPoint(x.rows, nu * x.rows);
  const gradient = new Float64Array(x.rows);
  const status = new Float64Array(SVM_STATUS_LENGTH);
  const seeds = Math.ceil(nu * x.rows);
  const first: OneClassSvmScoreArgs = {
    function: kernelFunction,
    vectors: x.data.subarray(0, seeds * x.cols),
    coefficients: alpha.subarray(0, seeds),
    offset: 0,
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    // Rounding in 32 bits adds up to about 2e-6 · √Σα: where that is far below the tolerance, nobody sees it.
    precision: params.kernel === "rbf" && tolerance >= 5e-6 * Math.sqrt(nu * x.rows) ? 32 : 64,
    threads: run.threads,
    scores: gradient,
  };
  return chain(run.within(0, FIRST_SHARE).call("oneClassSvmScore", first), () => {
    for (let i = 0; i < x.rows; i++) gradient[i] = -(gradient[i] as number);
    checkFinite(gradient);
    const args: OneClassSvmFitArgs = {
      function: kernelFunction,
      x: x.data,
      rows: x.rows,
      cols: x.cols,
      tolerance,
      maxIterations: params.maxIterations === "auto" ? Math.max(10_000_000, 100 * x.rows) : params.maxIterations,
      cacheBytes: Math.floor(cacheMb * MIB),
      threads: run.threads,
      alpha,
      gradient,
      status,
    };
    return chain(run.within(FIRST_SHARE, 1).call("oneClassSvmFit", args), () => {
      checkFinite(gradient);
      return supportVectors(x, kernelFunction.gamma, args);
    });
  });
}

function functionOf(params: SvmParams, gamma: number): SvmKernelFunction {
  return { kernel: params.kernel, gamma, coef0: params.coef0, degree: params.degree };
}

/** The first rows at 1, and one with the rest: LIBSVM's starting point. */
function startingPoint(rows: number, total: number): Float64Array {
  const alpha = new Float64Array(rows);
  const whole = Math.floor(total);
  alpha.fill(1, 0, whole);
  if (whole < rows) alpha[whole] = total - whole;
  return alpha;
}

function checkFinite(gradient: Float64Array): void {
  if (gradient.every((g) => Number.isFinite(g))) return;
  throw new KernelError("KERNEL_FAILED", "one-class-svm: kernel values overflow the range of doubles", {
    remedy: "Scale the columns first, or lower gamma or degree",
  });
}

/** The rows that have weight, with it. */
function supportVectors(x: Matrix, gamma: number, { alpha, status }: OneClassSvmFitArgs): VectorMachine {
  const coefficients = alpha.filter((a) => a > 0);
  const vectors = new Float64Array(coefficients.length * x.cols);
  let at = 0;
  for (let i = 0; i < x.rows; i++) {
    if (!((alpha[i] as number) > 0)) continue;
    vectors.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), at);
    at += x.cols;
  }
  return {
    solver: "exact",
    gamma,
    vectors,
    coefficients,
    offset: status[SVM_STATUS.offset] as number,
    converged: status[SVM_STATUS.phase] === SVM_PHASE.converged,
    iterations: status[SVM_STATUS.iterations] as number,
  };
}

/** ρ − Σ α K for each row. */
export function scoreVectors(state: VectorMachine, x: Matrix, params: SvmParams, run: Run): MaybePromise<Float64Array> {
  const scores = new Float64Array(x.rows);
  const args: OneClassSvmScoreArgs = {
    function: functionOf(params, state.gamma),
    vectors: state.vectors,
    coefficients: state.coefficients,
    offset: state.offset,
    x: x.data,
    rows: x.rows,
    cols: x.cols,
    precision: params.precision === "float32" ? 32 : 64,
    threads: run.threads,
    scores,
  };
  return chain(run.call("oneClassSvmScore", args), () => scores);
}
