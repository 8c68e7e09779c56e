import { addValues, PANEL, packColumns, product } from "./products";

/** What `count` rows add to the gradients of a dense layer's weights, in panels of columns, and of its bias. */
export function affineGradients(
  count: usize,
  x: usize,
  inputs: usize,
  outGradient: usize,
  outputs: usize,
  panel: usize,
  ofWeights: usize,
  ofBias: usize,
): void {
  for (let column: usize = 0; column < outputs; column += PANEL) {
    const sum = ofWeights + column * inputs * 4;
    packColumns(outGradient, count, outputs, column, min(column + PANEL, outputs), panel);
    product(inputs, x, 1, inputs, panel, count, sum, PANEL, sum, PANEL);
  }
  for (let i: usize = 0; i < count; i++) addValues(ofBias, outGradient + i * outputs * 4, outputs);
}
