import { GENERATED_DATA_CASES } from "../generated-data.js";
import type { PeerCase } from "../peer-case.js";
import { BOOSTED_TREES_CASE, JAVASCRIPT_TREES_CASE } from "./boosted-trees.js";
import { BOOSTED_TREES_FIT_CASE } from "./boosted-trees-fit.js";
import { DENSE_NETWORK_CASE } from "./dense-network.js";
import { DETECTOR_CASES } from "./detectors.js";
import { FOREST_CASES } from "./forest.js";
import { JAVASCRIPT_KMEANS_CASE, JAVASCRIPT_SVM_CASE } from "./javascript-libraries.js";
import { JAVASCRIPT_NEIGHBOUR_CASE } from "./javascript-neighbours.js";
import { KMEANS_CASE } from "./kmeans.js";
import { MATRIX_PROFILE_CASE } from "./matrix-profile.js";
import { NEIGHBOUR_CASES } from "./neighbours.js";
import { SVM_CASE } from "./one-class-svm.js";
import { RECURRENT_NETWORK_CASE } from "./recurrent-network.js";
import { SMOTE_CASE } from "./smote.js";
import { VOLUMES_CASE } from "./volumes.js";
import { WHOLE_PROCESS_CASE } from "./whole-process.js";

/** All comparisons with other libraries, in the order in which they run. */
export const PEER_CASES: readonly PeerCase[] = [
  ...FOREST_CASES,
  SVM_CASE,
  ...NEIGHBOUR_CASES,
  KMEANS_CASE,
  MATRIX_PROFILE_CASE,
  SMOTE_CASE,
  DENSE_NETWORK_CASE,
  RECURRENT_NETWORK_CASE,
  BOOSTED_TREES_FIT_CASE,
  BOOSTED_TREES_CASE,
  JAVASCRIPT_NEIGHBOUR_CASE,
  JAVASCRIPT_TREES_CASE,
  JAVASCRIPT_SVM_CASE,
  JAVASCRIPT_KMEANS_CASE,
  ...DETECTOR_CASES,
  ...GENERATED_DATA_CASES,
  VOLUMES_CASE,
  WHOLE_PROCESS_CASE,
];
