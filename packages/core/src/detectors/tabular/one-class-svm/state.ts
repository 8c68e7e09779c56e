/** What the exact solver leaves: the rows with weight. */
export type VectorMachine = {
  readonly solver: "exact";
  readonly gamma: number;
  /** Support vectors, row-major. */
  readonly vectors: Float64Array;
  /** α of each, 0 < α ≤ 1. */
  readonly coefficients: Float64Array;
  /** ρ. */
  readonly offset: number;
  readonly converged: boolean;
  readonly iterations: number;
};

/** What the sgd solver leaves: weights on random features. */
export type FeatureMachine = {
  readonly solver: "sgd";
  readonly gamma: number;
  readonly frequencies: Float64Array;
  readonly phases: Float64Array;
  readonly weights: Float64Array;
  readonly offset: number;
  readonly scale: number;
  readonly converged: boolean;
  readonly iterations: number;
};

export type Machine = VectorMachine | FeatureMachine;

export interface SvmParams {
  readonly nu: number;
  readonly kernel: "rbf" | "linear" | "polynomial" | "sigmoid";
  readonly gamma: number | "scale" | "auto";
  readonly degree: number;
  readonly coef0: number;
  readonly solver: "auto" | "exact" | "sgd";
  readonly tolerance: number;
  readonly maxIterations: number | "auto";
  readonly cacheMb: number;
  readonly precision: "float64" | "float32";
  readonly features: number;
  readonly epochs: number;
  readonly seed: number;
}
