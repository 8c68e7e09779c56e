import { fittedDetector } from "../detectors/detector.js";
import { boostedTrees } from "../detectors/supervised/boosted-trees/boosted-trees.js";
import { ModelFileError } from "../errors.js";
import type { BoostingObjective } from "../kernels/boosted-trees/fit.js";
import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";
import { resolveParams } from "../params/params.js";
import { FittedPipeline } from "../pipeline/fitted-pipeline.js";
import { bestTrees, type XgboostModel } from "../xgboost-format/model.js";
import { readXgboost } from "../xgboost-format/read.js";
import { writeXgboost, type XgboostWriteOptions } from "../xgboost-format/write.js";

/** Objectives of XGBoost whose margins mean what those of one of ours mean. */
const SAME = new Map<string, BoostingObjective>([
  ["binary:logistic", "binary:logistic"],
  ["reg:logistic", "binary:logistic"],
  ["binary:logitraw", "binary:logistic"],
  ["reg:squarederror", "reg:squarederror"],
  ["reg:linear", "reg:squarederror"],
  ["multi:softprob", "multi:softprob"],
  ["multi:softmax", "multi:softprob"],
]);

export interface FromXgboostOptions {
  /** `all` (default), as `Booster.predict` does; `best`: those up to the best iteration of early stopping. */
  readonly rounds?: "all" | "best";
}

/**
 * Reads a model that XGBoost saved and makes a pipeline of it, whose detector is `boosted-trees`: it scores, explains and
 * saves as one that was fitted here. Its margins are XGBoost's to the last bit.
 *
 * Scores are probabilities for `binary:logistic` and `reg:logistic`, margins for `binary:logitraw` and for objectives that
 * have no meaning here, and for `multi:softprob` and `multi:softmax` the probability of any class but 0. The pipeline has no
 * threshold. Its notes hold what XGBoost keeps beside the trees.
 *
 * @param bytes  the file, JSON or UBJSON; nothing in it is trusted
 * @throws {@link ModelFileError} `MODEL_FOREIGN`, `MODEL_UNSUPPORTED`, `MODEL_TRUNCATED`, `MODEL_CORRUPT`
 */
