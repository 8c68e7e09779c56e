import { boostedTreesCases } from "./boosted-trees.js";
import { boostedTreesFitCases } from "./boosted-trees-fit.js";
import { covarianceCases } from "./covariance.js";
import { denseNetworkCases } from "./dense-network.js";
import { empiricalTailCases } from "./empirical-tails.js";
import { histogramCases } from "./histograms.js";
import { hypersphereCases } from "./hyperspheres.js";
import { isolationForestCases } from "./isolation-forest.js";
import type { KernelCase } from "./kernel-case.js";
import { kmeansCases } from "./kmeans.js";
import { matrixProfileCases } from "./matrix-profile.js";
import { nearestCases } from "./nearest.js";
import { oneClassSvmCases } from "./one-class-svm.js";
import { projectionCases } from "./projections.js";
import { recurrentCases } from "./recurrent.js";
import { smoteCases } from "./smote.js";

/** All kernels under benchmark. A further kernel is a file beside this one and a line here. */
export const cases: readonly KernelCase[] = [
  ...covarianceCases,
  ...boostedTreesCases,
  ...boostedTreesFitCases,
  ...denseNetworkCases,
  ...empiricalTailCases,
  ...histogramCases,
  ...hypersphereCases,
  ...isolationForestCases,
  ...kmeansCases,
  ...matrixProfileCases,
  ...nearestCases,
  ...oneClassSvmCases,
  ...projectionCases,
  ...recurrentCases,
  ...smoteCases,
];
