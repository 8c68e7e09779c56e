import { exp2, Random } from "@telltale/core";

/** Rows to score, and which of them were planted as anomalies. */
export interface PlantedData {
  /** Row-major, rows × cols. */
  readonly x: Float64Array;
  /** 1 for a planted anomaly, 0 for any other row. */
  readonly labels: Uint8Array;
}

/** Fraction of the rows that are planted anomalies. */
export const PLANTED = 0.01;

export type Distribution = "gaussian" | "heavy-tailed";

/** Draws one value of a column, centred at zero where the distribution has a centre. */
type Draw = (random: Random) => number;

const gaussian: Draw = (random) => random.normal();

/** Student's t with three degrees of freedom: mean and variance exist, the kurtosis does not. */
const studentT: Draw = (random) => {
  const [z, a, b, c] = [random.normal(), random.normal(), random.normal(), random.normal()];
  return z / Math.sqrt((a * a + b * b + c * c) / 3);
};

/** exp(2 z): nine tenths lie below 13, one in a million above 13,000. */
const logNormal: Draw = (random) => exp2((2 / Math.LN2) * random.normal());

/** The ratio of two normals: not even a mean. */
const cauchy: Draw = (random) => random.normal() / random.normal();

const COLUMNS: Readonly<Record<Distribution, readonly Draw[]>> = {
  gaussian: [gaussian],
  "heavy-tailed": [studentT, logNormal, cauchy],
};

/** How many times further out an anomaly lies; chosen so that no detector gets all of them right. */
const SPREAD: Readonly<Record<Distribution, number>> = { gaussian: 1.6, "heavy-tailed": 4 };

/**
 * Independent columns with planted anomalies: rows whose values are all spread wider. `heavy-tailed` takes Student's t,
 * log-normal and Cauchy columns in turn. Same arguments, same values.
 */
export function plantedData(distribution: Distribution, rows: number, cols: number, seed: number): PlantedData {
  const random = new Random(seed);
  const draws = COLUMNS[distribution];
  const spread = SPREAD[distribution];
  const x = new Float64Array(rows * cols);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const planted = random.uniform() < PLANTED;
    if (planted) labels[i] = 1;
    for (let j = 0; j < cols; j++) {
      const value = (draws[j % draws.length] as Draw)(random);
      x[i * cols + j] = planted ? value * spread : value;
    }
  }
  return { x, labels };
}
