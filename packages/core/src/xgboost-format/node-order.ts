import { corrupt } from "./document.js";

/**
 * The nodes that can be reached from the root, in an order in which children stand behind their parents: the file's own
 * where it has this property (XGBoost's has), else level by level.
 *
 * @throws {@link ModelFileError} `MODEL_CORRUPT` when a node has one child only, or is reached twice (as in a cycle)
 */
export function nodeOrder(left: Int32Array, right: Int32Array, path: string): Int32Array {
  const nodes = left.length;
  const reached = new Uint8Array(nodes);
  const queue = new Int32Array(nodes);
  reached[0] = 1;
  let count = 1;
  let forward = true;
  for (let i = 0; i < count; i++) {
    const node = queue[i] as number;
    const children = [left[node] as number, right[node] as number];
    if (children[0] === -1 && children[1] === -1) continue;
    for (const child of children) {
      if (child < 0) throw corrupt(`${path}, node ${node}: has one child only`);
      if (reached[child] === 1) throw corrupt(`${path}, node ${node}: its child ${child} is reached a second time`);
      reached[child] = 1;
      queue[count++] = child;
      forward = forward && child > node;
    }
  }
  return forward ? queue.subarray(0, count).sort() : queue.subarray(0, count);
}
