import { Random } from "../../random.js";
import type { SmoteInterpolateArgs } from "../smote.js";

/** Makes synthetic rows between rows and their neighbours: the specification of the kernel. */
export function smoteInterpolate(args: SmoteInterpolateArgs): void {
  const { x, cols, bases, neighbours, k, shares, halfway, seed, first, rows, synthetic, origins, towards } = args;
  const drawn = shares.length === 0;
  const choices = drawn ? bases.length * k : k;
  let base = 0;
  for (let i = 0; i < rows; i++) {
    const random = new Random(seed, first + i);
    const pick = random.below(choices);
    if (drawn) base = Math.floor(pick / k);
    else while ((shares[base + 1] as number) <= first + i) base += 1;
    const towardsRow = neighbours[base * k + (pick % k)] as number;
    const step = random.uniform() * (halfway[towardsRow] === 1 ? 0.5 : 1);
    origins[i] = base;
    towards[i] = towardsRow;
    interpolate(x, (bases[base] as number) * cols, towardsRow * cols, step, synthetic, i * cols, cols);
  }
}

function interpolate(
  x: Float64Array,
  from: number,
  to: number,
  step: number,
  out: Float64Array,
  at: number,
  cols: number,
): void {
  for (let j = 0; j < cols; j++) {
    const a = x[from + j] as number;
    const b = x[to + j] as number;
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    const value = a + step * (b - a);
    const above = value >= low ? value : low; // b − a may be infinite, and 0 times that is no number
    out[at + j] = above > high ? high : above;
  }
}
