export { type Evaluation, Evaluator, evaluate } from "./evaluate.js";
export type { Labels, Scores } from "./inputs.js";
export { type ClassificationReport, type ClassReport, classificationReport } from "./point/classification-report.js";
export { type Confusion, ConfusionCounter, confusion } from "./point/confusion.js";
export { averagePrecision, type PrecisionRecallCurve, precisionRecallCurve } from "./point/precision-recall.js";
export { accuracy, type FlagMetric, f1, falseAlarmRate, missedAlarmRate, precision, recall } from "./point/rates.js";
export { type CurveOptions, type RocCurve, rocAuc, rocCurve } from "./point/roc.js";
