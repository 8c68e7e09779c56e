import {
  DataError,
  findWindowLength,
  int,
  intOr,
  type Matrix,
  matrix,
  number,
  ParamError,
  type ParamSchema,
  Random,
  resolveParams,
  ShapeError,
} from "@telltale/core";
import { ANOMALY_KINDS, type AnomalyKind, CHANGES, PERIODS, type Stretch, swapped } from "./kinds.js";

/** Rows that the series must have for each anomaly, so that normal rows lie between them. */
const ROWS_PER_ANOMALY = 10;
/** At most so much of its share of the series is changed by one anomaly. */
const LARGEST_SHARE = 0.4;
/** Places that are tried before a kind is said to be invisible in the series. */
const TRIES = 20;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  count: intOr("kinds", { default: "kinds", min: 0, doc: "Anomalies to put in; `kinds` is one of each kind." }),
  strength: number({
    default: 3,
    min: 0,
    exclusive: true,
    doc: "How strong an anomaly is, in standard deviations of the sensor.",
  }),
  period: intOr("auto", { default: "auto", min: 2, doc: "Rows in a cycle; `auto` finds it in the first sensor." }),
  sensors: int({ default: 1, min: 1, doc: "Sensors that one anomaly changes." }),
  from: int({ default: 0, min: 0, doc: "First row that may be changed, such as the first after the training rows." }),
} satisfies ParamSchema;

export interface InjectOptions {
  /** Kinds that are put in, in turn. Default: all that the series allows; swapping needs two sensors. */
  readonly kinds?: readonly AnomalyKind[];
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Anomalies to put in. Default: one of each kind. */
  readonly count?: number | "kinds";
  /** In standard deviations of the sensor; each anomaly has 0.8 to 1.2 times as much. Default 3. */
  readonly strength?: number;
  /** Rows in a cycle of the series, which lengths and shifts are counted in. Default: found in the first sensor. */
  readonly period?: number | "auto";
  /** Sensors that one anomaly changes; two are always swapped. Default 1. */
  readonly sensors?: number;
  /** First row that may be changed. Default 0. */
  readonly from?: number;
}

/** One anomaly that was put in. */
export interface Injection {
  readonly kind: AnomalyKind;
  /** First changed row, counting from 0, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The changed sensors, ascending, counting from 0. */
  readonly sensors: readonly number[];
  /** Strength in standard deviations of the sensor. */
  readonly strength: number;
}

/** A series with anomalies in it, and what they are. */
export interface InjectedSeries {
  /** A changed copy: same rows, columns and names. */
  readonly matrix: Matrix;
  /** 1 where an anomaly was put in. */
  readonly anomaly: Uint8Array;
  /** The kind of each row, or `none`. */
  readonly kind: readonly (AnomalyKind | "none")[];
  /** Ascending by row; none overlaps another. */
  readonly injections: readonly Injection[];
}

