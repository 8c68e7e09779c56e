import {
  DENSE_NORMALIZED_EPSILON,
  type DenseLayer,
  denseNormalization,
  flag,
  ParamError,
  packDenseLayers,
} from "@telltale/core";
import { layersOf } from "./dense-trainee.js";

export const batchNormalizationParam = flag({
  default: false,
  doc: "Brings the sums of each hidden layer, before its activation, to mean 0 and variance 1 over a batch (batch normalization).",
});

/**
 * The network that is trained with batch normalization: between the sums and the activation of each biased hidden layer; the
 * output has none.
 *
 * @throws ParamError `PARAM_RANGE` for batches of one row, whose variance is 0
 */
export function withBatchNormalization(packed: Int32Array, batch: number): Int32Array {
  if (batch < 2) {
    throw new ParamError(
      "PARAM_RANGE",
      `batchNormalization: expected batches of 2 rows or more; found batch ${batch}`,
      {
        remedy: "Use larger batches, such as batch 32, or no batch normalization",
      },
    );
  }
  const layers = layersOf(packed);
  return packDenseLayers(
    layers.map((layer, l) =>
      layer.kind === "biased" && l < layers.length - 1 ? { ...layer, kind: "normalized" as const } : layer,
    ),
  );
}

/**
 * The weights of the same network without batch normalization: γ / √(σ² + ε) goes into a layer's kernel, β − γ μ / √(σ² + ε)
 * becomes its bias, with the moving mean and variance.
 */
export function foldedWeights(packed: Int32Array, weights: Float32Array): Float32Array {
  const layers = layersOf(packed);
  const plain = layersOf(withoutBatchNormalization(layers));
  const folded = new Float32Array(plain.at(-1)?.end ?? 0);
  layers.forEach((layer, l) => {
    const { kernelAt, biasAt } = plain[l] as DenseLayer;
    folded.set(weights.subarray(layer.kernelAt, layer.kind === "normalized" ? layer.biasAt : layer.end), kernelAt);
    if (layer.kind !== "normalized") return;
    const { shift, scale, mean, variance } = denseNormalization(layer, weights);
    for (let u = 0; u < layer.units; u++) {
      const slope = (scale[u] as number) / Math.sqrt((variance[u] as number) + DENSE_NORMALIZED_EPSILON);
      for (let at = kernelAt + u; at < biasAt; at += layer.units) folded[at] = slope * (folded[at] as number);
      folded[biasAt + u] = (shift[u] as number) - slope * (mean[u] as number);
    }
  });
  return folded;
}

function withoutBatchNormalization(layers: readonly DenseLayer[]): Int32Array {
  return packDenseLayers(
    layers.map((layer) => (layer.kind === "normalized" ? { ...layer, kind: "biased" as const } : layer)),
  );
}
