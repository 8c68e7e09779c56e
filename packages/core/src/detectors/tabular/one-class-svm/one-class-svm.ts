import { ParamError } from "../../../errors.js";
import { chain } from "../../../kernels/kernels.js";
import { SVM_KERNELS } from "../../../kernels/one-class-svm/one-class-svm.js";
import { int, intOr, number, numberOr, oneOf } from "../../../params/params.js";
import { defineDetector } from "../../detector.js";
import { fitFeatures, scoreFeatures } from "./feature-machine.js";
import { restoreMachine } from "./restore.js";
import type { Machine } from "./state.js";
import { fitVectors, scoreVectors } from "./vector-machine.js";

/** Rows up to which `auto` solves exactly: the kernel matrix of more takes minutes rather than seconds. */
const EXACT_ROWS = 20_000;

/**
 * ν-one-class support vector machine: a smooth boundary around the bulk of the training rows; what lies outside is
 * anomalous, the more the further.
 *
 * *fit*: rows × cols matrix. `nu` is at once the largest fraction of training rows left outside and the least fraction
 * that become support vectors. The exact solver is sequential minimal optimisation on the dual, with second-order choice
 * of pairs, shrinking and a cache of kernel rows: O(rows²) time, `cacheMb` and about 24 + 8 · cols bytes a row of memory.
 * The `sgd` solver draws `features` random Fourier features of the rbf kernel (none for the linear one, which needs none)
 * and descends on the primal from batches of rows: linear time, memory that does not grow with the rows.
 *
 * *score*: one value a row, ρ − Σ αᵢ K(xᵢ, x); positive outside the boundary, negative inside. Scaled as LIBSVM and
 * scikit-learn do, Σα = nu · rows, so it is the negative of scikit-learn's `decision_function`. Both solvers use this
 * scale. O(support vectors · cols) a row; `precision` float32 halves the time, within 1e-5 · nu · rows. With the sgd
 * solver O(features · cols) a row.
 *
 * *Needs*: columns of comparable spread, so scale them first. Few training anomalies.
 *
 * *Edges*: one row, or all rows equal: that row scores 0, with rbf all others more. `gamma` scale is
 * 1 / (cols · variance of all values), and 1 where they are all equal.
 *
 * *Unconverged*: a solver that reaches `maxIterations` keeps what it has; the model then says so (`converged` in its
 * state, a remark in its description), and its boundary is rough.
 *
 * *Departures*: the sgd solver minimises the same objective as a conditional value at risk over batches, with steps
 * 2 / (t + 2) and weighted averaging, in place of one row at a time; its offset is the nu-quantile of the training rows,
 * so that the fraction outside is as asked. The features follow Rahimi and Recht.
 *
 * @throws {@link ParamError} when the sgd solver is asked for a kernel without Fourier features
 * @throws {@link KernelError} `KERNEL_MEMORY` when `cacheMb` cannot hold two kernel rows
 * @see https://doi.org/10.1162/089976601750264965 Schölkopf, Platt, Shawe-Taylor, Smola, Williamson
 * @see https://doi.org/10.1145/1961189.1961199 Chang, Lin: LIBSVM
 * @see https://doi.org/10.1145/1390156.1390290 Takeda, Sugiyama: ν-SVM as conditional value at risk
 * @example
 * ```ts
 * import { fromRows, oneClassSvm } from "@telltale/core";
 * const train = fromRows([[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.5]]);
 * const model = oneClassSvm({ nu: 0.4 }).fitSync(train);
 * const [near, far] = model.scoreSync(fromRows([[0.5, 0.4], [9, 9]]));
 * console.log(far > near); // true
 * ```
 */
export const oneClassSvm = defineDetector({
  name: "one-class-svm",
  aliases: ["ocsvm", "oneclasssvm", "svm", "one-class-support-vector-machine", "nu-svm"],
  summary: "One-class support vector machine: rows outside a smooth boundary around the bulk are anomalous.",
  input: "tabular",
  traits: { scaleSensitive: true },
  leastRows: 1,
  params: {
    nu: number({ default: 0.1, min: 1e-9, max: 1, doc: "Largest fraction of training rows left outside." }),
    kernel: oneOf(SVM_KERNELS, { default: "rbf", doc: "What makes two rows alike." }),
    gamma: numberOr(["scale", "auto"], {
      default: "scale",
      min: 0,
      exclusive: true,
      doc: "Width of the kernel; scale is 1 / (columns · variance), auto is 1 / columns.",
    }),
    degree: int({ default: 3, min: 1, max: 100, doc: "Degree of the polynomial kernel." }),
    coef0: number({ default: 0, doc: "Constant of the polynomial and sigmoid kernels." }),
    solver: oneOf(["auto", "exact", "sgd"], {
      default: "auto",
      doc: "exact takes rows² time, sgd linear time; auto is exact up to 20000 rows, and for kernels without features.",
    }),
    tolerance: number({ default: 1e-3, min: 1e-12, max: 1, doc: "How far from optimal the exact solver may end." }),
    maxIterations: intOr("auto", {
      default: "auto",
      min: 1,
      doc: "Steps after which the exact solver gives up; auto is ten million, or 100 a row.",
    }),
    cacheMb: number({ default: 200, min: 0, max: 1_000_000, doc: "MiB for kernel rows; two must fit." }),
    precision: oneOf(["float64", "float32"], { default: "float64", doc: "Numbers in which rows are scored." }),
    features: int({ default: 256, min: 8, max: 65_536, doc: "Random features of the sgd solver." }),
    epochs: int({ default: 1, min: 1, max: 10_000, doc: "Passes of the sgd solver over the rows." }),
    seed: int({ default: 0, min: 0, doc: "Seed of the sgd solver: same seed, same model." }),
  },
  fit(x, params, run) {
    const { kernel, solver } = params;
    const hasFeatures = kernel === "rbf" || kernel === "linear";
    if (solver === "sgd" && !hasFeatures) {
      throw new ParamError("PARAM_RANGE", `solver: sgd needs the rbf or the linear kernel; found ${kernel}`, {
        remedy: "Use the exact solver for this kernel",
      });
    }
    const exact = solver === "exact" || !hasFeatures || (solver === "auto" && x.rows <= EXACT_ROWS);
    return chain<Machine, Machine>(exact ? fitVectors(x, params, run) : fitFeatures(x, params, run), (state) => state);
  },
  score: (state, x, params, run) =>
    state.solver === "exact" ? scoreVectors(state, x, params, run) : scoreFeatures(state, x, run),
  remarks: (state) =>
    state.converged
      ? []
      : [
          `The solver stopped unconverged after ${state.iterations} iterations: scores are rough. ` +
            "Raise maxIterations or tolerance, or scale the columns",
        ],
  restore: (state, params, cols): Machine => restoreMachine(state, params, cols),
});
