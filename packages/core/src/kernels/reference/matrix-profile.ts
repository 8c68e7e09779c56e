import type { MatrixProfileArgs } from "../matrix-profile.js";

export function matrixProfile({ query, train, from, to, low, high, products, best, nearest }: MatrixProfileArgs): void {
  const windows = train.step.length;
  for (let i = from; i < to; i++) {
    const step = query.step[i] as number;
    const drift = query.drift[i] as number;
    let largest = Number.NEGATIVE_INFINITY;
    let found = -1;
    const end = Math.min(high, windows - i);
    for (let d = Math.max(low, -i); d < end; d++) {
      const j = i + d;
      const change = step * (train.drift[j] as number) + (train.step[j] as number) * drift;
      const product = (products[d - low] as number) + change;
      products[d - low] = product;
      const value = product * (train.inverse[j] as number);
      if (!(value > largest)) continue;
      largest = value;
      found = j;
    }
    best[i] = largest;
    nearest[i] = found;
  }
}
