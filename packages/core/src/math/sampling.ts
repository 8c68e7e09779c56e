import type { Random } from "../random.js";

/** Floyd's algorithm: `size` different rows of `rows`, every subset equally likely. @see https://doi.org/10.1145/30401.315746 */
export function sampleRows(random: Random, rows: number, size: number, out: Int32Array): void {
  if (size === rows) {
    for (let i = 0; i < rows; i++) out[i] = i;
    return;
  }
  const taken = new Set<number>();
  for (let i = 0; i < size; i++) {
    const last = rows - size + i;
    const drawn = random.below(last + 1);
    const row = taken.has(drawn) ? last : drawn;
    taken.add(row);
    out[i] = row;
  }
}
