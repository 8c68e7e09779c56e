import { int, type Matrix, matrix, type ParamSchema, Random, resolveParams } from "@telltale/core";
import { rounded } from "../exact/decimals.js";
import { checkedStart } from "../exact/start.js";
import { type Episode, FAULTS, type Fault, levelsAt, placeEpisodes } from "./faults.js";
import { Rig } from "./rig.js";

/**
 * The eight sensors, named as in the Skoltech Anomaly Benchmark: two accelerometers (g), motor current (A), pressure behind
 * the pump (bar), temperature of the motor (°C), of the water (°C), voltage (V), flow (l/min).
 */
export const PUMP_RIG_COLUMNS = [
  "Accelerometer1RMS",
  "Accelerometer2RMS",
  "Current",
  "Pressure",
  "Temperature",
  "Thermocouple",
  "Voltage",
  "Volume Flow RateRMS",
] as const;

/** Decimals that each sensor gives. */
const DECIMALS = [6, 6, 5, 6, 4, 4, 3, 4] as const;

const START = Date.UTC(2020, 2, 1);
/** Seconds the rig ran unrecorded, so that the first row is in the steady state. */
const RUN_IN = 600;
/** One reading in so many is lost, so that the next one comes two to four seconds later. */
const GAP_EVERY = 250;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  rows: int({ default: 4000, min: 1, max: 10_000_000, doc: "Rows to record." }),
} satisfies ParamSchema;

export interface PumpRigOptions {
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Rows to record, about one a second. Default 4000. */
  readonly rows?: number;
  /** Faults that happen, in this order; `[]` is a healthy rig. Default: each of {@link FAULTS} once. */
  readonly faults?: readonly Fault[];
  /** Time of the first row, in milliseconds since 1970 UTC. Default 2020-03-01. */
  readonly start?: number;
}

/** A recorded run of the rig. */
export interface PumpRig {
  /** rows × 8, columns {@link PUMP_RIG_COLUMNS}. */
  readonly matrix: Matrix;
  /** Milliseconds since 1970 UTC, increasing, mostly a second apart. */
  readonly time: Float64Array;
  /** 1 while a fault is there. */
  readonly anomaly: Uint8Array;
  /** 1 where a fault begins and at the first row after it. */
  readonly changepoint: Uint8Array;
  /** The fault of each row, or `none`. */
  readonly fault: readonly (Fault | "none")[];
  readonly episodes: readonly Episode[];
}

/**
 * Simulates a pump rig with eight sensors, loads that change, and labelled faults.
 *
 * - `valve`: a valve behind the pump closes: flow falls, pressure rises, the motor warms up for want of cooling
 * - `leak`: water leaves before the flow meter: flow and pressure fall
 * - `cavitation`: bubbles collapse: bursts in both accelerometers, flow falls and flutters
 * - `imbalance`: the rotor is out of balance: both accelerometers rise, the current rises a little
 *
 * Half of the faults set in at once, the others over a tenth to three tenths of their duration. Values are rounded to the
 * decimals that such sensors give, so a file holds them exactly.
 *
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { pumpRig } from "@telltale/datasets";
 * const rig = pumpRig({ seed: 7, rows: 1000, faults: ["leak"] });
 * console.log(rig.matrix.rows, rig.matrix.cols, rig.episodes[0]?.fault); // 1000 8 leak
 * ```
 */
export function pumpRig(options: PumpRigOptions = {}): PumpRig {
  const { faults = FAULTS, start, ...given } = options;
  const { seed, rows } = resolveParams(schema, given, "pump rig");
  const first = checkedStart(start, START);
  const episodes = placeEpisodes(faults, rows, new Random(seed, 1));
  const rig = new Rig(new Random(seed, 0));
  const clock = new Random(seed, 2);

  const cols = PUMP_RIG_COLUMNS.length;
  const data = new Float64Array(rows * cols);
  const time = new Float64Array(rows);
  const anomaly = new Uint8Array(rows);
  const changepoint = new Uint8Array(rows);
  const fault: (Fault | "none")[] = new Array(rows).fill("none");
  for (const episode of episodes) {
    anomaly.fill(1, episode.from, episode.to);
    fault.fill(episode.fault, episode.from, episode.to);
    changepoint[episode.from] = 1;
    if (episode.to < rows) changepoint[episode.to] = 1;
  }

  const levels = { valve: 0, leak: 0, cavitation: 0, imbalance: 0 };
  const unrecorded = new Float64Array(cols);
  for (let i = 0; i < RUN_IN; i++) rig.step(levels, unrecorded, 0);
  let now = first;
  for (let i = 0; i < rows; i++) {
    levelsAt(episodes, i, levels);
    rig.step(levels, data, i * cols);
    for (let j = 0; j < cols; j++) data[i * cols + j] = rounded(data[i * cols + j] as number, DECIMALS[j] as number);
    time[i] = now;
    now += 1000 * (clock.below(GAP_EVERY) === 0 ? 2 + clock.below(3) : 1);
  }
  return { matrix: matrix(data, rows, cols, PUMP_RIG_COLUMNS), time, anomaly, changepoint, fault, episodes };
}
