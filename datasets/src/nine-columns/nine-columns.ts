import { int, type Matrix, matrix, number, type ParamSchema, Random, resolveParams } from "@telltale/core";
import { rounded } from "../exact/decimals.js";
import { wave } from "../exact/wave.js";
import { csvText, matrixColumns } from "../text/csv-text.js";

/** The nine inputs. */
export const NINE_COLUMNS = ["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"] as const;

/** Ways in which a row can be anomalous. */
export const ODD_ROWS = ["broken-relation", "extreme", "cluster"] as const;
export type OddRow = (typeof ODD_ROWS)[number];

const NOISE = 0.05;
const DECIMALS = 5;

const schema = {
  seed: int({ default: 0, min: 0, doc: "Seed of the random numbers: same seed, same bytes." }),
  rows: int({ default: 5000, min: 1, max: 10_000_000, doc: "Rows of the table." }),
  rate: number({ default: 0.02, min: 0, max: 1, doc: "Part of the rows that is anomalous." }),
} satisfies ParamSchema;

export interface NineColumnsOptions {
  /** Same seed, same bytes, on every machine. Default 0. */
  readonly seed?: number;
  /** Rows of the table. Default 5000. */
  readonly rows?: number;
  /** Part of the rows that is anomalous. Default 0.02. */
  readonly rate?: number;
}

/** A labelled table. */
export interface NineColumnsTable {
  /** rows × 9, columns {@link NINE_COLUMNS}. */
  readonly matrix: Matrix;
  /** 1 where the row is anomalous. */
  readonly response: Uint8Array;
  /** How each row is odd, or `none`. */
  readonly kind: readonly (OddRow | "none")[];
}

/**
 * A table of nine inputs and a response that is 1 for anomalous rows. Normal rows lie on a curved surface of two hidden
 * quantities, so that two encoded variables are enough to rebuild them. Anomalous rows, a third each:
 *
 * - `broken-relation`: every value is usual, but four of them come from another row
 * - `extreme`: the hidden quantities lie far outside their range
 * - `cluster`: a small dense group beside the surface
 *
 * @throws `ParamError` `PARAM_RANGE`, `PARAM_TYPE`
 * @example
 * ```ts
 * import { nineColumns } from "@telltale/datasets";
 * const { matrix, response } = nineColumns({ seed: 1, rows: 1000 });
 * console.log(matrix.cols, response.reduce((sum, one) => sum + one, 0)); // 9 20
 * ```
 */
export function nineColumns(options: NineColumnsOptions = {}): NineColumnsTable {
  const { seed, rows, rate } = resolveParams(schema, { ...options }, "nine columns");
  const random = new Random(seed);
  const cols = NINE_COLUMNS.length;
  const data = new Float64Array(rows * cols);
  const response = new Uint8Array(rows);
  const kind: (OddRow | "none")[] = new Array(rows).fill("none");
  const odd = oddRows(rows, Math.round(rate * rows), new Random(seed, 1));
  odd.forEach((row, k) => {
    response[row] = 1;
    kind[row] = ODD_ROWS[k % ODD_ROWS.length] as OddRow;
  });
  for (let i = 0; i < rows; i++) {
    const u = random.normal();
    const v = random.normal();
    const values = readings(u, v);
    if (kind[i] === "broken-relation") {
      // The other row lies across the surface, so that the values cannot belong together.
      const other = readings(-u + Math.sign(-u) * 0.8, -v + Math.sign(-v) * 0.8);
      for (const j of [0, 3, 4, 7]) values[j] = other[j] as number;
    } else if (kind[i] === "extreme") {
      const far = (3.5 + random.uniform()) / Math.sqrt(u * u + v * v + 0.01);
      values.set(readings(u * far, v * far));
    } else if (kind[i] === "cluster") {
      values.set(readings(1.2 + 0.1 * u, -1.2 + 0.1 * v));
      values[2] = (values[2] as number) + 1.5;
      values[5] = (values[5] as number) - 1.5;
    }
    for (let j = 0; j < cols; j++) {
      data[i * cols + j] = rounded((values[j] as number) + NOISE * random.normal(), DECIMALS);
    }
  }
  return { matrix: matrix(data, rows, cols, NINE_COLUMNS), response, kind };
}

/** The point of the surface that two hidden quantities belong to. */
function readings(u: number, v: number): Float64Array {
  const bend = u / (1 + Math.abs(u));
  return Float64Array.of(
    u,
    v,
    0.6 * u + 0.8 * v,
    0.5 * u * u - 0.5,
    u * v * 0.6,
    2 * bend - 0.5 * v,
    0.4 * v * v - 0.3 * u,
    wave(u / 8) + 0.4 * v,
    Math.sqrt(1 + u * u + v * v) - 1.5,
  );
}

/** `count` different rows, in the order drawn. */
function oddRows(rows: number, count: number, random: Random): number[] {
  const chosen = new Set<number>();
  // Robert Floyd's way to draw without replacement: no list of all rows.
  for (let j = rows - count; j < rows; j++) {
    const row = random.below(j + 1);
    chosen.add(chosen.has(row) ? j : row);
  }
  return [...chosen];
}

/** The table as the text of a CSV file, a piece at a time: the nine inputs, then `response`, with commas. */
export function nineColumnsText({ matrix: { data, rows, cols }, response }: NineColumnsTable): Iterable<string> {
  const columns = [...matrixColumns(data, cols, NINE_COLUMNS), { name: "response", cell: (i: number) => response[i] }];
  return csvText(columns, 0, rows, { delimiter: ",", lineEnd: "\n" });
}
