import type { CallOptions, DetectorStream, FitOptions, FittedDetector, SeriesStarts } from "../detectors/detector.js";
import type { Control, MaybePromise } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import type { Resampled, Resampler } from "../resample/resampler.js";

/** Anything with the interface of an unfitted detector, whatever its parameters. */
export interface AnyDetector {
  readonly spec: Pick<FittedDetector["spec"], "name" | "traits">;
  readonly params: object;
  fit(x: Matrix, options?: FitOptions & Control): Promise<unknown>;
  fitSync(x: Matrix, options?: FitOptions): unknown;
}

/** How a detector is called: at once, or as promises. */
export interface Form {
  fit(detector: AnyDetector, x: Matrix, options: FitOptions & Control): MaybePromise<FittedDetector>;
  score(model: FittedDetector, x: Matrix, options: CallOptions & Control): MaybePromise<Float64Array>;
  push(
    stream: DetectorStream,
    x: Matrix,
    options: CallOptions & Control,
    contributions: Float64Array | undefined,
  ): MaybePromise<Float64Array>;
  trainingScores(
    model: FittedDetector,
    x: Matrix,
    options: CallOptions & Control & SeriesStarts,
  ): MaybePromise<Float64Array>;
  contributions(model: FittedDetector, x: Matrix, options: CallOptions & Control): MaybePromise<Matrix>;
  resample(resampler: Resampler, x: Matrix, y: Uint8Array, options: CallOptions & Control): MaybePromise<Resampled>;
}

export const NOW: Form = {
  fit: (detector, x, options) => detector.fitSync(x, options) as FittedDetector,
  score: (model, x, options) => model.scoreSync(x, options),
  push: (stream, x, options, contributions) => stream.pushSync(x, options, contributions),
  trainingScores: (model, x, options) => model.trainingScoresSync(x, options),
  contributions: (model, x, options) => model.contributionsSync(x, options),
  resample: (resampler, x, y, options) => resampler.resampleSync(x, y, options),
};

export const SOON: Form = {
  fit: (detector, x, options) => detector.fit(x, options) as Promise<FittedDetector>,
  score: (model, x, options) => model.score(x, options),
  push: (stream, x, options, contributions) => stream.push(x, options, contributions),
  trainingScores: (model, x, options) => model.trainingScores(x, options),
  contributions: (model, x, options) => model.contributions(x, options),
  resample: (resampler, x, y, options) => resampler.resample(x, y, options),
};

/** The options of a call that go on to the detector. */
export function callOptions({ threads, kernels }: CallOptions): CallOptions {
  return { ...(threads === undefined ? {} : { threads }), ...(kernels === undefined ? {} : { kernels }) };
}
