import { evaluate, eventScores, vusPr } from "@telltale/core";
import type { Figures } from "./result.js";

/** Scored test rows. */
export interface Judged {
  readonly labels: Uint8Array;
  /** NaN for a row that the preparation left out. */
  readonly scores: Float64Array;
  readonly flags: Uint8Array;
  /** First row of each series among the test rows; absent when rows are in no order. */
  readonly starts: readonly number[] | undefined;
}

/** The figures of one trial; `undefined` when no test row got a score. */
export function figuresOf({ labels, scores, flags, starts }: Judged): { figures: Figures; rows: number } | undefined {
  const kept = [...scores.keys()].filter((i) => !Number.isNaN(scores[i]));
  if (kept.length === 0) return undefined;
  const own =
    kept.length === scores.length
      ? { labels, scores, flags }
      : {
          labels: Uint8Array.from(kept, (i) => labels[i] as number),
          scores: Float64Array.from(kept, (i) => scores[i] as number),
          flags: Uint8Array.from(kept, (i) => flags[i] as number),
        };
  const { metrics, oracle, anomalies, rows } = evaluate(own.labels, own.scores, own.flags);
  const both = anomalies > 0 && anomalies < rows;
  const order = starts === undefined ? undefined : { starts: startsAmong(kept, starts) };
  return {
    figures: {
      rocAuc: metrics.rocAuc,
      averagePrecision: metrics.averagePrecision,
      // Without an anomaly among the rows F1 and recall are 0 for 0 / 0, which says nothing of the detector.
      f1: anomalies > 0 ? metrics.f1 : null,
      precision: anomalies > 0 ? metrics.precision : null,
      recall: anomalies > 0 ? metrics.recall : null,
      falseAlarmRate: anomalies < rows ? metrics.falseAlarmRate : null,
      precisionAtN: metrics.precisionAtN,
      oracleF1: oracle?.f1 ?? null,
      vusPr: order !== undefined && both ? vusPr(own.labels, own.scores, order) : null,
      eventF1: order !== undefined && anomalies > 0 ? eventScores(own.labels, own.flags, order).compositeF1 : null,
    },
    rows,
  };
}

/** First row of each series among the rows that were kept. */
function startsAmong(kept: readonly number[], starts: readonly number[]): number[] {
  const found: number[] = [];
  let next = 0;
  kept.forEach((row, i) => {
    if (next >= starts.length || row < (starts[next] as number)) return;
    found.push(i);
    while (next < starts.length && (starts[next] as number) <= row) next += 1;
  });
  return found;
}
