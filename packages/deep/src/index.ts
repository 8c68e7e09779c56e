// Networks on WebAssembly, unless C++ kernels are registered, before or after.
import "@telltale/wasm/register";

export * from "./backend/backend.js";
export { withBackend } from "./backend/with-backend.js";
export { encode } from "./dense/codes.js";
export type { DenseState } from "./dense/dense-state.js";
export { autoencoder } from "./detectors/autoencoder/autoencoder.js";
export { convAutoencoder } from "./detectors/conv-autoencoder/conv-autoencoder.js";
export { deepSvdd, type SvddState } from "./detectors/deep-svdd/deep-svdd.js";
export { lstmAutoencoder } from "./detectors/lstm-autoencoder/lstm-autoencoder.js";
export { lstmClassifier } from "./detectors/lstm-classifier/lstm-classifier.js";
export { gruForecaster, lstmForecaster, rnnForecaster } from "./detectors/lstm-forecaster/lstm-forecaster.js";
export { lstmSeq2seq } from "./detectors/lstm-seq2seq/lstm-seq2seq.js";
export { lstmVae } from "./detectors/lstm-vae/lstm-vae.js";
export { vae } from "./detectors/vae/vae.js";
export type { WindowModelState } from "./detectors/window-model.js";
export * from "./layers/index.js";
export type { SequenceNetwork } from "./networks/sequence-network.js";
export { type TensorNetwork, TensorTrainee } from "./tensors/tensor-trainee.js";
export { tensorflowKernels } from "./tensors/tensorflow-kernels.js";
export { glorotUniform, orthogonal } from "./training/initial.js";
export { type LayerNetwork, LayerTrainee } from "./training/layer-trainee.js";
export { type TrainingSettings, trainingParams } from "./training/settings.js";
export * from "./training/train.js";
