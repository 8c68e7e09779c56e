import type { TreeEnsemble } from "./predict.js";

/**
 * What the splits on a column say of it: how many there are (`weight`), the loss that they took away (`total_gain`; a
 * split: `gain`), and the second derivatives of the training rows that they saw (`total_cover`; a split: `cover`). The
 * names are those of XGBoost's `get_score`.
 */
export type ImportanceKind = "weight" | "gain" | "cover" | "total_gain" | "total_cover";

export const IMPORTANCE_KINDS: readonly ImportanceKind[] = ["gain", "cover", "weight", "total_gain", "total_cover"];

/**
 * Importance of every column over all trees: 0 for one that no node asks.
 *
 * @param cols  columns of the rows that the model was trained on
 * @see Chen and Guestrin (2016), https://doi.org/10.1145/2939672.2939785
 */
export function featureImportance(model: TreeEnsemble, cols: number, kind: ImportanceKind): Float64Array {
  const splits = new Float64Array(cols);
  const total = new Float64Array(cols);
  const values = kind.endsWith("cover") ? model.cover : model.gain;
  for (let node = 0; node < model.left.length; node++) {
    if ((model.left[node] as number) < 0) continue;
    const column = model.feature[node] as number;
    splits[column] = (splits[column] as number) + 1;
    total[column] = (total[column] as number) + (values[node] as number);
  }
  if (kind === "weight") return splits;
  if (kind === "total_gain" || kind === "total_cover") return total;
  return total.map((sum, j) => (splits[j] === 0 ? 0 : sum / (splits[j] as number)));
}
