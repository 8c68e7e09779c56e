import type { TreeEnsemble } from "../kernels/boosted-trees/predict.js";

/** A model of boosted trees as XGBoost's files hold it. */
export interface XgboostModel {
  readonly trees: TreeEnsemble;
  /** `binary:logistic`, `reg:squarederror`, `multi:softprob` …: what a margin means. */
  readonly objective: string;
  /** Columns that a row has. */
  readonly cols: number;
  /** Names of the columns, where the model knows them. */
  readonly columns: readonly string[] | undefined;
  /** Kinds of the columns as XGBoost writes them: `float`, `int`, `q`, `i`, `c` (categories). */
  readonly columnTypes: readonly string[] | undefined;
  /** Trees at the end of each round, after a 0 at the beginning. */
  readonly roundEnd: Int32Array;
  /** Texts that XGBoost keeps with a model: `best_iteration`, `best_score` … */
  readonly attributes: Readonly<Record<string, string>>;
  /** What a reader of the file should know: a booster that was converted, an objective without a known meaning. */
  readonly notes: readonly string[];
}

/** Trees that XGBoost's early stopping found best, or all of them where it did not stop. */
export function bestTrees(model: Pick<XgboostModel, "attributes" | "roundEnd">): number {
  const { attributes, roundEnd } = model;
  const rounds = roundEnd.length - 1;
  const best = Number(attributes.best_iteration ?? Number.NaN);
  const used = Number.isInteger(best) && best >= 0 && best < rounds ? best + 1 : rounds;
  return roundEnd[used] as number;
}
