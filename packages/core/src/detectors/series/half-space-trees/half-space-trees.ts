import { chain } from "../../../kernels/kernels.js";
import { type Matrix, rowRange } from "../../../matrix.js";
import { int, type ParamValues } from "../../../params/params.js";
import { Random } from "../../../random.js";
import { defineDetector, type ModelState } from "../../detector.js";
import { lookingBack, seriesOf } from "../../series.js";
import { StateReader } from "../../state-reader.js";

const ROWS_PER_PART = 512;
const MOST_HEIGHT = 15;

const params = {
  trees: int({ default: 25, min: 1, max: 1000, doc: "Trees; scores are their sum." }),
  height: int({ default: 8, min: 1, max: MOST_HEIGHT, doc: "Halvings from the root to a leaf." }),
  window: int({
    default: 250,
    min: 1,
    max: 1_000_000,
    doc: "Rows after which what was counted becomes the reference, ψ.",
  }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
};
type Given = ParamValues<typeof params>;

/** Halvings of space, which no row has a part in, and how many rows of the last training window lie in each half. */
export type HalfSpaceState = {
  /** trees × (2^height − 1): the column that a node halves; children of node i are 2 i + 1 and 2 i + 2. */
  readonly feature: Int32Array;
  /** And the value at which; smaller ones go left. */
  readonly split: Float64Array;
  /** trees × (2^(height + 1) − 1): rows of the reference window in each node. */
  readonly mass: Int32Array;
};

/**
 * Half-space trees for streams: a row where few of the last rows were is anomalous, and what is usual is learned anew all
 * the time.
 *
 * *fit*: rows × cols, one series or several. Halves random columns of a random box around the training range, 2^height
 * leaves a tree, and counts in which of them the last `window` rows lie. O(trees · 2^height) memory whatever the rows.
 *
 * *score*: one value a row, 0 … 1: 1 / (1 + density), where the density around the row is told in that of rows spread evenly
 * over the box: 1 where no row was, ½ for an even spread, near 0 in a crowd. Each tree tells it as the share of rows in the
 * node that the row falls into times 2^depth, where the way down ends at a leaf or at a node of few rows (a tenth of the
 * window); densities are averaged over the trees. O(trees · height) a row. Rows that are scored are counted; after each
 * `window` of them the counts become the new reference, so that a series which has changed for good is usual soon. The
 * model itself does not change: each series begins with what was learned in training. In a stream the same bits.
 *
 * *Needs*: finite values; no scaling. Values outside the training range by more than its width lie at the edge.
 *
 * *Departures*: the paper's score is the sum of masses, smaller for anomalies; this one orders rows alike, upside down.
 *
 * *Edges*: in the first `window` rows of a series the reference is that of training.
 *
 * @see https://www.ijcai.org/Proceedings/11/Papers/254.pdf Tan, Ting, Liu: Fast anomaly detection for streaming data
 * @example
 * ```ts
 * import { fromRows, halfSpaceTrees } from "@telltale/core";
 * const rows = Array.from({ length: 500 }, (_, t) => [t % 10, (t * 7) % 10]);
 * const model = halfSpaceTrees({ seed: 1 }).fitSync(fromRows(rows));
 * const [usual, odd] = model.scoreSync(fromRows([[5, 5], [19, 19]]));
 * console.log((odd ?? 0) > (usual ?? 1)); // true
 * ```
 */
export const halfSpaceTrees = defineDetector({
  name: "half-space-trees",
  aliases: ["hst", "hs-trees", "streaming-half-space-trees"],
  summary: "Half-space trees: rows where few of the last rows were are anomalous; made for streams that change.",
  input: "series",
  traits: { causal: true },
  leastRows: 1,
  params,
  fit(x, given, _run, { starts }): HalfSpaceState {
    const halvings = drawHalvings(x, given);
    const series = seriesOf(x, starts);
    const last = series[series.length - 1] as Matrix;
    // The end of the last series; of all rows together when it is shorter than a window.
    const rows = last.rows >= given.window ? last : x;
    const recent = rowRange(rows, Math.max(0, rows.rows - given.window), rows.rows);
    const mass = new Int32Array(given.trees * (2 ** (given.height + 1) - 1));
    for (let i = 0; i < recent.rows; i++) count(halvings, recent, i, given, mass);
    return { ...halvings, mass };
  },
  ...lookingBack((state: HalfSpaceState, given: Given) => {
    let reference = state.mass;
    let latest = new Int32Array(reference.length);
    let counted = 0;
    return {
      push(x, run) {
        const scores = new Float64Array(x.rows);
        const done = run.parts(x.rows, ROWS_PER_PART, (from, to) => {
          for (let i = from; i < to; i++) {
            scores[i] = scoreRow(state, x, i, given, reference);
            count(state, x, i, given, latest);
            counted += 1;
            if (counted % given.window !== 0) continue;
            reference = latest;
            latest = new Int32Array(reference.length);
          }
        });
        return chain(done, () => scores);
      },
    };
  }),
  restore(state, { trees, height }, cols): HalfSpaceState {
    const reader = new StateReader("half-space-trees", state as ModelState);
    const inner = trees * (2 ** height - 1);
    return {
      feature: reader.integers("feature", 0, cols - 1, inner),
      split: reader.doubles("split", inner),
      mass: reader.integers("mass", 0, 2 ** 31 - 1, trees * (2 ** (height + 1) - 1)),
    };
  },
});

/** Share of the window below which a node's rows are too few to look further down. */
const FEW = 0.1;

function drawHalvings(x: Matrix, { trees, height, seed }: Given): Pick<HalfSpaceState, "feature" | "split"> {
  const inner = 2 ** height - 1;
  const feature = new Int32Array(trees * inner);
  const split = new Float64Array(trees * inner);
  const { low, high } = rangeOf(x);
  for (let tree = 0; tree < trees; tree++) {
    const random = new Random(seed, tree);
    // As the paper draws it: around a random point, so wide that the range of training lies inside.
    const from = low.slice();
    const to = high.slice();
    for (let j = 0; j < x.cols; j++) {
      const width = (high[j] as number) - (low[j] as number);
      const at = random.uniform();
      const reach = 2 * Math.max(at, 1 - at);
      from[j] = (low[j] as number) + (at - reach) * width;
      to[j] = (low[j] as number) + (at + reach) * width;
    }
    const halve = (node: number) => {
      if (node >= inner) return;
      const j = random.below(x.cols);
      const [a, b] = [from[j] as number, to[j] as number];
      const middle = a + (b - a) / 2;
      feature[tree * inner + node] = j;
      split[tree * inner + node] = middle;
      to[j] = middle;
      halve(2 * node + 1);
      to[j] = b;
      from[j] = middle;
      halve(2 * node + 2);
      from[j] = a;
    };
    halve(0);
  }
  return { feature, split };
}

/** Least and greatest training value of each column, so near each other that no sum overflows; apart where it is constant. */
function rangeOf(x: Matrix): { low: Float64Array; high: Float64Array } {
  const low = new Float64Array(x.cols).fill(MOST);
  const high = new Float64Array(x.cols).fill(-MOST);
  for (let i = 0; i < x.data.length; i++) {
    const j = i % x.cols;
    const value = Math.max(-MOST, Math.min(MOST, x.data[i] as number));
    if (value < (low[j] as number)) low[j] = value;
    if (value > (high[j] as number)) high[j] = value;
  }
  for (let j = 0; j < x.cols; j++) if (low[j] === high[j]) high[j] = (low[j] as number) + 1;
  return { low, high };
}
const MOST = 1e300;

/** The node below: left for smaller values. */
function below(
  { feature, split }: Pick<HalfSpaceState, "feature" | "split">,
  x: Matrix,
  row: number,
  tree: number,
  node: number,
  inner: number,
): number {
  const at = tree * inner + node;
  const value = x.data[row * x.cols + (feature[at] as number)] as number;
  return 2 * node + (value < (split[at] as number) ? 1 : 2);
}

/** Counts a row in every node that it falls into. */
function count(
  halvings: Pick<HalfSpaceState, "feature" | "split">,
  x: Matrix,
  row: number,
  { trees, height }: Given,
  mass: Int32Array,
): void {
  const inner = 2 ** height - 1;
  for (let tree = 0; tree < trees; tree++) {
    const base = tree * (2 * inner + 1);
    let node = 0;
    mass[base] = (mass[base] as number) + 1;
    while (node < inner) {
      node = below(halvings, x, row, tree, node, inner);
      mass[base + node] = (mass[base + node] as number) + 1;
    }
  }
}

function scoreRow(state: HalfSpaceState, x: Matrix, row: number, { trees, height }: Given, mass: Int32Array): number {
  const inner = 2 ** height - 1;
  let density = 0;
  for (let tree = 0; tree < trees; tree++) {
    const base = tree * (2 * inner + 1);
    const rows = Math.max(1, mass[base] as number);
    let node = 0;
    let weight = 1;
    while (node < inner && (mass[base + node] as number) > FEW * rows) {
      node = below(state, x, row, tree, node, inner);
      weight *= 2;
    }
    density += ((mass[base + node] as number) * weight) / rows;
  }
  return 1 / (1 + density / trees);
}
