import { type Episode, seriesEnd } from "./events.js";

/**
 * Calls for every row outside the episodes that is at most `most` rows away from one, with its distance to the nearest
 * and to the second-nearest episode of its series (`Infinity` without one). An adjacent row is at distance 1.
 */
export function eachReach(
  episodes: readonly Episode[],
  starts: ArrayLike<number>,
  rows: number,
  most: number,
  visit: (row: number, nearest: number, second: number) => void,
): void {
  let s = 0;
  let inSeries = 0;
  for (let e = 0; e < episodes.length; e++) {
    const { start, end } = episodes[e] as Episode;
    while (seriesEnd(starts, s, rows) <= start) {
      s++;
      inSeries = e;
    }
    const begin = starts[s] as number;
    const stop = seriesEnd(starts, s, rows);
    const next = within(episodes[e + 1], stop);
    // Left of the first episode of a series.
    if (e === inSeries) {
      for (let i = Math.max(begin, start - most); i < start; i++)
        visit(i, start - i, (next?.start ?? Number.POSITIVE_INFINITY) - i);
    }
    // Right of this episode, up to the next one; the middle of a wide gap is out of reach.
    const gapEnd = next?.start ?? stop;
    const before = e > inSeries ? (episodes[e - 1] as Episode).end - 1 : Number.NEGATIVE_INFINITY;
    const afterNext =
      next === undefined
        ? Number.POSITIVE_INFINITY
        : (within(episodes[e + 2], stop)?.start ?? Number.POSITIVE_INFINITY);
    const gap = (i: number): void => {
      const left = i - (end - 1);
      const right = (next?.start ?? Number.POSITIVE_INFINITY) - i;
      if (left <= right) visit(i, left, Math.min(right, i - before));
      else visit(i, right, Math.min(left, afterNext - i));
    };
    const leftPart = Math.min(gapEnd, end - 1 + most + 1);
    for (let i = end; i < leftPart; i++) gap(i);
    if (next === undefined) continue;
    for (let i = Math.max(leftPart, gapEnd - most); i < gapEnd; i++) gap(i);
  }
}

function within(episode: Episode | undefined, stop: number): Episode | undefined {
  return episode !== undefined && episode.start < stop ? episode : undefined;
}
