/**
 * Scores of rows from those of the windows that cover them: their mean or maximum, of fewer near the ends.
 *
 * @param scores  window s covers the rows s … s + length − 1
 * @returns one a row, scores.length + length − 1 of them
 */
export function coverRows(scores: Float64Array, length: number, how: "mean" | "max"): Float64Array {
  const out = new Float64Array(scores.length + length - 1);
  for (let t = 0; t < out.length; t++) {
    const [from, to] = covering(t, scores.length, length);
    let sum = 0;
    let max = Number.NEGATIVE_INFINITY;
    for (let s = from; s < to; s++) {
      const score = scores[s] as number;
      sum += score;
      if (score > max) max = score;
    }
    out[t] = how === "mean" ? sum / (to - from) : max;
  }
  return out;
}

/**
 * The same for what each of `cols` features contributed: the mean over the windows, or what it contributed to the window
 * of the highest score.
 */
export function coverContributions(
  parts: Float64Array,
  cols: number,
  scores: Float64Array,
  length: number,
  how: "mean" | "max",
): Float64Array {
  const rows = scores.length + length - 1;
  const out = new Float64Array(rows * cols);
  for (let t = 0; t < rows; t++) {
    const [from, to] = covering(t, scores.length, length);
    let best = from;
    for (let s = from; s < to; s++) {
      if ((scores[s] as number) > (scores[best] as number)) best = s;
      if (how === "max") continue;
      for (let j = 0; j < cols; j++) {
        out[t * cols + j] = (out[t * cols + j] as number) + (parts[s * cols + j] as number) / (to - from);
      }
    }
    if (how === "max") out.set(parts.subarray(best * cols, (best + 1) * cols), t * cols);
  }
  return out;
}

/** First window that covers a row, and the one behind the last. */
function covering(row: number, windows: number, length: number): readonly [number, number] {
  return [Math.max(0, row - length + 1), Math.min(windows, row + 1)];
}
