import { type Matrix, matrix, ParamError, Random } from "@telltale/core";

/** The arguments of PyOD's `generate_data`, by the same names in camel case and with the same defaults. */
export interface GenerateDataOptions {
  /** Rows to learn from. Default 1000. */
  readonly nTrain?: number;
  /** Rows to test on. Default 500. */
  readonly nTest?: number;
  /** Default 2. */
  readonly nFeatures?: number;
  /** Share of outliers in each part, 0 to 0.5; their number is rounded down. Default 0.1. */
  readonly contamination?: number;
  /** Only the rows to learn from. Default false. */
  readonly trainOnly?: boolean;
  /** At least 1: normal rows lie around a whole number below it, outliers in a box that reaches as far. Default 10. */
  readonly offset?: number;
  /** `new` gives rows first, then labels; `old` gives each part's rows with its labels. Default `new`. */
  readonly behaviour?: "new" | "old";
  /** A seed; or a generator, whose numbers are used up; or null for other data each time. Default null. */
  readonly randomState?: number | Random | null;
}

/** What `behaviour: "new"` gives: rows first, then labels. */
export type GeneratedData = [xTrain: Matrix, xTest: Matrix, yTrain: Uint8Array, yTest: Uint8Array];
/** What `behaviour: "old"` gives: each part's rows with its labels. */
export type GeneratedDataOldOrder = [xTrain: Matrix, yTrain: Uint8Array, xTest: Matrix, yTest: Uint8Array];
/** What `trainOnly` gives. */
export type GeneratedTrainingData = [xTrain: Matrix, yTrain: Uint8Array];

/**
 * Normal rows from a spherical Gaussian and outliers from a uniform box around the origin, as PyOD's `generate_data` makes them: the
 * same distributions and the same meaning of every argument, from this project's own generator, so other numbers for the same seed.
 *
 * Once for both parts a centre c is drawn, a whole number from 1 up to but without `offset` (1 for an offset of 1; anything from 1 to
 * the offset when that is between 1 and 2), and a spread s between 0.001 and 1.001. Normal rows are c + s · N(0, 1) in every
 * column, outliers uniform between −c and c. Normal rows stand first; labels are 1 for outliers. PyOD's rows of NaN and of
 * infinity, which have no label, are left out.
 *
 * @throws ParamError `PARAM_RANGE`
 * @see Zhao, Nasrullah, Li (2019), "PyOD: a Python toolbox for scalable outlier detection", JMLR 20(96), 1–7
 * @example
 * ```ts
 * import { generateData } from "@telltale/datasets";
 * const [xTrain, xTest, yTrain, yTest] = generateData({ nTrain: 200, nTest: 100, nFeatures: 3, randomState: 42 });
 * console.log(xTrain.rows, xTest.rows, xTrain.cols); // 200 100 3
 * console.log(yTrain.filter((label) => label === 1).length, yTest.filter((label) => label === 1).length); // 20 10
 * ```
 */
export function generateData(options: GenerateDataOptions & { readonly trainOnly: true }): GeneratedTrainingData;
export function generateData(
  options: GenerateDataOptions & { readonly behaviour: "old"; readonly trainOnly?: false },
): GeneratedDataOldOrder;
export function generateData(
  options?: GenerateDataOptions & { readonly behaviour?: "new"; readonly trainOnly?: false },
): GeneratedData;
export function generateData(
  options: GenerateDataOptions = {},
): GeneratedData | GeneratedDataOldOrder | GeneratedTrainingData {
  const { nTrain = 1000, nTest = 500, nFeatures = 2, contamination = 0.1, offset = 10 } = options;
  const { trainOnly = false, behaviour = "new", randomState = null } = options;
  checkCount("nTrain", nTrain, 1);
  checkCount("nTest", nTest, 0);
  checkCount("nFeatures", nFeatures, 1);
  check("contamination", contamination >= 0 && contamination <= 0.5, "a share from 0 to 0.5", contamination);
  check("offset", offset >= 1 && offset < 2 ** 53, "a number ≥ 1", offset);
  check("behaviour", behaviour === "new" || behaviour === "old", "new or old", behaviour);
  const random = randomOf(randomState);
  const centre = centreOf(offset, random);
  const spread = random.uniform() + 0.001;
  const part = (rows: number) => partOf(rows, Math.floor(rows * contamination), nFeatures, centre, spread, random);
  const [xTrain, yTrain] = part(nTrain);
  if (trainOnly) return [xTrain, yTrain];
  const [xTest, yTest] = part(nTest);
  return behaviour === "old" ? [xTrain, yTrain, xTest, yTest] : [xTrain, xTest, yTrain, yTest];
}

function randomOf(state: number | Random | null): Random {
  if (state instanceof Random) return state;
  // Other data each time is what null asks for: the one place where nothing is to be repeatable.
  return new Random(state ?? Math.floor(Math.random() * 2 ** 53));
}

/** A whole number below the offset, drawn again without 0 when it was 0: a box of no size would be a single point. */
function centreOf(offset: number, random: Random): number {
  const bound = Math.floor(offset);
  const drawn = random.below(bound);
  if (drawn > 0) return drawn;
  if (offset === 1) return 1;
  return offset >= 2 ? 1 + random.below(bound - 1) : 1 + (offset - 1) * random.uniform();
}

function partOf(
  rows: number,
  outliers: number,
  cols: number,
  centre: number,
  spread: number,
  random: Random,
): [Matrix, Uint8Array] {
  const data = new Float64Array(rows * cols);
  const normal = (rows - outliers) * cols;
  for (let i = 0; i < normal; i++) data[i] = spread * random.normal() + centre;
  for (let i = normal; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * centre;
  return [matrix(data, rows, cols), new Uint8Array(rows).fill(1, rows - outliers)];
}

function checkCount(name: string, value: number, least: number): void {
  check(name, Number.isSafeInteger(value) && value >= least, `a whole number ≥ ${least}`, value);
}

function check(name: string, right: boolean, expected: string, found: unknown): void {
  if (!right) throw new ParamError("PARAM_RANGE", `${name}: expected ${expected}; found ${String(found)}`);
}
