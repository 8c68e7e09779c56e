/**
 * `import "@telltale/deep/register"` puts the neural detectors into the registry, under their names. Nothing of TensorFlow is
 * loaded by it: that happens when the first of them that needs it is fitted or scores. Networks run in WebAssembly
 * (`@telltale/wasm/register`), unless C++ kernels are registered, before or after.
 *
 * @module
 */
import { registry } from "@telltale/core";
import "@telltale/wasm/register";
import { autoencoder } from "./detectors/autoencoder/autoencoder.js";
import { convAutoencoder } from "./detectors/conv-autoencoder/conv-autoencoder.js";
import { deepSvdd } from "./detectors/deep-svdd/deep-svdd.js";
import { lstmAutoencoder } from "./detectors/lstm-autoencoder/lstm-autoencoder.js";
import { lstmClassifier } from "./detectors/lstm-classifier/lstm-classifier.js";
import { gruForecaster, lstmForecaster, rnnForecaster } from "./detectors/lstm-forecaster/lstm-forecaster.js";
import { lstmSeq2seq } from "./detectors/lstm-seq2seq/lstm-seq2seq.js";
import { lstmVae } from "./detectors/lstm-vae/lstm-vae.js";
import { vae } from "./detectors/vae/vae.js";

for (const factory of [
  autoencoder,
  vae,
  deepSvdd,
  convAutoencoder,
  lstmAutoencoder,
  lstmSeq2seq,
  lstmVae,
  lstmForecaster,
  gruForecaster,
  rnnForecaster,
  lstmClassifier,
]) {
  registry.register(factory);
}
