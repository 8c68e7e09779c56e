import { type ColumnMomentsArgs, MOMENT_BLOCK_ROWS } from "../../covariance.js";

/** Mean and scatter, block after block. */
export function columnMoments(args: ColumnMomentsArgs): void {
  const { cols, from, to, scatter } = args;
  const blockMean = new Float64Array(cols);
  const products = new Float64Array(cols * cols);
  for (let at = from; at < to; at += MOMENT_BLOCK_ROWS) {
    const end = Math.min(to, at + MOMENT_BLOCK_ROWS);
    const added = blockMoments(args, at, end, blockMean, products);
    if (added !== 0) join(args, added, blockMean, products);
  }
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j < i; j++) scatter[j * cols + i] = scatter[i * cols + j] as number;
  }
}

/** Mean and lower triangle of the scatter of one block; the number of its rows, or the sum of their weights. */
function blockMoments(
  { x, cols, index, weights }: ColumnMomentsArgs,
  from: number,
  to: number,
  mean: Float64Array,
  products: Float64Array,
): number {
  const rowAt = (place: number) => (index.length === 0 ? place : (index[place] as number));
  const weightOf = (row: number) => (weights.length === 0 ? 1 : (weights[row] as number));
  mean.fill(0);
  products.fill(0);
  let count = 0;
  for (let place = from; place < to; place++) {
    const row = rowAt(place);
    const weight = weightOf(row);
    if (weight === 0) continue;
    count += weight;
    const at = row * cols;
    for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) + weight * (x[at + j] as number);
  }
  if (count === 0) return 0;
  for (let j = 0; j < cols; j++) mean[j] = (mean[j] as number) / count;
  const centred = new Float64Array(cols);
  for (let place = from; place < to; place++) {
    const own = rowAt(place);
    const weight = weightOf(own);
    if (weight === 0) continue;
    const at = own * cols;
    for (let j = 0; j < cols; j++) centred[j] = (x[at + j] as number) - (mean[j] as number);
    for (let i = 0; i < cols; i++) {
      const v = weight * (centred[i] as number);
      const row = i * cols;
      for (let j = 0; j <= i; j++) products[row + j] = (products[row + j] as number) + v * (centred[j] as number);
    }
  }
  return count;
}

function join(
  { cols, count, mean, scatter }: ColumnMomentsArgs,
  added: number,
  blockMean: Float64Array,
  products: Float64Array,
): void {
  const before = count[0] as number;
  const after = before + added;
  count[0] = after;
  if (before === 0) {
    mean.set(blockMean);
    scatter.set(products);
    return;
  }
  const weight = (before * added) / after;
  const share = added / after;
  const delta = blockMean.map((v, j) => v - (mean[j] as number));
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j <= i; j++) {
      const at = i * cols + j;
      const between = (delta[i] as number) * (delta[j] as number) * weight;
      scatter[at] = (scatter[at] as number) + ((products[at] as number) + between);
    }
    mean[i] = (mean[i] as number) + (delta[i] as number) * share;
  }
}
