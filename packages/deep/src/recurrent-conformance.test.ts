import { type DetectorFactory, type Kernels, type ParamSchema, referenceKernels } from "@telltale/core";
import { conformance } from "@telltale/core/conformance";
import { wasmKernels } from "@telltale/wasm";
import { describe, it } from "vitest";
import { convAutoencoder } from "./detectors/conv-autoencoder/conv-autoencoder.js";
import { lstmAutoencoder } from "./detectors/lstm-autoencoder/lstm-autoencoder.js";
import { lstmClassifier } from "./detectors/lstm-classifier/lstm-classifier.js";
import { gruForecaster } from "./detectors/lstm-forecaster/lstm-forecaster.js";
import { lstmSeq2seq } from "./detectors/lstm-seq2seq/lstm-seq2seq.js";
import { lstmVae } from "./detectors/lstm-vae/lstm-vae.js";
import "./register.js";

/** Small networks: the cases are many, and what they look at does not hang on the size. */
const SMALL = { window: 4, units: 2, latent: 1, layers: 2, filters: "3,2", kernel: 3, epochs: 2, batch: 256 };
/** A classifier has to learn what it is tested for. */
const LEARNED = { window: 3, units: 4, epochs: 12, batch: 64, rate: 0.05 };

function smaller(given: unknown, defaults: Readonly<Record<string, unknown>>): DetectorFactory {
  const factory = given as DetectorFactory;
  const params = (factory.spec as { readonly params: ParamSchema }).params;
  const known = Object.fromEntries(Object.entries(defaults).filter(([name]) => name in params));
  return Object.assign((values: object = {}) => factory({ ...known, ...values } as never), { spec: factory.spec });
}

const factories = [
  ...[convAutoencoder, lstmAutoencoder, lstmSeq2seq, lstmVae, gruForecaster].map((factory) => smaller(factory, SMALL)),
  smaller(lstmClassifier, LEARNED),
];

/** Two of them on WebAssembly, too: between them they have every kernel of it. */
const onWasm = [lstmAutoencoder, gruForecaster].map((factory) => smaller(factory, SMALL));

for (const [kernels, tested] of [
  [referenceKernels, factories],
  [wasmKernels() as Kernels, onWasm],
] as const) {
  const cases = conformance([kernels], tested);
  for (const detector of new Set(cases.map((each) => each.detector))) {
    describe(`${detector} on ${kernels.name} kernels`, () => {
      it.each(cases.filter((each) => each.detector === detector))("$name", (each) => each.run());
    });
  }
}
