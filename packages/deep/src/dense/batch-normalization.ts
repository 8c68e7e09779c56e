import {
  DENSE_NORMALIZED_EPSILON,
  type DenseLayer,
  denseNormalization,
  flag,
  ParamError,
  packDenseLayers,
} from "@telltale/core";
import { layersOf } from "./dense-trainee.js";
import { codeLayer } from "./topology.js";

export const batchNormalizationParam = flag({
  default: false,
  doc: "Normalizes the sums of hidden layers, code excepted, over each batch, before their activation (batch normalization).",
});

/**
 * The network that is trained with batch normalization: between the sums and the activation of each biased hidden layer. The
 * output and the code, the narrowest of several hidden layers, have none: what they give is on the scale of the rows.
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
  const hidden = layers.slice(0, -1);
  const drawn = hidden.some(({ kind }) => kind === "sampled");
  const code = drawn || hidden.length === 1 ? -1 : codeLayer(hidden.map(({ units }) => units));
  return packDenseLayers(
    layers.map((layer, l) => {
      const has = layer.kind === "biased" && l < hidden.length && l !== code;
      return has ? { ...layer, kind: "normalized" as const } : layer;
    }),
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
