import { Random } from "../../../random.js";
import type { BoostedTreesRoundArgs } from "../../boosted-trees/fit.js";
import { ColumnSample } from "./columns.js";
import { derivatives } from "./derivatives.js";
import { TreeGrower } from "./grow.js";

/** Streams of the seed that a tree may draw from. */
const STREAMS = 4;

export function boostedTreesRound(args: BoostedTreesRoundArgs): void {
  const { trainRows, outputs, round } = args;
  const { first, second } = derivatives(args);
  const growers = Array.from({ length: outputs }, (_, output) => {
    const stream = (round * outputs + output) * STREAMS;
    const own = (all: Float64Array) => all.subarray(output * trainRows, (output + 1) * trainRows);
    const rows = sampleRows(args, stream);
    return new TreeGrower(args, output, own(first), own(second), rows, new ColumnSample(args, stream));
  });
  for (const grower of growers) {
    grower.grow();
    grower.addToMargins();
  }
}

/** The rows that a tree is grown on, each drawn by itself. */
function sampleRows({ trainRows, subsample, seed }: BoostedTreesRoundArgs, stream: number): Int32Array {
  const all = Int32Array.from({ length: trainRows }, (_, i) => i);
  if (subsample >= 1) return all;
  const random = new Random(seed, stream);
  return all.filter(() => random.uniform() < subsample);
}
