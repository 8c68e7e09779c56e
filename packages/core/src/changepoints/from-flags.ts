/**
 * Change points from flags: 1 where a flag differs from the one before it; the first one is a change when it is 1. This is
 * how the `changepoint` column of SKAB's benchmark is predicted.
 *
 * @param flags  one a row, 0 or 1, in order of time
 * @param before  flag of the row before the first one, for a series that arrives in chunks; default 0
 * @returns one a row
 * @example
 * ```ts
 * import { changePointsFromFlags } from "@telltale/core";
 * console.log([...changePointsFromFlags(Uint8Array.of(0, 1, 1, 0))]); // [0, 1, 0, 1]
 * ```
 */
export function changePointsFromFlags(flags: Uint8Array, before = 0): Uint8Array {
  return flags.map((flag, i) => (flag === (i === 0 ? before : flags[i - 1]) ? 0 : 1));
}
