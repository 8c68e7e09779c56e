export { type MemoryGrowth, watchMemory } from "./peak-memory.js";
export {
  type FailedTrial,
  type FinishedTrial,
  failureOf,
  runTrial,
  type Trial,
  type TrialCost,
  type TrialData,
  type TrialOptions,
} from "./trial.js";
