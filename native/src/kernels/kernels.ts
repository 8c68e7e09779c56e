import { type Kernels, referenceKernels } from "@telltale/core";
import type { Addon } from "../addon.js";
import { bindCovariance } from "./covariance.js";
import { bindKmeans } from "./kmeans.js";
import { bindMatrixProfile } from "./matrix-profile.js";
import { bindNearest } from "./nearest.js";
import { bindAffine } from "./networks/affine.js";
import { bindDenseNetwork } from "./networks/dense-network.js";
import { bindRecurrent } from "./networks/recurrent.js";
import { bindOneClassSvm } from "./one-class-svm.js";
import { bindSmote } from "./smote.js";
import { bindTabular } from "./tabular.js";
import { bindBoostedTrees } from "./trees/boosted-trees.js";
import { bindBoostedTreesFit } from "./trees/boosted-trees-fit.js";
import { bindIsolationForest } from "./trees/isolation-forest.js";

/**
 * The kernels of an addon for one instruction set; `defaultThreads` where a call leaves it open. A kernel that has no C++
 * form is the reference one.
 */
export function bindKernels(
  addon: Addon,
  isa: { readonly name: string; readonly number: number },
  defaultThreads: number,
): Kernels {
  const threadsOf = (args: { readonly threads: number }) => (args.threads > 0 ? args.threads : defaultThreads);
  const affine = bindAffine(addon, isa.number, threadsOf);
  const boostedTrees = bindBoostedTrees(addon, isa.number, threadsOf);
  const boostedTreesFit = bindBoostedTreesFit(addon, isa.number, threadsOf);
  const covariance = bindCovariance(addon, isa.number, threadsOf);
  const dense = bindDenseNetwork(addon, isa.number, threadsOf);
  const forest = bindIsolationForest(addon, isa.number, threadsOf);
  const kmeans = bindKmeans(addon, isa.number, threadsOf);
  const nearest = bindNearest(addon, isa.number, threadsOf);
  const profile = bindMatrixProfile(addon, isa.number);
  const recurrent = bindRecurrent(addon, isa.number, threadsOf);
  const smote = bindSmote(addon, isa.number, threadsOf);
  const svm = bindOneClassSvm(addon, isa.number, threadsOf);
  const tabular = bindTabular(addon, isa.number, threadsOf);
  return {
    ...referenceKernels,
    name: `native:${isa.name}`,
    ...affine.now,
    ...boostedTrees.now,
    ...boostedTreesFit.now,
    ...covariance.now,
    ...dense.now,
    ...forest.now,
    ...kmeans.now,
    ...nearest.now,
    ...profile.now,
    ...recurrent.now,
    ...smote.now,
    ...svm.now,
    ...tabular.now,
    promise: {
      ...referenceKernels.promise,
      ...affine.promise,
      ...boostedTrees.promise,
      ...boostedTreesFit.promise,
      ...covariance.promise,
      ...dense.promise,
      ...forest.promise,
      ...kmeans.promise,
      ...nearest.promise,
      ...profile.promise,
      ...recurrent.promise,
      ...smote.promise,
      ...svm.promise,
      ...tabular.promise,
    },
  };
}
