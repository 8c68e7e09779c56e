/** The middle value of an unordered sample; the mean of the two middle ones when their number is even. NaN for none. */
export function median(sample: readonly number[]): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** What the repetitions of one contestant came to, in seconds. */
export interface Timing {
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly samples: number;
}

export function timingOf(seconds: readonly number[]): Timing {
  return {
    median: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    samples: seconds.length,
  };
}
