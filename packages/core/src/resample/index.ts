export { adasyn } from "./adasyn.js";
export { borderlineSmote } from "./borderline-smote.js";
export {
  createResampler,
  type ResampleMethod,
  type ResampleOptions,
  resample,
  resamplers,
  resampleSync,
} from "./resample.js";
export type { ResampleCallOptions, Resampled, Resampler, ResamplerSpec } from "./resampler.js";
export { smote } from "./smote.js";
export { type SmoteNcParams, smoteNc } from "./smote-nc.js";
