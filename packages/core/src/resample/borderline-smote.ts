import { DataError, ParamError } from "../errors.js";
import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { int, type ParamValues } from "../params/params.js";
import { checkMembers, gatherMembers, gatherRows, type LabelledRows } from "./minority.js";
import { neighboursOf, type Rows } from "./neighbours.js";
import { commonParams, everyRow, makeResampler, NONE, neighbourCount, type Plan, type Resampler } from "./resampler.js";

const spec = {
  name: "borderline-smote",
  summary: "Borderline-SMOTE: synthetic rows start only from rows of the smaller class that the larger one presses on.",
  params: {
    ...commonParams,
    m: neighbourCount({ default: 10, doc: "Nearest rows of both classes that tell whether a row is in danger." }),
    variant: int({
      default: 1,
      min: 1,
      max: 2,
      doc: "1: towards rows of the same class; 2: towards rows of both, at most half of the way to the other one.",
    }),
  },
};

/**
 * Borderline-SMOTE: SMOTE that starts only from rows in danger, those of whose m nearest rows at least half, but not all,
 * are of the other class. Rows surrounded by their own class need no help, and those surrounded by the other one count as
 * noise.
 *
 * *resample*: as {@link smote}. Variant 1 goes towards the k nearest rows of the same class; variant 2 towards the k nearest
 * of all rows, and at most half of the way to one of the other class.
 *
 * *Needs*, *edges*: as {@link smote}. No row in danger is an error, where imbalanced-learn gives back the rows as they are.
 *
 * *Departure*: imbalanced-learn multiplies the step towards the other class by a second random number below ½; here it is
 * uniform in [0, ½), as in the paper.
 *
 * @throws {@link ParamError} when k or m reaches the number of rows there are; {@link DataError} `DATA_NO_BORDER` when no row
 *   is in danger, and as {@link smote}
 * @see https://doi.org/10.1007/11538059_91 Han, Wang, Mao: Borderline-SMOTE
 * @example
 * ```ts
 * import { borderlineSmote, fromRows } from "@telltale/core";
 * const x = fromRows([[0], [1], [2], [3], [4], [5], [5.6], [6.4], [7], [8], [9]]);
 * const y = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
 * const { parents, givenRows } = borderlineSmote({ k: 2, m: 3, seed: 1 }).resampleSync(x, y);
 * console.log([givenRows, parents[0]]); // [11, 7]
 * ```
 */
export const borderlineSmote = Object.assign(
  (params: Partial<ParamValues<typeof spec.params>> = {}): Resampler => makeResampler(spec, params, planBorderline),
  { spec },
);

function planBorderline(
  rows: LabelledRows,
  { k, m, variant }: ParamValues<typeof spec.params>,
  run: Run,
): MaybePromise<Plan> {
  const { x, space, y, minority, members } = rows;
  if (variant === 1) checkMembers(k, rows);
  else checkRows("k", k, x.rows);
  checkRows("m", m, x.rows);
  const { cols } = x;
  const all: Rows = { values: space.data, cols, numbers: everyRow(x.rows) };
  const { values, near } = gatherMembers(rows);
  const own: Rows = { values: near, cols, numbers: members };
  return chain(neighboursOf(run.within(0, 0.5), own, members, all, m), (nearby) => {
    const danger = inDanger(nearby, m, y, minority);
    if (danger.length === 0) {
      throw new DataError("DATA_NO_BORDER", `no row of class ${minority} has a border with the other class nearby`, {
        remedy: "Use smote, or another m: the number of nearest rows that are looked at",
      });
    }
    const numbers = danger.map((place) => members[place] as number);
    const queries: Rows = { values: gatherRows(space, numbers), cols, numbers };
    if (variant === 1) {
      return chain(neighboursOf(run.within(0.5, 1), queries, danger, own, k), (neighbours) => ({
        ...{ x: values, sources: members.length, bases: danger, neighbours, k, numbers: members },
        ...NONE,
      }));
    }
    return chain(neighboursOf(run.within(0.5, 1), queries, numbers, all, k), (neighbours) => ({
      ...{ x: x.data, sources: x.rows, bases: numbers, neighbours, k, numbers: all.numbers },
      shares: NONE.shares,
      halfway: y.map((label) => (label === minority ? 0 : 1)),
    }));
  });
}

/** The rows of whose m nearest at least half, but not all, are of the other class; as places among the minority. */
function inDanger(nearby: Int32Array, m: number, y: Uint8Array, minority: 0 | 1): Int32Array {
  const danger: number[] = [];
  for (let i = 0; i * m < nearby.length; i++) {
    let others = 0;
    for (let j = i * m; j < (i + 1) * m; j++) if (y[nearby[j] as number] !== minority) others += 1;
    if (2 * others >= m && others < m) danger.push(i);
  }
  return Int32Array.from(danger);
}

function checkRows(name: string, count: number, rows: number): void {
  if (count < rows) return;
  throw new ParamError(
    "PARAM_RANGE",
    `${name}: ${count} neighbours asked of ${rows} rows, which have ${rows - 1} each`,
    {
      remedy: `Choose ${name} ≤ ${rows - 1}, or give more rows`,
    },
  );
}
