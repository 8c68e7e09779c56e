import { type Matrix, rowRange } from "@telltale/core";
import { ANOMALY_KINDS, type AnomalyKind, injectAnomalies } from "@telltale/datasets";

/** Hours in the cycle of the loads. */
const PERIOD = 24;

/** The tested rows with anomalies of one kind in them. */
export interface Trial {
  readonly kind: AnomalyKind;
  readonly x: Matrix;
  readonly anomaly: Uint8Array;
  /** First row of each anomaly and the one after its last. */
  readonly episodes: readonly { readonly from: number; readonly to: number }[];
}

export interface TrialOptions {
  readonly seed: number;
  /** Times that each kind is put in anew. */
  readonly repeats: number;
  /** Anomalies of the kind in one trial. */
  readonly count: number;
  /** In standard deviations of the sensor. */
  readonly strength: number;
}

/** Series to test on: for each kind of anomaly that the columns allow `repeats` of them. */
export function trialsOf(x: Matrix, from: number, { seed, repeats, count, strength }: TrialOptions): Trial[] {
  const kinds = ANOMALY_KINDS.filter((kind) => kind !== "swapped-sensors" || x.cols > 1);
  return kinds.flatMap((kind) =>
    Array.from({ length: repeats }, (_, k) => {
      // Each repeat has other places, and the same ones for every detector.
      const injected = injectAnomalies(x, { kinds: [kind], count, strength, period: PERIOD, from, seed: seed + k });
      return {
        kind,
        x: rowRange(injected.matrix, from, x.rows),
        anomaly: injected.anomaly.slice(from),
        episodes: injected.injections.map((each) => ({ from: each.from - from, to: each.to - from })),
      };
    }),
  );
}
