export { type AlarmConditions, alarmParams } from "./alarm-conditions.js";
export { benjaminiHochberg, conformal, conformalPValues } from "./conformal.js";
export { type DspotDecision, DspotStream, dspot, dspotStream } from "./dspot.js";
export type {
  ApplyOptions,
  FittedThreshold,
  ThresholdJSON,
  ThresholdLimits,
  ThresholdScope,
  ThresholdState,
  ThresholdStream,
} from "./fitted.js";
export { bestF1Oracle, cost } from "./labelled.js";
export { parseThreshold, thresholdFromJSON, thresholdRules } from "./parse.js";
export { persistent } from "./persistent.js";
export { pot } from "./pot.js";
export { contamination, fixed, iqr, mad, quantile } from "./rules.js";
export type { Side } from "./side.js";
export {
  defineThreshold,
  type Threshold,
  type ThresholdFactory,
  type ThresholdFitOptions,
  type ThresholdRule,
} from "./threshold.js";
