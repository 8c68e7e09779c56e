export { type CompareOptions, type ComparisonProgress, compareDetectors } from "./compare.js";
export { type LabelledSet, type Splitting, splitsOf } from "./data-set.js";
export {
  type AgainstBest,
  type Comparison,
  type DetectorSummary,
  FIGURES,
  type Figures,
  type RankFigure,
  type RankSummary,
  type RunDone,
  type RunFailed,
  type RunRow,
  type Spread,
} from "./result.js";
export { type Subject, type SubjectOptions, subjectsFrom } from "./subjects.js";
