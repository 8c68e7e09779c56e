import type { TreeEnsemble } from "../../boosted-trees/predict.js";
import { quadratureOf, type TreeShapArgs, type TreeShapPaths } from "../../boosted-trees/tree-shap.js";
import { hasCategory } from "./predict.js";

/** Contributions of rows: the specification of the kernel. */
export function treeShap(args: TreeShapArgs): void {
  const { model, paths, x, rows, cols, contributions } = args;
  const width = cols + 1;
  const trees = paths.treeLeaf.length - 1;
  const row = new Float32Array(cols);
  const turns = new Uint8Array(model.left.length);
  const credit = leafCredit(paths);
  for (let i = 0; i < rows; i++) {
    row.set(x.subarray(i * cols, (i + 1) * cols));
    const out = contributions.subarray(i * model.outputs * width, (i + 1) * model.outputs * width);
    out.fill(0);
    for (let k = 0; k < model.outputs; k++) out[k * width + cols] = paths.bias[k] as number;
    for (let t = 0; t < trees; t++) {
      takeTurns(model, model.treeStart[t] as number, model.treeStart[t + 1] as number, row, turns);
      const end = paths.treeLeaf[t + 1] as number;
      for (let leaf = paths.treeLeaf[t] as number; leaf < end; leaf++) {
        credit(leaf, turns, out, (paths.leafOutput[leaf] as number) * width);
      }
    }
  }
}

/** For every inner node of a tree: 1 when the row would go left there. */
function takeTurns(model: TreeEnsemble, from: number, to: number, row: Float32Array, turns: Uint8Array): void {
  const { left, feature, threshold, defaultLeft, categoryStart } = model;
  for (let node = from; node < to; node++) {
    if ((left[node] as number) < 0) continue;
    const v = row[feature[node] as number] as number;
    let goesLeft: boolean;
    if (v !== v) goesLeft = defaultLeft[node] === 1;
    else if ((categoryStart[node] as number) < 0) goesLeft = v < (threshold[node] as number);
    else goesLeft = !hasCategory(model, node, v);
    turns[node] = goesLeft ? 1 : 0;
  }
}

/** Adds what one leaf says of the features on its way. */
function leafCredit(paths: TreeShapPaths) {
  const { leafValue, leafElement, feature, zero, elementCondition, condition, points, weights } = paths;
  let longest = 0;
  for (let leaf = 0; leaf + 1 < leafElement.length; leaf++) {
    longest = Math.max(longest, (leafElement[leaf + 1] as number) - (leafElement[leaf] as number));
  }
  const met = new Uint8Array(longest);
  const factor = new Float64Array(longest);
  const before = new Float64Array(longest);
  const integral = new Float64Array(longest);
  return (leaf: number, turns: Uint8Array, out: Float64Array, offset: number): void => {
    const first = leafElement[leaf] as number;
    const count = (leafElement[leaf + 1] as number) - first;
    for (let k = 0; k < count; k++) {
      let all = 1;
      const end = elementCondition[first + k + 1] as number;
      for (let c = elementCondition[first + k] as number; c < end; c++) {
        const code = condition[c] as number;
        if (turns[code >> 1] !== (code & 1)) all = 0;
      }
      met[k] = all;
      integral[k] = 0;
    }
    const quadrature = quadratureOf(count);
    for (let q = quadrature.first; q < quadrature.first + quadrature.count; q++) {
      const u = points[q] as number;
      let product = 1;
      for (let k = 0; k < count; k++) {
        const unmet = (zero[first + k] as number) * (1 - u);
        factor[k] = met[k] === 1 ? unmet + u : unmet;
        before[k] = product;
        product *= factor[k] as number;
      }
      let behind = weights[q] as number;
      for (let k = count - 1; k >= 0; k--) {
        integral[k] = (integral[k] as number) + (before[k] as number) * behind;
        behind *= factor[k] as number;
      }
    }
    const value = leafValue[leaf] as number;
    for (let k = 0; k < count; k++) {
      const at = offset + (feature[first + k] as number);
      const share = value * ((met[k] as number) - (zero[first + k] as number));
      out[at] = (out[at] as number) + share * (integral[k] as number);
    }
  };
}
