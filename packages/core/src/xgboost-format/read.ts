import { ModelFileError } from "../errors.js";
import { Cursor, corrupt, numberOf, unsupported, type XgboostValue } from "./document.js";
import { decodeJson } from "./json-text.js";
import type { XgboostModel } from "./model.js";
import { baseMarginOf, isKnownObjective } from "./objective.js";
import { readTrees } from "./read-trees.js";
import { decodeUbjson } from "./ubjson-read.js";

/** Classes or targets; more would be a damaged file. */
const MAX_OUTPUTS = 2 ** 20;
const MAX_COLS = 2 ** 24;

/**
 * Reads a model that XGBoost saved (`save_model`), in JSON or UBJSON, of any version from 1.0 on. Margins of the trees it
 * gives equal XGBoost's own to the last bit.
 *
 * Of a `dart` model every tree keeps the weight it was left with. An objective that is not known gives margins, and a note
 * says so. Category names that XGBoost 3.1 and later keep with a model are not kept: categories stay numbers.
 *
 * @param bytes  the file; nothing in it is trusted
 * @throws {@link ModelFileError} `MODEL_FOREIGN`, `MODEL_UNSUPPORTED` (`gblinear`, leaves of several outputs),
 * `MODEL_TRUNCATED`, `MODEL_CORRUPT`
 * @see Chen and Guestrin (2016), https://doi.org/10.1145/2939672.2939785
 */
export function readXgboost(bytes: Uint8Array): XgboostModel {
  const root = new Cursor(decode(bytes), "");
  if (!root.has("learner")) throw foreign("it has no learner");
  const learner = root.at("learner");
  const param = learner.at("learner_model_param");
  const objective = learner.at("objective").at("name").text();
  const cols = param.at("num_feature").integer(1, MAX_COLS);
  const outputs = Math.max(
    1,
    param.has("num_class") ? param.at("num_class").integer(0, MAX_OUTPUTS) : 0,
    param.has("num_target") ? param.at("num_target").integer(0, MAX_OUTPUTS) : 0,
  );
  const notes: string[] = [];
  if (!isKnownObjective(objective)) {
    notes.push(`the objective ${JSON.stringify(objective.slice(0, 60))} is not known: predictions are margins`);
  }
  const baseMargin = readBaseMargin(param.at("base_score"), objective, outputs);
  const { model, weight } = readBooster(learner.at("gradient_booster"), notes);
  refuseLeafVectors(model);
  const treeOutput = model.at("tree_info").integers(0, outputs - 1);
  if (weight !== undefined && weight.length !== treeOutput.length) {
    throw corrupt(`weight_drop: expected ${treeOutput.length} values; found ${weight.length}`);
  }
  const trees = readTrees(model.at("trees"), cols, (value, t) =>
    weight === undefined ? value : Math.fround(value * Math.fround(weight[t] ?? 1)),
  );
  if (trees.treeStart.length !== treeOutput.length) {
    throw corrupt(`tree_info: expected ${trees.treeStart.length} values; found ${treeOutput.length}`);
  }
  if (hasCategoryNames(model)) notes.push("its category names are not kept: categories are numbers");
  return {
    trees: trees.finish(treeOutput, baseMargin),
    objective,
    cols,
    columns: unique(columnTexts(learner, "feature_names", cols)),
    columnTypes: columnTexts(learner, "feature_types", cols),
    roundEnd: readRounds(model, treeOutput.length, outputs),
    attributes: readAttributes(learner),
    notes,
  };
}

function foreign(what: string): ModelFileError {
  return new ModelFileError("MODEL_FOREIGN", `this is not a model of XGBoost in JSON or UBJSON: ${what}`, {
    remedy:
      'Save it with save_model("model.json") or save_model("model.ubj"); XGBoost before 3.1 reads its binary models',
  });
}

function decode(bytes: Uint8Array): XgboostValue {
  if (!(bytes instanceof Uint8Array)) throw foreign("it is read from a Uint8Array");
  let at = 0;
  while (at < bytes.length && " \t\r\n\ufeff".includes(String.fromCharCode(bytes[at] as number))) at += 1;
  if (bytes[at] !== 0x7b) throw foreign("it does not begin with an object");
  const next = String.fromCharCode(bytes[at + 1] ?? 0);
  if ('" \t\r\n}'.includes(next)) return decodeJson(bytes);
  if ("iUIlL$#N".includes(next)) return decodeUbjson(bytes.subarray(at));
  throw foreign("what follows the first brace is of neither format");
}

