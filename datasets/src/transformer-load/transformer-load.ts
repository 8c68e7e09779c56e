import { int, type Matrix, matrix, type ParamSchema, Random, resolveParams } from "@telltale/core";
import { rounded } from "../exact/decimals.js";
import { checkedStart } from "../exact/start.js";
import { wave } from "../exact/wave.js";
import { csvText, matrixColumns, timeColumn } from "../text/csv-text.js";

/**
 * Loads of a transformer, named as in the ETT data: high, middle and low voltage side (H, M, L), each useful (U) and useless
 * (U, L: `HUFL`, `HULL`) load, and the oil temperature (`OT`, °C).
 */
export const TRANSFORMER_COLUMNS = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"] as const;

const START = Date.UTC(2020, 6, 1);
const HOUR = 3_600_000;
const HOURS_A_YEAR = 8766;
const DECIMALS = 3;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  rows: int({ default: 17_420, min: 1, max: 10_000_000, doc: "Hours to record." }),
} satisfies ParamSchema;

export interface TransformerLoadOptions {
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Hours to record. Default 17,420: about two years. */
  readonly rows?: number;
  /** Time of the first row, in milliseconds since 1970 UTC. Default 2020-07-01, a Wednesday. */
  readonly start?: number;
}

/** The loads of a transformer, hour by hour. There are no labels, as there are none in the ETT data. */
export interface TransformerLoad {
  /** rows × 7, columns {@link TRANSFORMER_COLUMNS}. */
  readonly matrix: Matrix;
  /** Milliseconds since 1970 UTC, an hour apart. */
  readonly time: Float64Array;
}

/**
 * Simulates the hourly loads and the oil temperature of an electricity transformer: a daily cycle with two peaks, quieter
 * weekends, a yearly cycle, spells of warm and cold weather, and an oil temperature that follows the weather and, hours
 * later, the load. To put labelled anomalies in, see {@link injectAnomalies}.
 *
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { transformerLoad } from "@telltale/datasets";
 * const { matrix } = transformerLoad({ seed: 1, rows: 48 });
 * console.log(matrix.rows, matrix.columns?.[2]); // 48 MUFL
 * ```
 */
export function transformerLoad(options: TransformerLoadOptions = {}): TransformerLoad {
  const { start, ...given } = options;
  const { seed, rows } = resolveParams(schema, given, "transformer load");
  const first = checkedStart(start, START);
  const random = new Random(seed);
  const cols = TRANSFORMER_COLUMNS.length;
  const data = new Float64Array(rows * cols);
  const time = Float64Array.from({ length: rows }, (_, i) => first + i * HOUR);
  const hourOfWeek = (((first / HOUR) % 168) + 168 + 72) % 168; // 1970-01-01 was a Thursday: Monday is 0

  let weather = 0;
  let industry = 0;
  let homes = 0;
  let compensation = 0;
  let oil = 24;
  for (let i = 0; i < rows; i++) {
    const hour = hourOfWeek + i;
    const weekend = hour % 168 >= 120 ? 1 : 0;
    weather += -weather / 60 + 0.55 * random.normal();
    industry += -industry / 10 + 0.9 * random.normal();
    homes += -homes / 8 + 0.8 * random.normal();
    compensation += -compensation / 30 + 0.35 * random.normal();
    const season = wave(i / HOURS_A_YEAR + 0.25); // +1 in the height of summer, when the record begins
    const outside = 15 + 12 * season + 4 * wave((hour - 9) / 24) + weather;
    const cooling = Math.max(0, outside - 24);
    const day = wave((hour - 8) / 24) + 0.6 * wave((hour - 2) / 12);

    const middle = 43 + 5 * day * (1 - 0.3 * weekend) + 0.8 * cooling + 7 * wave(i / HOURS_A_YEAR + 0.6) + 1.6 * homes;
    const low = -3.4 + 4 * wave(i / HOURS_A_YEAR + 0.1) + 0.8 * day + 0.5 * homes + 0.4 * industry;
    const high = 12 + 0.35 * middle + 0.9 * low + 9 * (1 - 0.45 * weekend) * (1 + 0.4 * day) + 2.2 * industry;
    const lag = 4.5 + 1.2 * season + compensation;
    // Losses heat the oil with the square of the load; it follows with a time constant of six hours.
    oil += (outside + 5 + 0.0065 * high * high - oil) / 6 + 0.25 * random.normal();

    const row = [
      high + 0.8 * random.normal(),
      0.13 * high + lag + 1.3 * (day > 0 ? day : 0) + 0.5 * random.normal(),
      middle + 0.6 * random.normal(),
      0.07 * middle + lag + day + 0.4 * random.normal(),
      low + 0.25 * random.normal(),
      -2.1 + 0.25 * low + 0.4 * compensation + 0.2 * random.normal(),
      oil,
    ];
    for (let j = 0; j < cols; j++) data[i * cols + j] = rounded(row[j] as number, DECIMALS);
  }
  return { matrix: matrix(data, rows, cols, TRANSFORMER_COLUMNS), time };
}

/** The loads as the text of a CSV file, a piece at a time: `date`, then the seven columns, with commas. */
export function transformerLoadText({ matrix: { data, rows, cols }, time }: TransformerLoad): Iterable<string> {
  const columns = [timeColumn("date", time), ...matrixColumns(data, cols, TRANSFORMER_COLUMNS)];
  return csvText(columns, 0, rows, { delimiter: ",", lineEnd: "\n" });
}
