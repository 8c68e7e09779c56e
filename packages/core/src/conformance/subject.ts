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
    return this.factory({ ...(this.has("seed") ? { seed: 7 } : {}), ...params } as never);
  }

  has(param: string): boolean {
    return Object.hasOwn(this.factory.spec.params, param);
  }

  /** Options for a fit on `rows` rows: labels for a detector that learns from them. */
  fitOptions(rows: number): FitOptions {
    const { supervised = false } = this.factory.spec.traits;
    return {
      kernels: this.kernels,
      ...(supervised ? { labels: Uint8Array.from({ length: rows }, (_, i) => (i % 10 === 9 ? 1 : 0)) } : {}),
    };
  }

  fit(x: Matrix, params: Readonly<Record<string, unknown>> = {}): FittedDetector {
    return this.create(params).fitSync(x, this.fitOptions(x.rows));
  }

  fitSoon(x: Matrix, control: Control): Promise<FittedDetector> {
    return this.create().fit(x, { ...this.fitOptions(x.rows), ...control });
  }

  score(model: FittedDetector, x: Matrix, threads = 0): Float64Array {
    return model.scoreSync(x, { kernels: this.kernels, threads });
  }

  /** Enough rows to fit on, of normal values with different spreads; named columns. */
  rows(count = Math.max(300, this.factory.spec.leastRows), cols = 3, seed = 11): Matrix {
    const random = new Random(seed);
    const data = new Float64Array(count * cols);
    for (let i = 0; i < data.length; i++) data[i] = random.normal() * (1 + (i % cols)) + 5;
    return matrix(data, count, cols, NAMES.slice(0, cols));
  }
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
