export * from "./backend/backend.js";
export { withBackend } from "./backend/with-backend.js";
export { encode } from "./dense/codes.js";
export type { DenseState } from "./dense/dense-state.js";
export { autoencoder } from "./detectors/autoencoder/autoencoder.js";
export { type TensorNetwork, TensorTrainee } from "./tensors/tensor-trainee.js";
export { glorotUniform, orthogonal } from "./training/initial.js";
export { type TrainingSettings, trainingParams } from "./training/settings.js";
export * from "./training/train.js";
