import { int, intOr, type Matrix, matrix, type ParamSchema, Random, resolveParams } from "@telltale/core";
import { rounded } from "../exact/decimals.js";
import { checkedStart } from "../exact/start.js";
import { wave } from "../exact/wave.js";
import { type Health, healthAt, type PumpFailure, placeFailures, usualFailures } from "./failures.js";
import { EMPTY_SENSOR, LONG_GAPS, type PumpSensor, SENSORS } from "./sensors.js";

/** The sensors of the pump: `sensor_00` … `sensor_51`. */
export const WATER_PUMP_COLUMNS: readonly string[] = SENSORS.map(({ name }) => name);

/** What the record says of a row: the pump runs, has just broken down, or is being brought back. */
export const MACHINE_STATUS = ["NORMAL", "BROKEN", "RECOVERING"] as const;
export type MachineStatus = (typeof MACHINE_STATUS)[number];

const START = Date.UTC(2018, 3, 1);
const MINUTE = 60_000;
const MINUTES_A_DAY = 1440;
/** All sensors fall silent for some minutes once in so many rows, each alone once in so many. */
const OUTAGE_EVERY = 8000;
const DROPOUT_EVERY = 4000;
const LONGEST_SILENCE = 20;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  rows: int({ default: 22_032, min: 1, max: 10_000_000, doc: "Minutes to record; the public record has 220,320." }),
  failures: intOr("usual", {
    default: "usual",
    min: 0,
    doc: "Breakdowns; `usual` is as often as in the public record.",
  }),
} satisfies ParamSchema;

export interface WaterPumpOptions {
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Minutes to record. Default 22,032, a tenth of the public record. */
  readonly rows?: number;
  /** Breakdowns. Default: as often as in the public record, three at least where they fit. */
  readonly failures?: number | "usual";
  /** Time of the first row, in milliseconds since 1970 UTC. Default 2018-04-01. */
  readonly start?: number;
}

/** A recorded run of the pump. */
export interface WaterPump {
  /** rows × 52, columns {@link WATER_PUMP_COLUMNS}; NaN where a reading is missing. */
  readonly matrix: Matrix;
  /** Milliseconds since 1970 UTC, a minute apart. */
  readonly time: Float64Array;
  readonly status: readonly MachineStatus[];
  /** 1 where the status is not NORMAL. */
  readonly anomaly: Uint8Array;
  readonly failures: readonly PumpFailure[];
}

/**
 * Simulates a water pump with 52 sensors that breaks down now and then, in the columns of the pump record published on
 * Kaggle: `sensor_15` is empty, `sensor_50` is silent for the last third, `sensor_00` and `sensor_51` for some weeks, and all
 * have short gaps. A breakdown is announced: for hours before the one BROKEN row a bearing, a seal or a clogged pipe shows in
 * vibration, temperature, flow or pressure, while the status is still NORMAL. Then the pump stands still and is RECOVERING.
 *
 * The readings are made up; only names, sizes and gaps are those of the public record.
 *
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { waterPump } from "@telltale/datasets";
 * const pump = waterPump({ seed: 1, rows: 3000, failures: 2 });
 * console.log(pump.matrix.cols, pump.failures.length, pump.status[0]); // 52 2 NORMAL
 * ```
 */
export function waterPump(options: WaterPumpOptions = {}): WaterPump {
  const { start, ...given } = options;
  const { seed, rows, failures: asked } = resolveParams(schema, given, "water pump");
  const first = checkedStart(start, START);
  const failures = placeFailures(asked === "usual" ? usualFailures(rows) : asked, rows, new Random(seed, 1));
  const cols = SENSORS.length;
  const data = new Float64Array(rows * cols);
  const plant = new Plant(new Random(seed, 0));
  const status: MachineStatus[] = new Array(rows).fill("NORMAL");
  const anomaly = new Uint8Array(rows);
  for (const { broken, recovered } of failures) {
    status[broken] = "BROKEN";
    status.fill("RECOVERING", broken + 1, recovered);
    anomaly.fill(1, broken, recovered);
  }
  let next = 0;
  for (let i = 0; i < rows; i++) {
    if (i >= (failures[next]?.recovered ?? Number.POSITIVE_INFINITY)) next++;
    plant.step(i, healthAt(failures[next], i), data.subarray(i * cols, (i + 1) * cols));
  }
  leaveGaps(data, rows, new Random(seed, 2));
  const time = Float64Array.from({ length: rows }, (_, i) => first + i * MINUTE);
  return { matrix: matrix(data, rows, cols, WATER_PUMP_COLUMNS), time, status, anomaly, failures };
}

