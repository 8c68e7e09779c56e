/** What a sensor of the pump measures, which decides what it does when the pump wears, breaks and stands still. */
export type Quantity = "flow" | "pressure" | "power" | "vibration" | "temperature" | "level";

/** One sensor: what it measures, its reading at rated load, and how much of it is noise. */
export interface PumpSensor {
  readonly name: string;
  readonly quantity: Quantity;
  /** Reading at rated load. */
  readonly level: number;
  /** Part of the level that follows the load. */
  readonly gain: number;
  /** Standard deviation of the noise, as a part of the level. */
  readonly noise: number;
  readonly decimals: number;
}

const QUANTITIES: readonly Quantity[] = ["flow", "pressure", "power", "vibration", "temperature", "level"];

/** Levels of the sensors 00 … 51, of the sizes that such a plant shows. */
const LEVELS: readonly number[] = [
  2.4, 48, 51, 44, 590, 73, 13.5, 15.8, 15.2, 14.8, 38, 42, 29, 7, 377, 0, 416, 421, 2.3, 591, 360, 796, 459, 922, 556,
  649, 786, 501, 851, 576, 615, 863, 804, 486, 234, 427, 593, 61, 50, 36, 69, 35, 35, 44, 43, 43, 48, 51, 151, 57, 183,
  203,
];

/** What each sensor measures: neighbours sit on the same machine part. */
const PLACES: readonly (readonly [last: number, quantity: Quantity])[] = [
  [0, "flow"],
  [3, "vibration"],
  [4, "power"],
  [5, "level"],
  [9, "pressure"],
  [12, "flow"],
  [15, "pressure"],
  [23, "power"],
  [30, "flow"],
  [36, "pressure"],
  [42, "vibration"],
  [47, "temperature"],
  [51, "temperature"],
];

/** The empty sensor, and those that fail for long: `sensor_15`; `sensor_00`, `sensor_50`, `sensor_51`. */
export const EMPTY_SENSOR = 15;

/** Sensor → parts of the record that are missing in one piece, from … to. */
export const LONG_GAPS: ReadonlyMap<number, readonly (readonly [number, number])[]> = new Map([
  [0, [[0.52, 0.5663]]],
  [50, [[0.6504, 1]]],
  [51, [[0.5, 0.5698]]],
]);

/** The 52 sensors. */
export const SENSORS: readonly PumpSensor[] = LEVELS.map((level, k) => {
  const quantity = PLACES.find(([last]) => k <= last)?.[1] ?? "level";
  const kind = QUANTITIES.indexOf(quantity);
  return {
    name: `sensor_${String(k).padStart(2, "0")}`,
    quantity,
    level,
    // Not two sensors alike, and none drawn at random: the plant is the same for every seed.
    gain: (quantity === "temperature" ? 0.12 : 0.35) * (0.7 + 0.6 * fraction(k, 7)) * (kind === 5 ? 0.3 : 1),
    noise: 0.008 + 0.02 * fraction(k, 11),
    decimals: level < 100 ? 5 : 4,
  };
});

/** Spreads the sensors over 0 … 1. */
function fraction(k: number, step: number): number {
  return ((k * step) % 13) / 12;
}
