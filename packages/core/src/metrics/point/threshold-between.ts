/** A threshold that flags the `flagged` greatest of the distinct descending scores, and no other, by "greater than". */
export function boundary(distinct: Float64Array, flagged: number): number {
  return boundaryBetween(
    flagged === 0 ? Number.POSITIVE_INFINITY : (distinct[flagged - 1] as number),
    flagged < distinct.length ? (distinct[flagged] as number) : Number.NEGATIVE_INFINITY,
  );
}

/**
 * A finite threshold that flags `lowest` and not `next`, by "greater than": half-way between them. ∞ as `lowest` stands for no
 * flag at all, −∞ as `next` for no score left.
 */
export function boundaryBetween(lowest: number, next: number): number {
  if (Number.isFinite(lowest) && Number.isFinite(next)) {
    const sum = lowest + next;
    const middle = Number.isFinite(sum) ? sum / 2 : lowest / 2 + next / 2;
    return middle < lowest && middle >= next ? middle : next;
  }
  if (Number.isFinite(next)) return next;
  if (lowest === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  return Math.max(-Number.MAX_VALUE, lowest - Math.max(1, Math.abs(lowest)));
}
