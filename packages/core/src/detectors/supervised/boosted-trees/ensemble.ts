import type { BoostedTreesRoundArgs, BoostedTreesRoundTrees } from "../../../kernels/boosted-trees/fit.js";
import type { TreeEnsemble } from "../../../kernels/boosted-trees/predict.js";

/** The trees of one round, cut to the nodes that they have. */
export type RoundTrees = readonly TreeNodes[];

type TreeNodes = Omit<BoostedTreesRoundTrees, "nodeCount">;

/** Copies what a round wrote. */
export function treesOf(args: BoostedTreesRoundArgs): RoundTrees {
  const { nodeCapacity, categoryWords } = args;
  return Array.from(args.nodeCount, (nodes, output) => {
    const from = output * nodeCapacity;
    const cut = <A extends Int32Array | Float32Array | Uint8Array>(array: A, width = 1): A =>
      array.slice(from * width, (from + nodes) * width) as A;
    return {
      left: cut(args.left),
      right: cut(args.right),
      feature: cut(args.feature),
      threshold: cut(args.threshold),
      defaultLeft: cut(args.defaultLeft),
      gain: cut(args.gain),
      cover: cut(args.cover),
      categoryBits: cut(args.categoryBits, categoryWords),
    };
  });
}

/** Puts the trees of rounds one behind the other. */
export function joinRounds(
  rounds: readonly RoundTrees[],
  baseMargin: Float32Array,
  { categories, categoryWords }: Pick<BoostedTreesRoundArgs, "categories" | "categoryWords">,
): TreeEnsemble {
  const trees = rounds.flat();
  const outputs = baseMargin.length;
  const treeStart = new Int32Array(trees.length + 1);
  trees.forEach(({ left }, t) => {
    treeStart[t + 1] = (treeStart[t] as number) + left.length;
  });
  const nodes = treeStart[trees.length] as number;
  const joined = <A extends Int32Array | Float32Array | Uint8Array>(array: A, of: (tree: TreeNodes) => A): A => {
    trees.forEach((tree, t) => {
      array.set(of(tree), treeStart[t]);
    });
    return array;
  };
  const left = joined(new Int32Array(nodes), (tree) => tree.left);
  const feature = joined(new Int32Array(nodes), (tree) => tree.feature);
  const categoryStart = new Int32Array(nodes).fill(-1);
  const words = new Int32Array(nodes);
  const bits: number[] = [];
  trees.forEach((tree, t) => {
    for (let node = 0; categoryWords > 0 && node < tree.left.length; node++) {
      const at = (treeStart[t] as number) + node;
      const count = categories[feature[at] as number] as number;
      if (count === 0 || (left[at] as number) < 0) continue;
      categoryStart[at] = bits.length;
      words[at] = Math.ceil(count / 32);
      const from = node * categoryWords;
      for (const word of tree.categoryBits.subarray(from, from + (words[at] as number))) bits.push(word);
    }
  });
  return Object.freeze({
    treeStart,
    treeOutput: Int32Array.from(trees, (_, t) => t % outputs),
    left,
    right: joined(new Int32Array(nodes), (tree) => tree.right),
    feature,
    threshold: joined(new Float32Array(nodes), (tree) => tree.threshold),
    defaultLeft: joined(new Uint8Array(nodes), (tree) => tree.defaultLeft),
    categoryStart,
    categoryWords: words,
    categoryBits: Uint32Array.from(bits.length === 0 ? [0] : bits),
    gain: joined(new Float32Array(nodes), (tree) => tree.gain),
    cover: joined(new Float32Array(nodes), (tree) => tree.cover),
    baseMargin,
    outputs,
  });
}
