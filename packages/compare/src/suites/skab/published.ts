import type { Measures } from "../suite.js";

/** Where the published figures stand. */
export const SOURCE =
  "Katser, Kozitsin (2020), Skoltech Anomaly Benchmark, its notebooks; https://doi.org/10.34740/KAGGLE/DSV/1693952";

/** True and false positives and negatives, and the score of change points (standard profile) where one is published. */
export function published(tp: number, tn: number, fp: number, fn: number, nab?: number) {
  const measures: Measures = {
    f1: tp / (tp + (fp + fn) / 2),
    far: (100 * fp) / (fp + tn),
    mar: (100 * fn) / (fn + tp),
    tp,
    tn,
    fp,
    fn,
    ...(nab === undefined ? {} : { nab }),
  };
  return { source: SOURCE, measures };
}
