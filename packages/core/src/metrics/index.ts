export { type Evaluation, Evaluator, evaluate } from "./evaluate.js";
export {
  evaluateSeries,
  type SeriesEvaluation,
  type SeriesEvaluationOptions,
  type SeriesMeasures,
} from "./evaluate-series.js";
export type { Labels, Scores } from "./inputs.js";
export { type ClassificationReport, type ClassReport, classificationReport } from "./point/classification-report.js";
export { type Confusion, ConfusionCounter, confusion } from "./point/confusion.js";
export { type AlarmCosts, type CostCurve, costCurve } from "./point/cost-curve.js";
export {
  type MulticlassReport,
  multiclassReport,
  type ReportTextOptions,
  reportText,
} from "./point/multiclass-report.js";
export { type OracleF1, oracleF1 } from "./point/oracle.js";
export { precisionAt } from "./point/precision-at.js";
export { averagePrecision, type PrecisionRecallCurve, precisionRecallCurve } from "./point/precision-recall.js";
export {
  accuracy,
  balancedAccuracy,
  type FlagMetric,
  f1,
  falseAlarmRate,
  fBeta,
  matthewsCorrelation,
  missedAlarmRate,
  precision,
  recall,
} from "./point/rates.js";
export { type CurveOptions, type RocCurve, rocAuc, rocCurve } from "./point/roc.js";
export { type AffiliationScores, affiliationScores } from "./series/affiliation.js";
export {
  type ChangePointOptions,
  type ChangePointResult,
  type ChangePointSeries,
  changePointScore,
} from "./series/change-points.js";
export { type DelayOptions, type DetectionDelay, detectionDelay } from "./series/delay.js";
export { type EventScores, eventScores } from "./series/event-scores.js";
export { type Episode, episodesOf, type SeriesOptions } from "./series/events.js";
export { type LeadTimeOptions, type LeadTimes, leadTime } from "./series/lead-time.js";
export {
  type NabFlags,
  type NabOptimum,
  type NabOptions,
  type NabResult,
  type NabScores,
  type NabSeries,
  nabBestThreshold,
  nabScore,
  nabWindows,
} from "./series/nab.js";
export { type NabProfile, type NabWeights, nabProfiles } from "./series/nab-profiles.js";
export {
  type AdjustedCurve,
  type AdjustedScores,
  type PointAdjusted,
  type PointAdjustOptions,
  pointAdjusted,
  pointAdjustedCurve,
} from "./series/point-adjust.js";
export {
  type Cardinality,
  type PositionalBias,
  type RangeOptions,
  type RangeScoreOptions,
  type RangeScores,
  rangePrecision,
  rangeRecall,
  rangeScores,
} from "./series/range.js";
export type { Times } from "./series/times.js";
export { type VolumeOptions, type Volumes, volumesUnderSurface, vusPr, vusRoc } from "./series/volume.js";
export { type WindowedOptions, windowedAveragePrecision, windowedRocAuc } from "./series/windowed-auc.js";
