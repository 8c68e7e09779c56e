export { type ClassificationReport, type ClassReport, classificationReport } from "./classification-report.js";
export { type Confusion, ConfusionCounter, confusion } from "./confusion.js";
export { type Evaluation, Evaluator, evaluate } from "./evaluate.js";
export type { Labels, Scores } from "./inputs.js";
export { averagePrecision, type PrecisionRecallCurve, precisionRecallCurve } from "./precision-recall.js";
export { accuracy, type FlagMetric, f1, falseAlarmRate, missedAlarmRate, precision, recall } from "./rates.js";
export { type CurveOptions, type RocCurve, rocAuc, rocCurve } from "./roc.js";
