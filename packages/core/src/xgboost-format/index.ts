export { bestTrees, type XgboostModel } from "./model.js";
export { baseMarginOf, baseScoreOf } from "./objective.js";
export { readXgboost } from "./read.js";
export { writeXgboost, type XgboostFormat, type XgboostModelParts, type XgboostWriteOptions } from "./write.js";
