import { type DenseLayer, type DenseNetworkForwardArgs, type DenseProducts, denseLayers } from "../../dense-network.js";
import { lanesOf, readPanel } from "./layer.js";
import { normalize } from "./normalized.js";
import { newSums, outputsOf } from "./sampled.js";

const ROWS_TOGETHER = 256;

/** See {@link DenseNetworkForwardArgs}. */
export function denseNetworkForward(products: DenseProducts, args: DenseNetworkForwardArgs): void {
  const layers = (denseLayers(args.layers) as DenseLayer[]).slice(0, args.depth);
  const { x, cols, rows, weights, noise, outputs } = args;
  for (let from = 0; from < rows; from += ROWS_TOGETHER) {
    const count = Math.min(ROWS_TOGETHER, rows - from);
    const lanes = lanesOf(count);
    let panel: Float32Array = new Float32Array(cols * lanes);
    readPanel(x, cols, count, (lane) => from + lane, panel);
    layers.forEach((layer, l) => {
      const sums = newSums(products, layer, weights, panel, lanes);
      if (layer.kind === "normalized") normalize(layer, weights, sums, lanes);
      const ends = l === layers.length - 1 && layer.kind === "sampled";
      panel = ends ? sums : outputsOf(layer, sums, lanes, noise.length === 0 ? undefined : (u) => noise[u] as number);
    });
    const width = panel.length / lanes;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < width; j++) outputs[(from + i) * width + j] = panel[j * lanes + i] as number;
    }
  }
}
