import { chain } from "../../../kernels/kernels.js";
import { int } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector } from "../../detector.js";

const ROWS_PER_PART = 2 ** 15;

/**
 * A random score for every row: a control. A measure by which this does well is flattering all detectors.
 *
 * *fit*: learns nothing. *score*: uniform in [0, 1), drawn from the seed and the bits of the row's values, so that a row has the
 * same score in any company and equal rows score alike. O(cols) a row.
 *
 * @see https://arxiv.org/abs/2109.05257 Kim et al.: Towards a rigorous evaluation of time-series anomaly detection
 * @example
 * ```ts
 * import { fromRows, randomScore } from "@telltale/core";
 * const model = randomScore({ seed: 1 }).fitSync(fromRows([[1]]));
 * const [a, b, c] = model.scoreSync(fromRows([[5], [6], [5]]));
 * console.log(a === c, a === b); // true false
 * ```
 */
export const randomScore = defineDetector({
  name: "random",
  summary: "A random score for every row: a control to compare others with.",
  input: "tabular",
  traits: { control: true, missing: true, infinite: true },
  leastRows: 1,
  params: { seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same scores." }) },
  fit: (_x, _params, run) =>
    chain(
      run.parts(1, 1, () => undefined),
      () => ({}),
    ),
  score(_state, { data, rows, cols }, { seed }, run) {
    const scores = new Float64Array(rows);
    const row = new Float64Array(cols);
    const words = new Uint32Array(row.buffer);
    const done = run.parts(rows, ROWS_PER_PART, (from, to) => {
      for (let i = from; i < to; i++) {
        for (let j = 0; j < cols; j++) {
          const value = data[i * cols + j] as number;
          row[j] = value === value ? value + 0 : Number.NaN; // one zero, one missing value
        }
        scores[i] = new Random(seed, digest(words)).uniform();
      }
    });
    return chain(done, () => scores);
  },
  restore: () => ({}),
});

/** 32 bits that depend on all bits of the words: multiplied and rotated in, one after the other, as MurmurHash3 does. */
function digest(words: Uint32Array): number {
  let hash = 0;
  for (let i = 0; i < words.length; i++) {
    const k = Math.imul(words[i] as number, 0xcc9e2d51);
    hash ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  return hash >>> 0;
}
