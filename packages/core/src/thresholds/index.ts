export { parseThreshold, thresholdFromJSON, thresholdRules } from "./parse.js";
export { contamination, fixed, mad, quantile } from "./rules.js";
export type {
  ApplyOptions,
  FittedThreshold,
  Threshold,
  ThresholdFactory,
  ThresholdJSON,
  ThresholdRule,
} from "./threshold.js";