/** The plant from minute to minute: demand, weather, and the readings with their own inertia. */
class Plant {
  readonly #random: Random;
  readonly #state = new Float64Array(SENSORS.length).fill(Number.NaN);
  readonly #wander = new Float64Array(SENSORS.length);
  #demand = 0;
  #room = 0;
  #shift = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  step(minute: number, health: Health, out: Float64Array): void {
    const random = this.#random;
    this.#demand += -this.#demand / 90 + 0.012 * random.normal();
    this.#room += -this.#room / 2000 + 0.004 * random.normal();
    // Now and then another number of pumps shares the work.
    if (random.uniform() < 1 / 3000) this.#shift = 0.15 * (random.below(3) - 1);
    const day = minute / MINUTES_A_DAY;
    const load = Math.max(0.2, 1 + 0.12 * wave(day - 0.3) + this.#demand + this.#shift);
    const warmth = this.#room + 0.03 * wave(day - 0.4);
    SENSORS.forEach((sensor, k) => {
      const target = aim(sensor, load, warmth, health);
      const before = this.#state[k] as number;
      // Temperatures follow within the hour, everything else within minutes.
      const inertia = sensor.quantity === "temperature" ? 40 : 4;
      const now = Number.isNaN(before) ? target : before + (target - before) / inertia;
      this.#state[k] = now;
      const wander = (this.#wander[k] as number) * (1 - 1 / 400) + 0.0012 * random.normal();
      this.#wander[k] = wander;
      const shaking = sensor.quantity === "vibration" && health.kind === "bearing" ? 1 + 5 * health.wear : 1;
      const value = sensor.level * (now + wander + sensor.noise * shaking * random.normal());
      out[k] = rounded(Math.max(0, value), sensor.decimals);
    });
  }
}

/** Where a reading tends to, as a part of the sensor's level. */
function aim({ quantity, gain }: PumpSensor, load: number, warmth: number, { wear, kind, speed }: Health): number {
  const running = 1 + gain * (load - 1);
  switch (quantity) {
    case "flow":
      return running * speed * (1 - (kind === "clogging" ? 0.35 : kind === "seal" ? 0.2 : 0.04) * wear);
    case "pressure":
      return running * (0.2 + 0.8 * speed) * (1 + (kind === "clogging" ? 0.3 : kind === "seal" ? -0.25 : 0) * wear);
    case "power":
      return (
        running * (0.05 + 0.95 * speed) * (1 + (kind === "bearing" ? 0.18 : kind === "clogging" ? 0.1 : -0.06) * wear)
      );
    case "vibration":
      return running * (0.3 + 0.7 * speed) * (1 + (kind === "bearing" ? 0.45 : 0.12) * wear);
    case "temperature":
      return (
        (running + warmth) *
        (0.55 + 0.45 * speed) *
        (1 + (kind === "bearing" ? 0.3 : kind === "seal" ? 0.15 : 0.08) * wear)
      );
    case "level":
      return running * (1 + 0.05 * warmth) * (kind === "clogging" ? 1 + 0.2 * wear : 1);
  }
}

/** Takes away what the sensors did not send. */
function leaveGaps(data: Float64Array, rows: number, random: Random): void {
  const cols = SENSORS.length;
  for (let i = 0; i < rows; i++) {
    if (random.below(OUTAGE_EVERY) === 0) silence(1 + random.below(LONGEST_SILENCE), i, 0, cols);
    for (let k = 0; k < cols; k++) {
      if (random.below(DROPOUT_EVERY) === 0) silence(1 + random.below(LONGEST_SILENCE), i, k, k + 1);
    }
  }
  for (const [sensor, gaps] of LONG_GAPS) {
    for (const [from, to] of gaps) {
      const begin = Math.floor(from * rows);
      silence(Math.floor(to * rows) - begin, begin, sensor, sensor + 1);
    }
  }
  silence(rows, 0, EMPTY_SENSOR, EMPTY_SENSOR + 1);

  function silence(length: number, from: number, firstSensor: number, end: number): void {
    for (let i = from; i < Math.min(rows, from + length); i++) {
      data.fill(Number.NaN, i * cols + firstSensor, i * cols + end);
    }
  }
}
