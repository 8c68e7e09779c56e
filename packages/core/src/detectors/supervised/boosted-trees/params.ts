import { ParamError } from "../../../errors.js";
import { TREE_GROWTHS } from "../../../kernels/boosted-trees/fit.js";
import { int, number, numberOr, oneOf, type Param, type ParamValues, text } from "../../../params/params.js";

/** What a fit of boosted trees may be told: names and defaults are XGBoost's, in camelCase. */
export const boostingParams = {
  rounds: int({ default: 100, min: 1, max: 100_000, doc: "Rounds of boosting: trees for each output." }),
  eta: number({ default: 0.3, min: 0, max: 1, doc: "Learning rate: the share of a tree's correction that is made." }),
  maxDepth: int({ default: 6, min: 0, max: 100, doc: "Greatest depth of a tree; 0 for no limit." }),
  growth: oneOf(TREE_GROWTHS, {
    default: "depthwise",
    doc: "Which leaf is split next: those nearest to the root, or that of the greatest gain.",
  }),
  maxLeaves: int({ default: 0, min: 0, max: 1_000_000, doc: "Leaves of a tree at most; 0 for no limit." }),
  lambda: number({ default: 1, min: 0, doc: "L2 penalty on leaf weights." }),
  alpha: number({ default: 0, min: 0, doc: "L1 penalty on leaf weights." }),
  gamma: number({ default: 0, min: 0, doc: "Loss reduction that a split must bring." }),
  minChildWeight: number({ default: 1, min: 0, doc: "Sum of second derivatives that a child must have." }),
  subsample: share("Share of the rows that each tree is grown on."),
  colsampleBytree: share("Share of the columns that each tree may ask."),
  colsampleBylevel: share("Share of a tree's columns that each depth may ask."),
  colsampleBynode: share("Share of a depth's columns that each node may ask."),
  scalePosWeight: numberOr("auto", {
    default: 1,
    min: 0,
    exclusive: true,
    doc: "Weight of anomalous rows; auto makes both classes weigh the same.",
  }),
  maxBin: int({ default: 256, min: 2, max: 65_535, doc: "Bins that a numeric column is cut into at most." }),
  monotone: text({
    default: "",
    expects: 'columns with 1 or −1 as in Pressure=1,"Flow rate"=-1, or a 1, 0 or −1 for every column',
    doc: "Columns whose growth may only raise (1) or only lower (−1) the score.",
    accept: (value, name) => accepted(value, name, /^(?:[+-]?1|0|(?:[^\s",=]+|"[^"]+")=[+-]?[01])$/, "monotone"),
  }),
  categorical: text({
    default: "",
    expects: 'columns by name or position from 0, as in 2,site,"Pump kind"',
    doc: "Columns of categories: whole numbers from 0.",
    accept: (value, name) => accepted(value, name, /^(?:[^\s",=]+|"[^"]+")$/, "categorical"),
  }),
  maxCatToOnehot: int({
    default: 4,
    min: 1,
    max: 65_536,
    doc: "Columns of fewer categories are split one against the rest, others in two sets.",
  }),
  maxCatThreshold: int({ default: 64, min: 1, max: 65_535, doc: "Categories in the smaller of two sets at most." }),
  earlyStoppingRounds: int({
    default: 0,
    min: 0,
    max: 100_000,
    doc: "Stops when the validation rows have not got better for so many rounds, and keeps the best; 0 never stops.",
  }),
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same model." }),
};

export type BoostingParams = ParamValues<typeof boostingParams>;

function share(doc: string): Param<number> {
  return number({ default: 1, min: 0.001, max: 1, doc });
}

function accepted(value: unknown, name: string, form: RegExp, key: "monotone" | "categorical"): string {
  const param: Param<string> = boostingParams[key];
  const wrong = (code: string) =>
    new ParamError(code, `${name}: expected ${param.expects}; found ${JSON.stringify(value)}`);
  if (typeof value !== "string") throw wrong("PARAM_TYPE");
  if (!entries(value).every((entry) => form.test(entry))) throw wrong("PARAM_RANGE");
  return value.trim();
}

/** The parts of a list, cut at commas that are not within quotes. */
function entries(list: string): string[] {
  return list.trim() === "" ? [] : (list.match(/(?:"[^"]*"|[^,"])+|(?<=,)(?=,|$)/g) ?? [list]).map((e) => e.trim());
}

/** Positions of the categorical columns. Throws {@link ParamError} for one that is not there. */
export function categoricalColumns(list: string, cols: number, columns: readonly string[] | undefined): number[] {
  return entries(list).map((entry) => columnOf(entry, "categorical", cols, columns));
}

/** 1, −1 or 0 for every column; empty when all are 0. */
export function monotoneColumns(list: string, cols: number, columns: readonly string[] | undefined): Int32Array {
  const given = entries(list);
  const directions = new Int32Array(cols);
  if (given.some((entry) => entry.includes("="))) {
    for (const entry of given) {
      const cut = entry.lastIndexOf("=");
      if (cut < 0) throw wrongList(list, cols);
      directions[columnOf(entry.slice(0, cut), "monotone", cols, columns)] = Number(entry.slice(cut + 1));
    }
  } else if (given.length > 0) {
    if (given.length !== cols) throw wrongList(list, cols);
    directions.set(given.map(Number));
  }
  return directions.every((d) => d === 0) ? new Int32Array(0) : directions;
}

function wrongList(list: string, cols: number): ParamError {
  return new ParamError("PARAM_RANGE", `monotone: expected ${cols} values, one a column; found "${list}"`, {
    remedy: "Name the columns instead, as in Pressure=1",
  });
}

function columnOf(entry: string, param: string, cols: number, columns: readonly string[] | undefined): number {
  const name = entry.startsWith('"') ? entry.slice(1, -1) : entry;
  const named = columns?.indexOf(name) ?? -1;
  if (named >= 0) return named;
  const position = /^\d+$/.test(name) ? Number(name) : Number.NaN;
  if (position < cols) return position;
  throw new ParamError("PARAM_RANGE", `${param}: there is no column ${JSON.stringify(name)}`, {
    remedy: `The columns are: ${columns?.join(", ") ?? `0 … ${cols - 1}`}`,
  });
}
