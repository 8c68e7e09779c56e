import { ParamError } from "@telltale/core";
import { adbench } from "./adbench.js";
import type { DataSet } from "./data-set.js";
import { etdataset } from "./etdataset.js";
import { nab } from "./nab.js";
import { pump } from "./pump.js";
import { skab } from "./skab.js";
import { tsbAd } from "./tsb-ad.js";

/** The public data sets that are known by name. */
export const dataSets: readonly DataSet[] = [skab, etdataset, adbench, nab, tsbAd, pump];

/**
 * The data set of that name or alias.
 *
 * @throws `ParamError` `PARAM_RANGE`, with the names there are
 * @example
 * ```ts
 * import { dataSet } from "@telltale/datasets";
 * console.log(dataSet("skab").files.length, dataSet("ett").licence.name); // 35 CC BY-ND 4.0
 * ```
 */
export function dataSet(name: string): DataSet {
  const wanted = name.toLowerCase();
  const found = dataSets.find((set) => set.name === wanted || set.aliases.includes(wanted));
  if (found !== undefined) return found;
  throw new ParamError("PARAM_RANGE", `there is no data set "${name}"`, {
    remedy: `There are ${dataSets.map((set) => set.name).join(", ")}`,
  });
}
