import type { ProjectionHistogramArgs, ProjectionRangeArgs, ProjectionScoreArgs, Projections } from "../projections.js";

/** Rows projected together, so that they are still in the cache for the next cut. */
const BLOCK = 512;

/** The range of each projection: the specification of the kernel. */
export function projectionRange(args: ProjectionRangeArgs): void {
  const { low, high, from, to } = args;
  low.fill(Number.POSITIVE_INFINITY, from, to);
  high.fill(Number.NEGATIVE_INFINITY, from, to);
  eachProjection(args, from, to, (cut, z, count) => {
    let least = low[cut] as number;
    let greatest = high[cut] as number;
    for (let i = 0; i < count; i++) {
      const value = z[i] as number;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    low[cut] = least + 0;
    high[cut] = greatest + 0;
  });
}

/** The histogram of each projection: the specification of the kernel. */
export function projectionHistogram(args: ProjectionHistogramArgs): void {
  const { bins, low, scale, counts, from, to } = args;
  counts.fill(0, from * bins, to * bins);
  eachProjection(args, from, to, (cut, z, count) => {
    for (let i = 0; i < count; i++) {
      const at = cut * bins + bin((z[i] as number) - (low[cut] as number), scale[cut] as number, bins);
      counts[at] = (counts[at] as number) + 1;
    }
  });
}

/** Scores rows by the bins of their projections: the specification of the kernel. */
export function projectionScore(args: ProjectionScoreArgs): void {
  const { cuts, bins, low, high, scale, levels, scores } = args;
  scores.fill(0);
  eachProjection(args, 0, cuts, (cut, z, count, row) => {
    const [least, greatest] = [low[cut] as number, high[cut] as number];
    for (let i = 0; i < count; i++) {
      const value = z[i] as number;
      const inside = value >= least && value <= greatest;
      const place = inside ? bin(value - least, scale[cut] as number, bins) : bins;
      scores[row + i] = (scores[row + i] as number) + (levels[cut * (bins + 1) + place] as number);
    }
  });
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / cuts;
}

function bin(offset: number, scale: number, bins: number): number {
  const t = offset * scale;
  return t < bins ? Math.floor(t) : bins - 1;
}

interface Rows {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/** Tells block after block the projections of its rows, cut after cut. */
function eachProjection(
  { x, rows, cols, perCut, features, weights }: Projections & Rows,
  from: number,
  to: number,
  tell: (cut: number, z: Float64Array, count: number, row: number) => void,
): void {
  const z = new Float64Array(BLOCK);
  for (let row = 0; row < rows; row += BLOCK) {
    const count = Math.min(BLOCK, rows - row);
    for (let cut = from; cut < to; cut++) {
      for (let k = cut * perCut; k < (cut + 1) * perCut; k++) {
        const weight = weights[k] as number;
        let at = row * cols + (features[k] as number);
        const first = k === cut * perCut;
        for (let i = 0; i < count; i++, at += cols) {
          const product = weight * (x[at] as number);
          z[i] = first ? product : (z[i] as number) + product;
        }
      }
      tell(cut, z, count, row);
    }
  }
}
