import { subtractRows } from "../../../math/linear-algebra/row-products.js";
import type { SquaredProjectionsArgs } from "../../covariance.js";
import { foldEight } from "../block-sums.js";

/** Squared lengths of centred rows in groups of directions. */
export function squaredProjections(args: SquaredProjectionsArgs): void {
  const { x, rows, cols, center, directions, groups, back, beside, norms } = args;
  const width = groups.length + (beside ? 1 : 0);
  const centred = new Float64Array(cols);
  const lanes = new Float64Array(8);
  const products = new Float64Array(directions.length / cols);
  const lengths = panelLengths(args);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) centred[j] = (x[i * cols + j] as number) - (center[j] as number);
    let direction = 0;
    let panel = 0;
    for (let g = 0; g < groups.length; g++) {
      lanes.fill(0);
      const size = groups[g] as number;
      for (let k = 0; k < size; k++) {
        const length = lengths[panel + (k >> 3)] as number;
        const at = direction * cols;
        let product = 0;
        for (let j = 0; j < length; j++) product += (centred[j] as number) * (directions[at + j] as number);
        products[direction++] = product;
        lanes[k & 7] = (lanes[k & 7] as number) + product * product;
      }
      panel += (size + 7) >> 3;
      norms[i * width + g] = folded(lanes);
    }
    if (!beside) continue;
    subtractRows(back, products, centred);
    lanes.fill(0);
    for (let j = 0; j < cols; j++) lanes[j & 7] = (lanes[j & 7] as number) + (centred[j] as number) ** 2;
    norms[i * width + groups.length] = folded(lanes);
  }
}

function folded(lanes: Float64Array): number {
  const norm = foldEight(lanes);
  return Number.isNaN(norm) ? Number.POSITIVE_INFINITY : norm;
}

/** Columns up to the last one that is not 0 in all of eight directions of a group; the others are not looked at. */
function panelLengths({ cols, directions, groups }: SquaredProjectionsArgs): number[] {
  const lengths: number[] = [];
  let at = 0;
  for (const size of groups) {
    for (let first = 0; first < size; first += 8) {
      let length = 0;
      for (let k = first; k < Math.min(size, first + 8); k++, at += cols) {
        for (let j = length; j < cols; j++) if (directions[at + j] !== 0) length = j + 1;
      }
      lengths.push(length);
    }
  }
  return lengths;
}
