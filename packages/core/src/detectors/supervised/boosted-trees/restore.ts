import { ModelFileError } from "../../../errors.js";
import { BOOSTING_OBJECTIVES, type BoostingObjective } from "../../../kernels/boosted-trees/fit.js";
import type { TreeEnsemble } from "../../../kernels/boosted-trees/predict.js";
import type { ModelState } from "../../detector.js";

/** The trees, what their margins stand for, and how many rounds made them. */
export type BoostedTreesState = { readonly [K in keyof TreeEnsemble]: TreeEnsemble[K] } & {
  readonly objective: BoostingObjective;
  readonly rounds: number;
  readonly cols: number;
};

const ARRAYS = {
  treeStart: Int32Array,
  treeOutput: Int32Array,
  left: Int32Array,
  right: Int32Array,
  feature: Int32Array,
  threshold: Float32Array,
  defaultLeft: Uint8Array,
  categoryStart: Int32Array,
  categoryWords: Int32Array,
  categoryBits: Uint32Array,
  gain: Float32Array,
  cover: Float32Array,
  baseMargin: Float32Array,
};

/** A state read from a file, every link checked. Throws {@link ModelFileError} `MODEL_CORRUPT`. */
export function restoreTrees(state: ModelState, width: number): BoostedTreesState {
  const { outputs, objective: named, rounds, cols } = state;
  for (const [name, type] of Object.entries(ARRAYS)) {
    if (!(state[name] instanceof type)) throw corrupt(`${name} is missing or of the wrong type`);
  }
  const objective = BOOSTING_OBJECTIVES.find((each) => each === named);
  if (objective === undefined) throw corrupt("its objective is not known");
  if (typeof outputs !== "number" || !Number.isInteger(outputs) || outputs < 1) throw corrupt("it has no output");
  if (objective !== "multi:softprob" && outputs !== 1) throw corrupt("its objective has one output, not several");
  if (typeof rounds !== "number" || !Number.isSafeInteger(rounds) || rounds < 0) throw corrupt("it counts no rounds");
  if (cols !== width) throw corrupt("its trees are of other columns");
  const found = state as unknown as BoostedTreesState;
  const problem = ensembleProblem(found, width);
  if (problem !== undefined) throw corrupt(problem);
  const arrays = Object.fromEntries(Object.keys(ARRAYS).map((name) => [name, state[name]]));
  return { ...(arrays as unknown as TreeEnsemble), outputs, objective, rounds, cols };
}

function corrupt(what: string): ModelFileError {
  return new ModelFileError("MODEL_CORRUPT", `boosted-trees: ${what}`, { remedy: "Fit the model again" });
}

/** Why trees from a stranger cannot be walked safely, in words; undefined when they can. */
export function ensembleProblem(model: TreeEnsemble, cols: number): string | undefined {
  const { treeStart, treeOutput, left, baseMargin, outputs, categoryBits } = model;
  const nodes = left.length;
  const ofNodes = ["right", "feature", "threshold", "defaultLeft", "categoryStart", "categoryWords", "gain", "cover"];
  if (ofNodes.some((name) => (model[name as keyof TreeEnsemble] as Int32Array).length !== nodes)) {
    return "arrays of nodes have different lengths";
  }
  if (treeStart.length !== treeOutput.length + 1 || treeStart[0] !== 0 || treeStart[treeOutput.length] !== nodes) {
    return "the trees do not cover the nodes";
  }
  if (baseMargin.length !== outputs || !baseMargin.every(Number.isFinite)) return "the base margins are impossible";
  if (!treeOutput.every((output) => output >= 0 && output < outputs))
    return "a tree adds to an output that is not there";
  if (categoryBits.length === 0) return "there is no word of categories";
  for (let t = 0; t < treeOutput.length; t++) {
    const [from, to] = [treeStart[t] as number, treeStart[t + 1] as number];
    if (!(to > from && to <= nodes)) return `tree ${t} has no node`;
    const problem = treeProblem(model, from, to, cols);
    if (problem !== undefined) return `tree ${t}: ${problem}`;
  }
  return undefined;
}

function treeProblem(model: TreeEnsemble, from: number, to: number, cols: number): string | undefined {
  const { left, right, feature, threshold, categoryStart, categoryWords, categoryBits, gain, cover } = model;
  const parents = new Uint8Array(to - from);
  for (let node = 0; node < to - from; node++) {
    const at = from + node;
    const [l, r, start, words] = [left[at], right[at], categoryStart[at], categoryWords[at]] as [
      number,
      number,
      number,
      number,
    ];
    if (!(Number.isFinite(gain[at]) && Number.isFinite(cover[at]))) return "a gain or cover is not finite";
    if (!Number.isFinite(threshold[at])) return "a threshold or leaf value is not finite";
    if (start < 0 ? words !== 0 : words < 0 || start + words > categoryBits.length) return "categories are not there";
    if (l < 0 && r < 0) continue;
    if (!(l > node && r > node && l < to - from && r < to - from)) return "a child is outside, or before its parent";
    if ((feature[at] as number) < 0 || (feature[at] as number) >= cols) return "a node asks a column that is not there";
    if (l === r || parents[l] === 1 || parents[r] === 1) return "a node has two parents";
    parents[l] = 1;
    parents[r] = 1;
  }
  return parents.indexOf(0, 1) >= 0 ? "a node has no parent" : undefined;
}
