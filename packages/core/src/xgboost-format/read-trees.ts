import { type Cursor, corrupt } from "./document.js";
import { nodeOrder } from "./node-order.js";
import { TreeArrays } from "./tree-arrays.js";

/** XGBoost itself takes categories below 2^24: a float32 cannot tell greater ones apart. */
const MAX_CATEGORY = 2 ** 24 - 1;

/**
 * Reads the trees of a gbtree model one after the other into arrays. Deleted nodes, which XGBoost leaves behind when it
 * prunes, are left out; children come to stand behind their parents.
 *
 * @param cols  columns that a node may ask
 * @param leafValue  what becomes of the value of a leaf of tree t
 */
export function readTrees(trees: Cursor, cols: number, leafValue: (value: number, tree: number) => number): TreeArrays {
  const arrays = new TreeArrays();
  trees.items().forEach((tree, t) => {
    readTree(tree, cols, arrays, (value) => leafValue(value, t));
  });
  return arrays;
}

function readTree(tree: Cursor, cols: number, arrays: TreeArrays, leafValue: (value: number) => number): void {
  const param = tree.at("tree_param");
  const leafWidth = param.has("size_leaf_vector") ? param.at("size_leaf_vector").integer(0, 2 ** 31) : 0;
  const left = tree.at("left_children").numbers();
  const nodes = left.length;
  if (nodes === 0) throw corrupt(`${tree.path}: a tree without nodes`);
  const declared = param.has("num_nodes") ? param.at("num_nodes").integer(0, 2 ** 53) : nodes;
  if (declared !== nodes) throw corrupt(`${tree.path}: says ${declared} nodes; found ${nodes}`);
  if (leafWidth > 1) {
    throw corrupt(`${tree.path}: its leaves hold ${leafWidth} values each; expected one`);
  }
  const leftChild = tree.at("left_children").integers(-1, nodes - 1, nodes);
  const rightChild = tree.at("right_children").integers(-1, nodes - 1, nodes);
  const order = nodeOrder(leftChild, rightChild, tree.path);
  const place = new Int32Array(nodes).fill(-1);
  order.forEach((node, i) => {
    place[node] = i;
  });
  const feature = tree.at("split_indices").numbers(nodes);
  const condition = tree.at("split_conditions").numbers(nodes);
  const defaultLeft = tree.at("default_left").integers(0, 1, nodes);
  const gain = tree.has("loss_changes") ? tree.at("loss_changes").numbers(nodes) : undefined;
  const cover = tree.has("sum_hessian") ? tree.at("sum_hessian").numbers(nodes) : undefined;
  const sets = readCategories(tree, nodes);

  arrays.beginTree();
  for (const node of order) {
    const value = condition[node] as number;
    const where = `${tree.path}, node ${node}`;
    const weight = (cover?.[node] as number | undefined) ?? 0;
    if (!Number.isFinite(weight)) throw corrupt(`${where}: a sum of second derivatives that is ${weight}`);
    if ((leftChild[node] as number) < 0) {
      const leaf = leafValue(Math.fround(value));
      if (!Number.isFinite(leaf)) throw corrupt(`${where}: a leaf value that is ${leaf}`);
      arrays.addLeaf(leaf, weight);
      continue;
    }
    const column = feature[node] as number;
    if (!Number.isInteger(column) || column < 0 || column >= cols) {
      throw corrupt(`${where}: asks column ${column} of ${cols}`);
    }
    const set = sets.get(node);
    if (set === undefined && Number.isNaN(value)) throw corrupt(`${where}: a threshold that is NaN`);
    arrays.addSplit({
      left: place[leftChild[node] as number] as number,
      right: place[rightChild[node] as number] as number,
      feature: column,
      threshold: set === undefined ? value : 0,
      defaultLeft: defaultLeft[node] as number,
      categories: set,
      gain: (gain?.[node] as number | undefined) ?? 0,
      cover: weight,
    });
  }
}

/** The categories that each categorical node sends right. */
function readCategories(tree: Cursor, nodes: number): Map<number, Int32Array> {
  const sets = new Map<number, Int32Array>();
  if (!tree.has("split_type")) return sets; // before XGBoost 1.3 there were none
  const splitType = tree.at("split_type").integers(0, 1, nodes);
  const none = new Int32Array(0);
  splitType.forEach((type, node) => {
    if (type === 1) sets.set(node, none);
  });
  if (sets.size === 0) return sets;
  const categories = tree.at("categories").integers(0, MAX_CATEGORY);
  const owners = tree.at("categories_nodes").integers(0, nodes - 1);
  const starts = tree.at("categories_segments").integers(0, categories.length, owners.length);
  const sizes = tree.at("categories_sizes").integers(0, categories.length, owners.length);
  owners.forEach((node, i) => {
    const [start, size] = [starts[i] as number, sizes[i] as number];
    if (!sets.has(node)) throw corrupt(`${tree.path}, node ${node}: has categories and is not categorical`);
    if (start + size > categories.length) throw corrupt(`${tree.path}, node ${node}: categories beyond the last`);
    sets.set(node, categories.subarray(start, start + size));
  });
  return sets;
}
