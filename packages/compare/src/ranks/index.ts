export { type BootstrapOptions, type PairedComparison, pairedBootstrap } from "./bootstrap.js";
export { type FriedmanTest, friedmanTest } from "./friedman.js";
export { type CriticalDifference, criticalDifference, nemenyi, nemenyiPValues } from "./nemenyi.js";
export { meanRanks, type RankOptions, type ResultTable, ranksOf } from "./ranks.js";
export { holm, type SignedRankTest, signedRankTest } from "./wilcoxon.js";