/**
 * Puts anomalies of known kinds into a series, so that a detector can be judged where no labels exist. The series itself
 * is not changed.
 *
 * | kind | what happens |
 * |---|---|
 * | `spike` | one row lies ± `strength` standard deviations off |
 * | `level-shift` | a stretch lies ± `strength` / 2 off |
 * | `drift` | a stretch runs away, up to ± `strength`, and is then back |
 * | `flat-line` | the sensor hangs at its last value |
 * | `noise` | noise of `strength` / 2 is added |
 * | `frequency` | the stretch runs twice as fast, or half as fast |
 * | `season-shift` | the stretch comes half a period late |
 * | `amplitude` | deviations from the stretch's mean are 1 + `strength` / 2 times as large, or as small |
 * | `missing-cycle` | one cycle does not happen: a straight line with the sensor's own flutter |
 * | `reversed` | the stretch runs backwards |
 * | `flipped` | the stretch is upside down |
 * | `swapped-sensors` | two sensors are wired as each other |
 *
 * Each anomaly lies at random in an equal share of the rows from `from` on and changes at most two fifths of it. Stretches
 * last half a period to three. Missing values stay missing, and do not count in means and deviations.
 *
 * @param series  rows × sensors, one series in order of time
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`, `PARAM_UNKNOWN`
 * @throws `ShapeError` `SHAPE_TOO_FEW_ROWS` when there are fewer than ten rows an anomaly
 * @throws `DataError` `DATA_FORMAT` when a kind would change nothing, such as a flat line in a constant sensor
 * @see https://doi.org/10.14778/3529337.3529354 Paparrizos et al.: TSB-UAD, an end-to-end benchmark suite for univariate time-series anomaly detection
 * @see https://openreview.net/forum?id=gOZ_pKANaPW Goswami et al.: Unsupervised model selection for time-series anomaly detection
 * @example
 * ```ts
 * import { matrix } from "@telltale/core";
 * import { injectAnomalies } from "@telltale/datasets";
 * const series = matrix(Float64Array.from({ length: 480 }, (_, t) => Math.abs((t % 24) - 12)), 480, 1);
 * const { injections } = injectAnomalies(series, { kinds: ["spike", "flat-line"], seed: 1 });
 * console.log(injections.map(({ kind }) => kind)); // [ 'spike', 'flat-line' ]
 * ```
 */
export function injectAnomalies(series: Matrix, options: InjectOptions = {}): InjectedSeries {
  const { kinds: asked, ...given } = options;
  const values = resolveParams(schema, given, "injected anomalies");
  const kinds = checkedKinds(asked, series);
  const count = values.count === "kinds" ? kinds.length : values.count;
  if (count > 0 && kinds.length === 0) {
    throw new ParamError("PARAM_RANGE", "kinds: expected at least one kind; found an empty list");
  }
  const { from, strength } = values;
  const sensors = sensorsOf(series);
  const period = values.period === "auto" ? findWindowLength(filled(sensors[0])) : values.period;
  const perAnomaly = Math.min(values.sensors, series.cols);
  const free = series.rows - from;
  if (count > 0 && free < count * ROWS_PER_ANOMALY) {
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `${count} anomalies need at least ${count * ROWS_PER_ANOMALY} rows; found ${Math.max(0, free)} from row ${from}`,
      { remedy: "Ask for fewer anomalies, or give a longer series" },
    );
  }

  const data = series.data.slice();
  const anomaly = new Uint8Array(series.rows);
  const kind: (AnomalyKind | "none")[] = new Array(series.rows).fill("none");
  const injections: Injection[] = [];
  const share = count === 0 ? free : Math.floor(free / count);
  for (let k = 0; k < count; k++) {
    const random = new Random(values.seed, k);
    const what = kinds[k % kinds.length] as AnomalyKind;
    const injection = place(what, from + k * share, share, period, strength, perAnomaly, sensors, random);
    for (const [sensor, changed] of injection.changes) {
      changed.forEach((value, i) => {
        const at = (injection.from + i) * series.cols + sensor;
        if (Number.isFinite(data[at])) data[at] = value;
      });
    }
    anomaly.fill(1, injection.from, injection.to);
    kind.fill(what, injection.from, injection.to);
    const hit = [...injection.changes.keys()].sort((a, b) => a - b);
    injections.push({
      kind: what,
      from: injection.from,
      to: injection.to,
      sensors: hit,
      strength: injection.strength,
    });
  }
  return { matrix: matrix(data, series.rows, series.cols, series.columns), anomaly, kind, injections };
}

interface Placed {
  readonly from: number;
  readonly to: number;
  readonly strength: number;
  /** Sensor → its values in the stretch. */
  readonly changes: ReadonlyMap<number, Float64Array>;
}

