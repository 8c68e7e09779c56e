/**
 * `import "@telltale/deep/register"` puts the neural detectors into the registry, under their names. Nothing of TensorFlow is
 * loaded by it: that happens when the first of them that needs it is fitted or scores.
 *
 * @module
 */
import { registry } from "@telltale/core";
import { autoencoder } from "./detectors/autoencoder/autoencoder.js";

for (const factory of [autoencoder]) registry.register(factory);