/** A number as a text; since XGBoost 3.1 a list of them, one for each output, in a text. */
function readBaseMargin(cursor: Cursor, objective: string, outputs: number): Float32Array {
  const { value } = cursor;
  const texts: readonly (XgboostValue | undefined)[] =
    typeof value === "string" && value.startsWith("[") && value.endsWith("]")
      ? value
          .slice(1, -1)
          .split(",")
          .map((text) => text.trim())
      : Array.isArray(value)
        ? value
        : [value];
  if (texts.length !== 1 && texts.length !== outputs) {
    throw corrupt(`${cursor.path}: expected 1 or ${outputs} values; found ${texts.length}`);
  }
  const margins = texts.map((text) => {
    const score = numberOf(text);
    if (score === undefined) return cursor.fail("numbers");
    const margin = baseMarginOf(objective, score);
    if (!Number.isFinite(margin)) throw corrupt(`${cursor.path}: ${score} is no base score of ${objective}`);
    return margin;
  });
  return Float32Array.from({ length: outputs }, (_, k) => margins[texts.length === 1 ? 0 : k] as number);
}

interface Booster {
  readonly model: Cursor;
  /** Weight of each tree of a dart model. */
  readonly weight: ArrayLike<number> | undefined;
}

function readBooster(booster: Cursor, notes: string[]): Booster {
  const name = booster.at("name").text();
  if (name === "gbtree") return { model: booster.at("model"), weight: undefined };
  if (name === "dart") {
    const weight = booster.at("weight_drop").numbers();
    notes.push("it was trained with dart: the weights of its trees are now part of their leaves");
    return { model: booster.at("gbtree").at("model"), weight };
  }
  throw unsupported(
    `an XGBoost model whose booster is ${JSON.stringify(name.slice(0, 60))} has no trees`,
    "Train it with booster gbtree or dart",
  );
}

function refuseLeafVectors(model: Cursor): void {
  for (const tree of model.at("trees").items()) {
    const param = tree.at("tree_param");
    if (!param.has("size_leaf_vector") || param.at("size_leaf_vector").integer(0, 2 ** 31) <= 1) continue;
    throw unsupported(
      "the leaves of this XGBoost model hold a value for each output",
      "Train it with multi_strategy one_output_per_tree",
    );
  }
}

function hasCategoryNames(model: Cursor): boolean {
  if (!model.has("cats")) return false;
  const cats = model.at("cats");
  return cats.has("enc") && cats.at("enc").items().length > 0;
}

function columnTexts(learner: Cursor, key: string, cols: number): readonly string[] | undefined {
  if (!learner.has(key)) return undefined; // before XGBoost 1.4
  const texts = learner.at(key).texts();
  if (texts.length === 0) return undefined;
  if (texts.length !== cols) throw corrupt(`learner.${key}: expected ${cols} values; found ${texts.length}`);
  return texts;
}

function unique(names: readonly string[] | undefined): readonly string[] | undefined {
  if (names !== undefined && new Set(names).size < names.length) throw corrupt("two of its columns have the same name");
  return names;
}

/** Trees at the end of each round: as written since XGBoost 2.0, else by the trees that a round grows. */
function readRounds(model: Cursor, trees: number, outputs: number): Int32Array {
  if (model.has("iteration_indptr")) {
    const ends = model.at("iteration_indptr").integers(0, trees);
    const grows = ends.every((end, i) => (i === 0 ? end === 0 : end >= (ends[i - 1] as number)));
    if (!grows || ends.at(-1) !== trees) throw corrupt(`iteration_indptr: expected 0 … ${trees}, ascending`);
    return ends;
  }
  const param = model.at("gbtree_model_param");
  const parallel = param.has("num_parallel_tree") ? param.at("num_parallel_tree").integer(0, 2 ** 31) : 1;
  const perRound = Math.max(1, parallel) * outputs;
  const rounds = Math.ceil(trees / perRound);
  return Int32Array.from({ length: rounds + 1 }, (_, i) => Math.min(trees, i * perRound));
}

function readAttributes(learner: Cursor): Record<string, string> {
  if (!learner.has("attributes")) return {};
  const attributes = learner.at("attributes");
  return Object.fromEntries(Object.keys(attributes.object()).map((key) => [key, attributes.at(key).text()]));
}