/** Looks for a place in the share where the kind changes something. */
function place(
  kind: AnomalyKind,
  start: number,
  share: number,
  period: number,
  strength: number,
  count: number,
  sensors: readonly Sensor[],
  random: Random,
): Placed {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const rows = rowsOf(kind, period, share, random);
    const from = start + 1 + random.below(Math.max(1, share - rows - 1));
    const strong = strength * (0.8 + 0.4 * random.uniform());
    const sign = random.uniform() < 0.5 ? -1 : 1;
    const chosen = someOf(sensors.length, kind === "swapped-sensors" ? 2 : count, random);
    const stretches = chosen.map((sensor): Stretch => {
      return { ...(sensors[sensor] as Sensor), from, to: from + rows, period, strength: strong, sign, random };
    });
    const changes = new Map(
      stretches.map((stretch, i): [number, Float64Array] => [
        chosen[i] as number,
        kind === "swapped-sensors" ? swapped(stretch, stretches[1 - i] as Stretch) : CHANGES[kind](stretch),
      ]),
    );
    const seen = stretches.every((stretch, i) => isChanged(stretch, changes.get(chosen[i] as number) as Float64Array));
    if (seen) return { from, to: from + rows, strength: strong, changes };
  }
  throw new DataError(
    "DATA_FORMAT",
    `${kind}: changed nothing at ${TRIES} places from row ${start} to ${start + share}; the sensors hardly move there`,
    { remedy: "Leave this kind out, or give a series that moves" },
  );
}

function rowsOf(kind: AnomalyKind, period: number, share: number, random: Random): number {
  if (kind === "spike") return 1;
  const [least, most] = PERIODS[kind];
  const rows = Math.round(period * (least + (most - least) * random.uniform()));
  return Math.max(2, Math.min(rows, Math.floor(share * LARGEST_SHARE)));
}

/** Whether a value that was there became another number that can be kept. */
function isChanged({ values, from }: Stretch, changed: Float64Array): boolean {
  let differs = false;
  for (let i = 0; i < changed.length; i++) {
    const before = values[from + i] as number;
    if (!Number.isFinite(before)) continue;
    // A stretch that reads from a gap has nothing to show there.
    if (!Number.isFinite(changed[i])) return false;
    if (changed[i] !== before) differs = true;
  }
  return differs;
}

/** `count` different numbers below `n`, in the order drawn. */
function someOf(n: number, count: number, random: Random): number[] {
  const all = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + random.below(n - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, count);
}

type Sensor = Pick<Stretch, "values" | "mean" | "spread">;

function sensorsOf({ data, rows, cols }: Matrix): Sensor[] {
  return Array.from({ length: cols }, (_, j) => {
    const values = Float64Array.from({ length: rows }, (__, i) => data[i * cols + j] as number);
    const there = values.filter(Number.isFinite);
    const mean = there.reduce((sum, value) => sum + value, 0) / Math.max(1, there.length);
    const square = there.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / Math.max(1, there.length);
    return { values, mean, spread: square > 0 ? Math.sqrt(square) : 1 };
  });
}

function filled(sensor: Sensor | undefined): Float64Array {
  const { values, mean } = sensor ?? { values: new Float64Array(0), mean: 0 };
  return values.map((value) => (Number.isFinite(value) ? value : mean));
}

function checkedKinds(asked: readonly AnomalyKind[] | undefined, series: Matrix): readonly AnomalyKind[] {
  if (asked === undefined) return ANOMALY_KINDS.filter((kind) => kind !== "swapped-sensors" || series.cols > 1);
  const unknown = asked.find((kind) => !ANOMALY_KINDS.includes(kind));
  if (unknown !== undefined) {
    throw new ParamError("PARAM_RANGE", `kinds: expected some of ${ANOMALY_KINDS.join(", ")}; found "${unknown}"`);
  }
  if (asked.includes("swapped-sensors") && series.cols < 2) {
    throw new ParamError("PARAM_RANGE", "kinds: swapped-sensors needs two sensors; the series has one");
  }
  return asked;
}
