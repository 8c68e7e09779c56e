import { type DetectorFactory, type ParamSchema, referenceKernels } from "@telltale/core";
import { conformance } from "@telltale/core/conformance";
import { describe, it } from "vitest";
import { autoencoder } from "./detectors/autoencoder/autoencoder.js";
import { deepSvdd } from "./detectors/deep-svdd/deep-svdd.js";
import { vae } from "./detectors/vae/vae.js";
import "./register.js";

/** The detector with other defaults: the cases are many, and what they look at does not hang on the size. */
function smaller(given: unknown, defaults: Readonly<Record<string, unknown>>): DetectorFactory {
  const factory = given as DetectorFactory;
  const params = (factory.spec as { readonly params: ParamSchema }).params;
  const known = Object.fromEntries(Object.entries(defaults).filter(([name]) => name in params));
  return Object.assign((values: object = {}) => factory({ ...known, ...values } as never), { spec: factory.spec });
}

const SMALL = { hidden: "6,2,6", epochs: 2, batch: 128, draws: 2, latent: 2, features: 4 };
const factories = [autoencoder, vae, deepSvdd].map((factory) => smaller(factory, SMALL));

const normalized = [autoencoder, vae].map((factory) => smaller(factory, { ...SMALL, batchNormalization: true }));

describe.each([
  ["", factories],
  [" with batch normalization", normalized],
] as const)("on reference kernels%s", (_, tested) => {
  const cases = conformance([referenceKernels], tested);
  for (const detector of new Set(cases.map((each) => each.detector))) {
    describe(detector, () => {
      it.each(cases.filter((each) => each.detector === detector))("$name", (each) => each.run());
    });
  }
});
