export { type Combination, type CombineOptions, combineFlags, combineScores } from "./combine.js";
export {
  fitScoreScale,
  rankScores,
  ScoreScale,
  type ScoreScaleFacts,
  type Standardization,
  standardizeScores,
} from "./standardize.js";
