import { ParamError } from "../errors.js";
import { unsupported, type XgboostObject } from "./document.js";
import { encodeJson, float32Text } from "./json-text.js";
import type { XgboostModel } from "./model.js";
import { baseScoreOf } from "./objective.js";
import { encodeUbjson } from "./ubjson-write.js";
import { treeObject } from "./write-tree.js";

export type XgboostFormat = "json" | "ubj";

export interface XgboostWriteOptions {
  /** `json` (default) or `ubj`, as in the file names that XGBoost knows. */
  readonly format?: XgboostFormat;
}

/** Trees, objective and columns; the rest has defaults. */
export type XgboostModelParts = Pick<XgboostModel, "trees" | "objective" | "cols"> & Partial<XgboostModel>;

/**
 * Writes a model that XGBoost loads (`load_model`) and that scores there as it does here. Every version from 1.7 on reads
 * it when all outputs start from the same margin; otherwise 3.1 and later do.
 *
 * The file holds a base score in units of the prediction. Where no float32 base score stands for the model's base margin
 * exactly, the nearest is written (near a probability of ½ the margins that have one lie 2.4e-7 apart).
 *
 * @returns the bytes of the file; the same model gives the same bytes
 * @throws {@link ModelFileError} `MODEL_UNSUPPORTED` for an objective that the outputs do not fit
 */
export function writeXgboost(model: XgboostModelParts, options: XgboostWriteOptions = {}): Uint8Array {
  const { format = "json" } = options;
  if (format !== "json" && format !== "ubj") {
    throw new ParamError("PARAM_RANGE", `format: expected json or ubj; found ${JSON.stringify(format)}`);
  }
  const document = documentOf(model);
  return format === "json" ? encodeJson(document) : encodeUbjson(document);
}

function documentOf(model: XgboostModelParts): XgboostObject {
  const { trees, objective, cols, attributes = {} } = model;
  const count = trees.treeOutput.length;
  const { outputs } = trees;
  const isMulticlass = objective.startsWith("multi:");
  if (isMulticlass ? outputs < 2 : outputs > 1 && objective.startsWith("binary:")) {
    throw unsupported(
      `XGBoost has no model of objective ${objective} with ${outputs} outputs`,
      isMulticlass ? "A model of two classes is binary:logistic" : "A model of several classes is multi:softprob",
    );
  }
  const scores = Array.from(trees.baseMargin, (margin) => float32Text(baseScoreOf(objective, margin)));
  const equal = scores.every((score) => score === scores[0]);
  return {
    learner: {
      attributes: Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))),
      feature_names: model.columns ?? [],
      feature_types: model.columnTypes ?? columnTypes(model),
      gradient_booster: {
        model: {
          cats: { enc: [], feature_segments: new Int32Array(0), sorted_idx: new Int32Array(0) },
          gbtree_model_param: { num_parallel_tree: String(parallelTrees(model)), num_trees: String(count) },
          iteration_indptr: Array.from(roundEnds(model)),
          tree_info: Array.from(trees.treeOutput),
          trees: Array.from({ length: count }, (_, t) => treeObject(trees, t, cols)),
        },
        name: "gbtree",
      },
      learner_model_param: {
        base_score: equal ? (scores[0] as string) : `[${scores.join(",")}]`,
        boost_from_average: "1",
        num_class: isMulticlass ? String(outputs) : "0",
        num_feature: String(cols),
        num_target: isMulticlass ? "1" : String(outputs),
      },
      objective: objectiveObject(objective, outputs),
    },
    // A list of base scores needs the version that brought it.
    version: equal ? [3, 0, 0] : [3, 1, 0],
  };
}

function objectiveObject(objective: string, outputs: number): XgboostObject {
  if (objective.startsWith("multi:")) {
    return { name: objective, softmax_multiclass_param: { num_class: String(outputs) } };
  }
  return { name: objective, reg_loss_param: { scale_pos_weight: "1" } };
}

/** `c` for the columns that a node asks for a category; nothing where no node does. */
function columnTypes({ trees, cols }: XgboostModelParts): string[] {
  const types = new Array<string>(cols).fill("float");
  trees.categoryStart.forEach((start, node) => {
    if (start >= 0) types[trees.feature[node] as number] = "c";
  });
  return types.includes("c") ? types : [];
}

function roundEnds({ trees, roundEnd }: XgboostModelParts): Int32Array {
  if (roundEnd !== undefined) return roundEnd;
  const rounds = Math.ceil(trees.treeOutput.length / trees.outputs);
  return Int32Array.from({ length: rounds + 1 }, (_, i) => Math.min(trees.treeOutput.length, i * trees.outputs));
}

/** Trees that a round grows for each output. */
function parallelTrees(model: XgboostModelParts): number {
  const ends = roundEnds(model);
  return Math.max(1, Math.round(((ends[1] ?? 1) - (ends[0] ?? 0)) / model.trees.outputs));
}
