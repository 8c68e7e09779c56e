/** Steps of an isotonic regression: values at ascending scores, straight lines between them. */
export interface IsotonicSteps {
  readonly scores: number[];
  readonly probabilities: number[];
}

/** Pool adjacent violators on the means of equal scores; of a run of equal values only the two ends are kept. */
export function isotonicFit(scores: ArrayLike<number>, labels: ArrayLike<number>): IsotonicSteps {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  // Blocks of neighbours with one value: weight, sum of labels, first and last score.
  const blocks: { weight: number; sum: number; from: number; to: number }[] = [];
  let i = 0;
  while (i < order.length) {
    const score = scores[order[i] as number] as number;
    const block = { weight: 0, sum: 0, from: score, to: score };
    for (; i < order.length && scores[order[i] as number] === score; i++) {
      block.weight += 1;
      block.sum += labels[order[i] as number] as number;
    }
    blocks.push(block);
    for (let last = blocks.length - 1; last > 0; last--) {
      const [before, after] = [blocks[last - 1], blocks[last]] as [typeof block, typeof block];
      // before.mean > after.mean, without a division
      if (before.sum * after.weight <= after.sum * before.weight) break;
      before.weight += after.weight;
      before.sum += after.sum;
      before.to = after.to;
      blocks.pop();
    }
  }
  const steps: IsotonicSteps = { scores: [], probabilities: [] };
  for (const { from, to, sum, weight } of blocks) {
    for (const score of from === to ? [from] : [from, to]) {
      steps.scores.push(score);
      steps.probabilities.push(sum / weight);
    }
  }
  return steps;
}

/** The value at a score: straight lines between steps, the end values beyond. */
export function isotonicValue(scores: readonly number[], probabilities: readonly number[], score: number): number {
  let low = 0;
  let high = scores.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) < score) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return probabilities[0] as number;
  if (low === scores.length) return probabilities[low - 1] as number;
  const [a, b] = [scores[low - 1] as number, scores[low] as number];
  const [p, q] = [probabilities[low - 1] as number, probabilities[low] as number];
  return score === b ? q : p + ((q - p) * (score - a)) / (b - a);
}
