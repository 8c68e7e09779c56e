export { type AdbenchOptions, adbench } from "./adbench/adbench.js";
export { type AdbenchSplit, splitAdbench } from "./adbench/protocol.js";
export { type AdbenchSet, adbenchFiles, readAdbenchSet } from "./adbench/sets.js";
export { ALL, type AskedDetector, detectorsAsked, NEURAL, splitDetectors } from "./detectors-asked.js";
export { etth2, type TransformerOptions } from "./etth2/etth2.js";
export { chooseQuantile, type QuantileCandidate, type QuantileChoice } from "./etth2/quantile-choice.js";
export { nab } from "./nab/nab.js";
export { runSuite, type SuiteResult } from "./run-suite.js";
export { readSkab, SKAB_FILES, type SkabFile } from "./skab/files.js";
export { type SkabOptions, skab } from "./skab/skab.js";
export type {
  Elsewhere,
  Measures,
  RowKind,
  Suite,
  SuiteFailure,
  SuiteMeasure,
  SuiteOptions,
  SuiteOutcome,
  SuiteRow,
} from "./suite.js";
export { type TsbAdOptions, tsbAd } from "./tsb-ad/tsb-ad.js";
