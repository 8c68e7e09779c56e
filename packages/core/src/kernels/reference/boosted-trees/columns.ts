import { Random } from "../../../random.js";
import type { BoostedTreesRoundArgs } from "../../boosted-trees/fit.js";

/** The columns that a tree, a depth of it and a node may ask: each a share of those of the one before. */
export class ColumnSample {
  readonly tree: Int32Array;
  readonly #byLevel: number;
  readonly #byNode: number;
  readonly #ofLevels: Random;
  readonly #ofNodes: Random;
  readonly #levels: Int32Array[] = [];

  constructor(
    { cols, seed, colsampleBytree, colsampleBylevel, colsampleBynode }: BoostedTreesRoundArgs,
    stream: number,
  ) {
    this.#byLevel = colsampleBylevel;
    this.#byNode = colsampleBynode;
    this.#ofLevels = new Random(seed, stream + 1);
    this.#ofNodes = new Random(seed, stream + 2);
    const all = Int32Array.from({ length: cols }, (_, j) => j);
    this.tree = sample(all, colsampleBytree, this.#ofLevels);
  }

  /** Those of the next node, at that depth. Levels are drawn in order, whenever the first node of one comes. */
  node(depth: number): Int32Array {
    while (this.#levels.length <= depth) this.#levels.push(sample(this.tree, this.#byLevel, this.#ofLevels));
    return sample(this.#levels[depth] as Int32Array, this.#byNode, this.#ofNodes);
  }
}

/** A share of the columns, at least one, drawn without replacement and put in order. */
function sample(columns: Int32Array, share: number, random: Random): Int32Array {
  if (share >= 1) return columns;
  const count = Math.max(1, Math.floor(share * columns.length));
  const drawn = columns.slice();
  for (let k = 0; k < count; k++) {
    const other = k + random.below(drawn.length - k);
    const held = drawn[k] as number;
    drawn[k] = drawn[other] as number;
    drawn[other] = held;
  }
  return drawn.subarray(0, count).sort();
}
