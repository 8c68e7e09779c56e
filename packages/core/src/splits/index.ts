export {
  type CrossValidateOptions,
  type CrossValidation,
  consecutiveRuns,
  crossValidate,
  type FoldResult,
} from "./cross-validate.js";
export {
  type FoldOptions,
  type ForwardOptions,
  forwardFolds,
  type Groups,
  groupFolds,
  kFolds,
  leaveOneGroupOut,
  type PurgeOptions,
  purgedFolds,
  type Split,
  stratifiedFolds,
  type TimeSplitOptions,
  timeSplit,
} from "./splits.js";
