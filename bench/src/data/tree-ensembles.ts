import { Random, type TreeEnsemble } from "@telltale/core";

/** How the trees of a generated ensemble look. */
export interface EnsembleShape {
  readonly cols: number;
  readonly trees: number;
  /** Levels of inner nodes, all of them full. */
  readonly depth: number;
  readonly outputs: number;
  /** Thresholds of a column, as a histogram of so many bins would allow. */
  readonly thresholds: number;
}

/** Full trees with thresholds at the quantiles of normal values: as fast or slow to predict with as trained ones. */
export function fullTrees({ cols, trees, depth, outputs, thresholds }: EnsembleShape, seed: number): TreeEnsemble {
  const random = new Random(seed);
  const inner = 2 ** depth - 1;
  const perTree = 2 * inner + 1;
  const nodes = trees * perTree;
  const cuts = Float32Array.from({ length: cols * thresholds }, () => random.normal());
  const model = {
    treeStart: Int32Array.from({ length: trees + 1 }, (_, t) => t * perTree),
    treeOutput: Int32Array.from({ length: trees }, (_, t) => t % outputs),
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    categoryStart: new Int32Array(nodes).fill(-1),
    categoryWords: new Int32Array(nodes),
    categoryBits: new Uint32Array(1),
    gain: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    baseMargin: new Float32Array(outputs),
    outputs,
  };
  for (let i = 0; i < nodes; i++) {
    const place = i % perTree;
    model.cover[i] = 2 ** (depth - Math.floor(Math.log2(place + 1))) * (0.5 + random.uniform());
    if (place >= inner) {
      model.threshold[i] = random.normal() / 10;
      continue;
    }
    model.left[i] = 2 * place + 1;
    model.right[i] = 2 * place + 2;
    const feature = random.below(cols);
    model.feature[i] = feature;
    model.threshold[i] = cuts[feature * thresholds + random.below(thresholds)] as number;
    model.defaultLeft[i] = random.below(2);
    model.gain[i] = random.uniform();
  }
  return model;
}
