import { int, matrix, type ParamSchema, Random, resolveParams } from "@telltale/core";
import { rounded } from "../exact/decimals.js";
import { wave } from "../exact/wave.js";
import { type InjectedSeries, injectAnomalies } from "../inject-anomalies/inject-anomalies.js";
import type { AnomalyKind } from "../inject-anomalies/kinds.js";
import { csvText } from "../text/csv-text.js";

const DECIMALS = 5;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  rows: int({ default: 6000, min: 100, max: 10_000_000, doc: "Rows of the series." }),
  period: int({ default: 50, min: 8, doc: "Rows in a cycle." }),
} satisfies ParamSchema;

export interface AnomalySeriesOptions {
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Rows of the series. Default 6000. */
  readonly rows?: number;
  /** Rows in a cycle. Default 50. */
  readonly period?: number;
  /** Kinds of anomaly, in turn. Default: all that one column allows. */
  readonly kinds?: readonly AnomalyKind[];
  /** Anomalies. Default: one of each kind. */
  readonly count?: number;
}

/** A series of one column with labelled anomalies. */
export interface AnomalySeries extends InjectedSeries {
  /** Rows at the beginning that hold no anomaly, to train on. */
  readonly trainRows: number;
}

/**
 * One sensor with a cycle of two waves, a slow wander and noise, and labelled anomalies after the training rows, in the form of
 * the TSB-AD benchmark. The first third of the rows is clean.
 *
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`
 * @throws `ShapeError` `SHAPE_TOO_FEW_ROWS`
 * @example
 * ```ts
 * import { anomalySeries } from "@telltale/datasets";
 * const { trainRows, injections } = anomalySeries({ seed: 1, rows: 3000, kinds: ["spike"], count: 4 });
 * console.log(trainRows, injections.length); // 1000 4
 * ```
 */
export function anomalySeries(options: AnomalySeriesOptions = {}): AnomalySeries {
  const { kinds, count, ...given } = options;
  const { seed, rows, period } = resolveParams(schema, given, "anomaly series");
  const random = new Random(seed);
  const trainRows = Math.floor(rows / 3);
  const phase = random.uniform();
  const second = 0.3 + 0.4 * random.uniform();
  let wander = 0;
  const data = Float64Array.from({ length: rows }, (_, t) => {
    wander += -wander / 300 + 0.01 * random.normal();
    const cycle = wave(t / period + phase) + second * wave((2 * t) / period + 2 * phase + 0.15);
    return rounded(5 + cycle + wander + 0.05 * random.normal(), DECIMALS);
  });
  const injected = injectAnomalies(matrix(data, rows, 1, ["value"]), {
    seed,
    period,
    from: trainRows,
    ...(kinds === undefined ? {} : { kinds }),
    ...(count === undefined ? {} : { count }),
  });
  const changed = injected.matrix.data.map((value) => rounded(value, DECIMALS));
  return { ...injected, matrix: matrix(changed, rows, 1, ["value"]), trainRows };
}

/** The series as the text of a CSV file, a piece at a time: `value` and `Label`, with commas, as TSB-AD writes them. */
export function anomalySeriesText({ matrix: { data, rows }, anomaly }: AnomalySeries): Iterable<string> {
  const columns = [
    { name: "value", cell: (i: number) => data[i] },
    { name: "Label", cell: (i: number) => anomaly[i] },
  ];
  return csvText(columns, 0, rows, { delimiter: ",", lineEnd: "\n" });
}

/** The name that TSB-AD would give the file: where training ends and where the first anomaly begins stand in it. */
export function anomalySeriesName({ trainRows, anomaly }: AnomalySeries): string {
  const first = anomaly.indexOf(1);
  return `001_Telltale_id_1_Sensor_tr_${trainRows}_1st_${first < 0 ? 0 : first + 1}.csv`;
}
