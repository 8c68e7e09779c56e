import type { Detector, DetectorFactory, FitOptions, FittedDetector } from "../detectors/detector.js";
import type { Control, Kernels } from "../kernels/kernels.js";
import { type Matrix, matrix } from "../matrix.js";
import { Random } from "../random.js";

const NAMES = ["Pressure", "Temperature", "Current", "Voltage"];

/** A detector under test with the kernels it runs on, and data for it. */
export class Subject {
  readonly factory: DetectorFactory;
  readonly kernels: Kernels;

  constructor(factory: DetectorFactory, kernels: Kernels) {
    this.factory = factory;
    this.kernels = kernels;
  }

  /** Unfitted, with default parameters but for those given, and a small seed where there is one. */
  create(params: Readonly<Record<string, unknown>> = {}): Detector {
    return this.factory({ ...(this.has("seed") ? { seed: 7 } : {}), ...this.#cheapParts(), ...params } as never);
  }

  /** A detector made of many others, or of many trees, is looked at with a few that are quick: the cases are many. */
  #cheapParts(): Readonly<Record<string, unknown>> {
    if (this.has("base") && this.has("estimators")) return { base: "mad", estimators: 3 };
    if (this.has("mode")) return { mode: "fast" };
    return this.has("trees") && this.has("candidates") ? { trees: 24 } : {};
  }

  has(param: string): boolean {
    return Object.hasOwn(this.factory.spec.params, param);
  }

  /** Options for a fit on `rows` rows: labels for a detector that learns from them. */
  fitOptions(rows: number): FitOptions {
    const { supervised = false } = this.factory.spec.traits;
    return {
      kernels: this.kernels,
      ...(supervised ? { labels: Uint8Array.from({ length: rows }, (_, i) => (i % 10 === 1 ? 1 : 0)) } : {}),
    };
  }

  fit(x: Matrix, params: Readonly<Record<string, unknown>> = {}): FittedDetector {
    return this.create(params).fitSync(x, this.fitOptions(x.rows));
  }

  /** Fitted with all the parts that it has by default, as users get it; where `fit` may take a few of them. */
  fitWhole(x: Matrix): FittedDetector {
    const parts = this.has("base") ? this.#cheapParts() : {};
    const seed = this.has("seed") ? { seed: 7 } : {};
    return this.factory({ ...seed, ...parts } as never).fitSync(x, this.fitOptions(x.rows));
  }

  fitSoon(x: Matrix, control: Control): Promise<FittedDetector> {
    return this.create().fit(x, { ...this.fitOptions(x.rows), ...control });
  }

  score(model: FittedDetector, x: Matrix, threads = 0): Float64Array {
    return model.scoreSync(x, { kernels: this.kernels, threads });
  }

  /**
   * Enough rows to fit on, named columns: normal values of different spreads for a detector of tables, oscillations of
   * different periods with little noise for one of series.
   */
  rows(count = Math.max(300, this.factory.spec.leastRows), cols = 3, seed = 11): Matrix {
    const random = new Random(seed);
    const data = new Float64Array(count * cols);
    const series = this.factory.spec.input === "series";
    for (let i = 0; i < data.length; i++) {
      const j = i % cols;
      const noise = random.normal() * (1 + j);
      data[i] = 5 + (series ? 0.1 * noise + (1 + j) * wave((i - j) / cols, 20 + 5 * j) : noise);
    }
    return matrix(data, count, cols, NAMES.slice(0, cols));
  }

  /** So many rows that a call takes a while; fewer where windows, or pairs of rows, make each of them dear. */
  manyRows(): Matrix {
    const { input, traits } = this.factory.spec;
    return this.rows(
      traits.quadratic === true || input === "series" || this.has("base") || this.has("mode") ? 2000 : 40_000,
    );
  }
}

/** A triangle wave between −1 and 1: no function that engines disagree on. */
function wave(t: number, period: number): number {
  return Math.abs((((4 * t) / period) % 4) - 2) - 1;
}

/** The matrix with one value changed. */
export function withValue(x: Matrix, row: number, column: number, value: number): Matrix {
  const data = x.data.slice();
  data[row * x.cols + column] = value;
  return { ...x, data };
}

/** The matrix without its column names. */
export function unnamed({ data, rows, cols }: Matrix): Matrix {
  return { data, rows, cols };
}

/** Cases by what they promise; each throws, or rejects with, an error that says what does not hold. */
export type Cases = Readonly<Record<string, (subject: Subject) => void | Promise<void>>>;
