/** Figures to rank detectors by, as a person and as a result names them. */
export const RANK_BY = {
  "average-precision": "averagePrecision",
  "roc-auc": "rocAuc",
  f1: "f1",
  "precision-at-n": "precisionAtN",
  "vus-pr": "vusPr",
  "event-f1": "eventF1",
} as const;
