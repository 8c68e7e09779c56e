export { FILLS, type Fill, fillGaps } from "./fill.js";
export { AGGREGATES, type Aggregate, parseDuration, type RegularReport, regularTime } from "./regular-time.js";
export {
  applyPreparation,
  LEARNED_FILLS,
  type LearnedFill,
  learnPreparation,
  loadPreparation,
  preparationText,
  readPreparation,
  type SavedPreparation,
  SCALINGS,
  type Scaling,
} from "./saved-preparation.js";
export { type SeriesColumns, type SeriesRows, seriesRows, takeRows } from "./series-rows.js";
export { type ColumnFacts, Survey, type Unusable } from "./survey.js";
export { type TidyReport, tidyRows } from "./tidy.js";
