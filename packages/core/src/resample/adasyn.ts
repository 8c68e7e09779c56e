import { DataError } from "../errors.js";
import { chain } from "../kernels/kernels.js";
import type { ParamValues } from "../params/params.js";
import { checkMembers, gatherMembers, type LabelledRows } from "./minority.js";
import { neighboursAmong, neighboursOf } from "./neighbours.js";
import { commonParams, everyRow, makeResampler, NONE, type Resampler } from "./resampler.js";

const spec = {
  name: "adasyn",
  summary: "ADASYN: the more of a row's neighbours are of the larger class, the more synthetic rows start from it.",
  params: commonParams,
};

/**
 * ADASYN: SMOTE where a row of the smaller class makes as many synthetic rows as it is hard to learn. How hard is the share of
 * the larger class among its k nearest rows of both classes; the synthetic rows lie towards its k nearest of its own class.
 *
 * *resample*: as {@link smote}, but which row makes how many synthetic ones is not drawn.
 *
 * *Needs*, *edges*: as {@link smote}. Classes without a common border are an error, since no row is harder than others then.
 *
 * *Departure*: the shares are rounded so that their sum is what the ratio takes. imbalanced-learn rounds each by itself, and
 * may make some rows more or less; a row's number differs from that by one, where it differs.
 *
 * @throws {@link DataError} `DATA_NO_BORDER` when no row of the larger class is among the neighbours, and as {@link smote}
 * @see https://doi.org/10.1109/IJCNN.2008.4633969 He, Bai, Garcia, Li: ADASYN
 * @example
 * ```ts
 * import { adasyn, fromRows } from "@telltale/core";
 * const x = fromRows([[0], [1], [2], [3], [4], [4.6], [5.5], [6.5], [7.5]]);
 * const { parents } = adasyn({ k: 2 }).resampleSync(x, [0, 0, 0, 0, 0, 0, 1, 1, 1]);
 * console.log([...parents].filter((_, i) => i % 2 === 0)); // [6, 6, 6]
 * ```
 */
export const adasyn = Object.assign(
  (params: Partial<ParamValues<typeof spec.params>> = {}): Resampler =>
    makeResampler(spec, params, (rows, { k }, run) => {
      checkMembers(k, rows);
      const { x, space, members } = rows;
      const { cols } = x;
      const { values, near } = gatherMembers(rows);
      const own = { values: near, cols, numbers: members };
      const all = { values: space.data, cols, numbers: everyRow(x.rows) };
      return chain(neighboursOf(run.within(0, 0.6), own, members, all, k), (nearby) => {
        const shares = sharesOf(strangers(nearby, k, rows), rows);
        return chain(neighboursAmong(run.within(0.6, 1), own, k), (neighbours) => ({
          ...{ x: values, sources: members.length, bases: everyRow(members.length), neighbours, k },
          ...{ numbers: members, shares, halfway: NONE.halfway },
        }));
      });
    }),
  { spec },
);

/** How many of the k neighbours of each row are of the other class. */
function strangers(nearby: Int32Array, k: number, { y, minority, members }: LabelledRows): Int32Array {
  const counts = new Int32Array(members.length);
  for (let j = 0; j < nearby.length; j++) {
    if (y[nearby[j] as number] === minority) continue;
    const i = Math.floor(j / k);
    counts[i] = (counts[i] as number) + 1;
  }
  return counts;
}

/**
 * Where the synthetic rows of each base begin. Every base gets its part of the wanted rows, rounded; what is then too many or
 * too few is settled, a row each, where rounding went furthest the wrong way.
 */
function sharesOf(counts: Int32Array, { wanted, minority }: LabelledRows): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new DataError(
      "DATA_NO_BORDER",
      `no row of class ${minority} has one of the other class among its neighbours`,
      {
        remedy: "Use smote, or a larger k",
      },
    );
  }
  const parts = Float64Array.from(counts, (count) => (count / total) * wanted);
  const rounded = Int32Array.from(parts, roundHalfEven);
  const off = wanted - rounded.reduce((sum, part) => sum + part, 0);
  const step = Math.sign(off);
  const lost = (i: number) => step * ((parts[i] as number) - (rounded[i] as number));
  const worst = [...parts.keys()].filter((i) => (counts[i] as number) > 0).sort((a, b) => lost(b) - lost(a) || a - b);
  for (const i of worst.slice(0, Math.abs(off))) rounded[i] = (rounded[i] as number) + step;
  const shares = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) shares[i + 1] = (shares[i] as number) + (rounded[i] as number);
  return shares;
}

/** To the nearest integer, halves to the even one. */
function roundHalfEven(v: number): number {
  const below = Math.floor(v);
  const rest = v - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
