import type { IsolationForestFitArgs, IsolationForestScoreArgs } from "../isolation-forest.js";
import { type Kernels, runSlices } from "../kernels.js";
import { querySlices, rowSlices, treeSlices } from "../slices.js";
import { syntheticSlices } from "../smote.js";
import { isolationForestFit } from "./isolation-forest-fit.js";
import { isolationForestContributions, isolationForestScore } from "./isolation-forest-score.js";
import { nearest } from "./nearest.js";
import { nearestIndex } from "./nearest-index.js";
import { smoteInterpolate } from "./smote-interpolate.js";

/** Work done between two looks at the abort signal: some tens of milliseconds in JavaScript. */
const ROWS_PER_SLICE = 16_384;
const TREES_PER_SLICE = 8;
const DISTANCES_PER_SLICE = 2 ** 22;

/** The plain-TypeScript kernels: the specification, and what runs where nothing faster is registered. */
export const referenceKernels: Kernels = {
  name: "reference",
  isolationForestFit,
  isolationForestScore,
  isolationForestContributions,
  nearestIndex,
  nearest,
  smoteInterpolate,
  promise: {
    isolationForestFit: (args: IsolationForestFitArgs, control) =>
      runSlices(treeSlices(args, TREES_PER_SLICE), isolationForestFit, control),
    isolationForestScore: (args: IsolationForestScoreArgs, control) =>
      runSlices(rowSlices(args, "scores", ROWS_PER_SLICE), isolationForestScore, control),
    isolationForestContributions: (args, control) =>
      runSlices(rowSlices(args, "contributions", ROWS_PER_SLICE), isolationForestContributions, control),
    nearestIndex: (args, control) => runSlices([args], nearestIndex, control),
    nearest: (args, control) => runSlices(querySlices(args, DISTANCES_PER_SLICE / args.rows), nearest, control),
    smoteInterpolate: (args, control) => runSlices(syntheticSlices(args, ROWS_PER_SLICE), smoteInterpolate, control),
  },
};