export function fromXgboost(bytes: Uint8Array, { rounds = "all" }: FromXgboostOptions = {}): FittedPipeline {
  const model = readXgboost(bytes);
  const { objective, cols, columns } = model;
  const known = SAME.get(objective);
  const notes = [...model.notes];
  if (known === undefined && model.trees.outputs > 1) {
    throw new ModelFileError("MODEL_UNSUPPORTED", `${model.trees.outputs} outputs of objective ${shown(objective)}`, {
      remedy: "Models of several outputs are those of multi:softprob and multi:softmax",
    });
  }
  if (known === undefined) notes.push(`scores are margins of ${shown(objective)}`);
  const raw = objective === "binary:logitraw";
  const params = resolveParams(boostedTrees.spec.params, raw ? { output: "margin" } : {}, boostedTrees.spec.name);
  const count = rounds === "best" ? bestTrees(model) : model.trees.treeOutput.length;
  const state = boostedTrees.spec.restore(
    {
      ...firstTrees(model.trees, count),
      objective: known ?? "reg:squarederror",
      rounds: model.roundEnd.indexOf(count),
      cols,
    },
    params,
    cols,
  );
  return new FittedPipeline({
    detector: fittedDetector(boostedTrees.spec, params, state, cols, columns, 1),
    steps: [],
    cols,
    columns,
    threshold: undefined,
    training: { rows: 1, series: 1 },
    notes: { xgboost: JSON.stringify(kept(model, rounds, notes)) },
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** What a file of XGBoost holds beside the trees. */
export interface KeptNotes {
  readonly objective: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly columnTypes: readonly string[] | null;
  readonly roundEnd: readonly number[];
  readonly notes: readonly string[];
}

function kept(
  { objective, attributes, columnTypes, roundEnd }: XgboostModel,
  rounds: string,
  notes: string[],
): KeptNotes {
  const all = [...roundEnd];
  const ends = rounds === "best" ? all.slice(0, Number(attributes.best_iteration ?? all.length) + 2) : all;
  return { objective, attributes, columnTypes: columnTypes ?? null, roundEnd: ends, notes };
}

/** What {@link fromXgboost} put into the notes of a model; undefined when the model is not from there. */
export function xgboostNotes({ notes }: Pick<FittedPipeline, "notes">): KeptNotes | undefined {
  if (notes.xgboost === undefined) return undefined;
  try {
    const found = JSON.parse(notes.xgboost) as KeptNotes;
    const isTexts = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string");
    const isWhole =
      typeof found.objective === "string" &&
      isTexts(found.notes) &&
      isTexts(Object.values(found.attributes)) &&
      (found.columnTypes === null || isTexts(found.columnTypes)) &&
      found.roundEnd.every(Number.isSafeInteger);
    return isWhole ? found : undefined;
  } catch {
    return undefined;
  }
}

/** The first trees of an ensemble, with the nodes that they have. */
function firstTrees(trees: TreeEnsemble, count: number): TreeEnsemble {
  const nodes = trees.treeStart[count] as number;
  const cut = <A extends Int32Array | Float32Array | Uint8Array>(array: A): A => array.slice(0, nodes) as A;
  return {
    ...trees,
    treeStart: trees.treeStart.slice(0, count + 1),
    treeOutput: trees.treeOutput.slice(0, count),
    left: cut(trees.left),
    right: cut(trees.right),
    feature: cut(trees.feature),
    threshold: cut(trees.threshold),
    defaultLeft: cut(trees.defaultLeft),
    categoryStart: cut(trees.categoryStart),
    categoryWords: cut(trees.categoryWords),
    gain: cut(trees.gain),
    cover: cut(trees.cover),
  };
}

/**
 * The bytes of a file that XGBoost loads, of a model whose detector is `boosted-trees`. Its margins there are those here; a
 * threshold is not part of such a file.
 *
 * @throws {@link ModelFileError} `MODEL_UNSUPPORTED` for another detector, and for a pipeline with steps that
 * change values, which XGBoost would not do
 * @example
 * ```ts
 * import { boostedTrees, fromRows, fromXgboost, pipeline, toXgboost } from "@telltale/core";
 * const x = fromRows([[1], [2], [3], [11], [12], [13]], ["Pressure"]);
 * const labels = Uint8Array.of(0, 0, 0, 1, 1, 1);
 * const model = pipeline({ detector: boostedTrees({ rounds: 5, minChildWeight: 0 }) }).fitSync(x, { labels });
 * const bytes = toXgboost(model, { format: "json" }); // xgboost.Booster(model_file="model.json") reads these
 * const again = fromXgboost(bytes);
 * console.log(again.scoreSync(x)[5] === model.scoreSync(x)[5]); // true
 * ```
 */
export function toXgboost(model: FittedPipeline, options: XgboostWriteOptions = {}): Uint8Array {
  const { detector, steps, cols, columns } = model;
  if (detector.spec.name !== boostedTrees.spec.name) {
    throw new ModelFileError("MODEL_UNSUPPORTED", `XGBoost has no model of the detector ${detector.spec.name}`, {
      remedy: "Only models of boosted-trees can be written for it",
    });
  }
  const changing = steps.filter((step) => !step.identity);
  if (changing.length > 0) {
    const names = changing.map((step) => step.spec.name).join(", ");
    throw new ModelFileError("MODEL_UNSUPPORTED", `XGBoost cannot do the steps of this model: ${names}`, {
      remedy: "Fit boosted-trees without preparation: trees need none",
    });
  }
  const state = detector.state as unknown as TreeEnsemble & { readonly objective: BoostingObjective };
  const notes = xgboostNotes(model);
  const isOwn = notes !== undefined && SAME.get(notes.objective) === state.objective;
  const trees = state.treeOutput.length;
  return writeXgboost(
    {
      trees: state,
      objective: isOwn ? notes.objective : state.objective,
      cols,
      columns,
      attributes: notes?.attributes ?? {},
      columnTypes: notes?.columnTypes?.length === cols ? notes.columnTypes : undefined,
      ...(notes !== undefined && notes.roundEnd.at(-1) === trees && { roundEnd: Int32Array.from(notes.roundEnd) }),
    },
    options,
  );
}
