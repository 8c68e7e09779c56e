import type { KernelArray } from "./kernels/kernel-call.js";

/** The compiled addon as it is: positional arguments, see `cpp/binding`. Nothing but this package calls it. */
export interface Addon {
  /** The instruction sets that this machine runs, best first. */
  readonly isas: readonly { readonly name: IsaName; readonly number: number }[];
  boostedTreesBin(...args: KernelArgument[]): void;
  boostedTreesBinPromise(...args: KernelArgument[]): Promise<void>;
  boostedTreesRound(...args: KernelArgument[]): void;
  boostedTreesRoundPromise(...args: KernelArgument[]): Promise<void>;
  boostedTreesPredict(...args: KernelArgument[]): void;
  boostedTreesPredictPromise(...args: KernelArgument[]): Promise<void>;
  columnMoments(...args: KernelArgument[]): void;
  columnMomentsPromise(...args: KernelArgument[]): Promise<void>;
  squaredProjections(...args: KernelArgument[]): void;
  squaredProjectionsPromise(...args: KernelArgument[]): Promise<void>;
  concentration(...args: KernelArgument[]): void;
  concentrationPromise(...args: KernelArgument[]): Promise<void>;
  treeShap(...args: KernelArgument[]): void;
  treeShapPromise(...args: KernelArgument[]): Promise<void>;
  isolationForestFit(...args: KernelArgument[]): void;
  isolationForestScore(...args: KernelArgument[]): void;
  isolationForestContributions(...args: KernelArgument[]): void;
  nearestIndex(...args: KernelArgument[]): void;
  nearest(...args: KernelArgument[]): void;
  nearestIndexPromise(...args: KernelArgument[]): Promise<void>;
  nearestPromise(...args: KernelArgument[]): Promise<void>;
  isolationForestFitPromise(...args: KernelArgument[]): Promise<void>;
  isolationForestScorePromise(...args: KernelArgument[]): Promise<void>;
  isolationForestContributionsPromise(...args: KernelArgument[]): Promise<void>;
  kmeansSeed(...args: KernelArgument[]): void;
  kmeansSeedPromise(...args: KernelArgument[]): Promise<void>;
  kmeansFit(...args: KernelArgument[]): void;
  kmeansFitPromise(...args: KernelArgument[]): Promise<void>;
  nearestCentroid(...args: KernelArgument[]): void;
  nearestCentroidPromise(...args: KernelArgument[]): Promise<void>;
  oneClassSvmScore(...args: KernelArgument[]): void;
  oneClassSvmScorePromise(...args: KernelArgument[]): Promise<void>;
  oneClassSvmFit(...args: KernelArgument[]): void;
  oneClassSvmFitPromise(...args: KernelArgument[]): Promise<void>;
  linearOneClassSvmFit(...args: KernelArgument[]): void;
  linearOneClassSvmFitPromise(...args: KernelArgument[]): Promise<void>;
  linearOneClassSvmScore(...args: KernelArgument[]): void;
  linearOneClassSvmScorePromise(...args: KernelArgument[]): Promise<void>;
  matrixProfile(...args: KernelArgument[]): void;
  matrixProfilePromise(...args: KernelArgument[]): Promise<void>;
  affineForward(...args: KernelArgument[]): void;
  affineForwardPromise(...args: KernelArgument[]): Promise<void>;
  affineBackward(...args: KernelArgument[]): void;
  affineBackwardPromise(...args: KernelArgument[]): Promise<void>;
  recurrentForward(...args: KernelArgument[]): void;
  recurrentForwardPromise(...args: KernelArgument[]): Promise<void>;
  recurrentBackward(...args: KernelArgument[]): void;
  recurrentBackwardPromise(...args: KernelArgument[]): Promise<void>;
  smoteInterpolate(...args: KernelArgument[]): void;
  smoteInterpolatePromise(...args: KernelArgument[]): Promise<void>;
  sortColumns(...args: KernelArgument[]): void;
  sortColumnsPromise(...args: KernelArgument[]): Promise<void>;
  tailScore(...args: KernelArgument[]): void;
  tailScorePromise(...args: KernelArgument[]): Promise<void>;
  histogramCount(...args: KernelArgument[]): void;
  histogramCountPromise(...args: KernelArgument[]): Promise<void>;
  histogramScore(...args: KernelArgument[]): void;
  histogramScorePromise(...args: KernelArgument[]): Promise<void>;
  projectionRange(...args: KernelArgument[]): void;
  projectionRangePromise(...args: KernelArgument[]): Promise<void>;
  projectionHistogram(...args: KernelArgument[]): void;
  projectionHistogramPromise(...args: KernelArgument[]): Promise<void>;
  projectionScore(...args: KernelArgument[]): void;
  projectionScorePromise(...args: KernelArgument[]): Promise<void>;
  hypersphereScore(...args: KernelArgument[]): void;
  hypersphereScorePromise(...args: KernelArgument[]): Promise<void>;
  denseNetworkForward(...args: KernelArgument[]): void;
  denseNetworkForwardPromise(...args: KernelArgument[]): Promise<void>;
  denseNetworkTrain(...args: KernelArgument[]): void;
  denseNetworkTrainPromise(...args: KernelArgument[]): Promise<void>;
}

export type KernelArgument = number | KernelArray;

/** Instruction sets that kernels are compiled for. `scalar` is what every machine of the architecture has. */
export type IsaName = "scalar" | "avx2" | "avx512" | "neon";

export const ISA_NAMES: readonly IsaName[] = ["avx512", "avx2", "neon", "scalar"];
