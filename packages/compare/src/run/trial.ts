import {
  type AnyDetector,
  type CallOptions,
  type Control,
  defaultThreshold,
  type FittedPipeline,
  type Matrix,
  ParamError,
  type Pipeline,
  parseThreshold,
  pipeline,
  startsOf,
  TelltaleError,
} from "@telltale/core";
import { watchMemory } from "./peak-memory.js";

/** What one detector learns from and is tested on. Several matrices are separate series. */
export interface TrialData {
  readonly train: Matrix | readonly Matrix[];
  /** 0 or 1 for each training row, for detectors and threshold rules that learn from labels. */
  readonly trainLabels?: Uint8Array;
  readonly test: Matrix | readonly Matrix[];
}

export interface TrialOptions extends CallOptions, Pick<Control, "signal" | "progress"> {
  /** Fitting and scoring together may take so long; then the trial has failed with the code `TIME_LIMIT`. */
  readonly maxSeconds?: number;
}

/** What a trial took. Unlike its scores it differs from run to run. */
export interface TrialCost {
  readonly fitSeconds: number;
  /** Of scoring the test rows. */
  readonly scoreSeconds: number;
  /** Largest growth of the process's resident memory, in bytes. */
  readonly memoryBytes: number;
}

export interface FinishedTrial {
  readonly status: "done";
  readonly model: FittedPipeline;
  /** Of the test rows; NaN for a row that the preparation left out. */
  readonly scores: Float64Array;
  /** By the model's threshold; undefined when it has none. */
  readonly flags: Uint8Array | undefined;
  readonly cost: TrialCost;
}

export interface FailedTrial {
  readonly status: "failed";
  /** Of the error, or `TIME_LIMIT`, or `UNEXPECTED` for an error that is not Telltale's own. */
  readonly code: string;
  readonly message: string;
  readonly stage: "fit" | "score";
}

export type Trial = FinishedTrial | FailedTrial;

/**
 * Fits one detector and scores rows with it: times, memory and scores, or what went wrong. A failure is a result, too: only
 * the caller's own signal makes the promise reject.
 *
 * @param subject  a detector, which gets its usual threshold, or a whole pipeline
 * @throws ParamError `PARAM_RANGE` for a time limit that is not positive
 * @example
 * ```ts
 * import { runTrial } from "@telltale/compare";
 * import { isolationForest, matrix, Random } from "@telltale/core";
 * const random = new Random(1);
 * const x = matrix(Float64Array.from({ length: 600 }, () => random.normal()), 300, 2);
 * const trial = await runTrial(isolationForest({ trees: 20 }), { train: x, test: x });
 * console.log(trial.status, trial.status === "done" && trial.scores.length); // done 300
 * const failed = await runTrial(isolationForest(), { train: x, test: matrix(new Float64Array(3), 1, 3) });
 * console.log(failed.status === "failed" && failed.code); // COLUMN_COUNT
 * ```
 */
export async function runTrial(
  subject: AnyDetector | Pipeline,
  data: TrialData,
  options: TrialOptions = {},
): Promise<Trial> {
  const { maxSeconds, signal: stop, progress, ...call } = options;
  if (maxSeconds !== undefined && !(maxSeconds > 0)) {
    throw new ParamError("PARAM_RANGE", `maxSeconds: expected a number > 0; found ${maxSeconds}`);
  }
  stop?.throwIfAborted();
  const whole = "spec" in subject ? usualPipeline(subject) : subject;
  const limit = new Limit(maxSeconds);
  const signals = [stop, limit.signal].filter((signal) => signal !== undefined);
  const control = {
    ...call,
    ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
  };
  const memory = watchMemory();
  let stage: FailedTrial["stage"] = "fit";
  try {
    const started = performance.now();
    const model = await whole.fit(data.train, {
      ...control,
      ...(data.trainLabels === undefined ? {} : { labels: data.trainLabels }),
      ...(progress === undefined ? {} : { progress: (done) => progress(0.8 * done) }),
    });
    limit.check();
    const fitted = performance.now();
    stage = "score";
    const scores = await model.score(data.test, {
      ...control,
      ...(progress === undefined ? {} : { progress: (done) => progress(0.8 + 0.2 * done) }),
    });
    const scored = performance.now();
    limit.check();
    const cost = {
      fitSeconds: (fitted - started) / 1000,
      scoreSeconds: (scored - fitted) / 1000,
      memoryBytes: memory().bytes,
    };
    return {
      status: "done",
      model,
      scores,
      flags: model.threshold === undefined ? undefined : model.flag(scores, { starts: startsOf([data.test].flat()) }),
      cost,
    };
  } catch (error) {
    stop?.throwIfAborted();
    return failureOf(error, stage);
  } finally {
    limit.end();
  }
}

/** The row of a detector that failed, or was not run at all. */
export function failureOf(error: unknown, stage: FailedTrial["stage"]): FailedTrial {
  const message = error instanceof Error ? error.message : String(error);
  return { status: "failed", code: error instanceof TelltaleError ? error.code : "UNEXPECTED", message, stage };
}

function usualPipeline(detector: AnyDetector): Pipeline {
  return pipeline({ detector, threshold: parseThreshold(defaultThreshold(detector)) });
}

/** A time limit that aborts what obeys a signal, and is checked after what does not. */
class Limit {
  readonly signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #started = performance.now();
  readonly #maxSeconds: number;

  constructor(maxSeconds: number | undefined) {
    this.#maxSeconds = maxSeconds ?? Number.POSITIVE_INFINITY;
    if (maxSeconds === undefined) return;
    const controller = new AbortController();
    this.signal = controller.signal;
    // A timer takes at most 2³¹ milliseconds.
    this.#timer = setTimeout(() => controller.abort(this.#error()), Math.min(1000 * maxSeconds, 2 ** 31 - 1));
  }

  check(): void {
    if (performance.now() - this.#started > 1000 * this.#maxSeconds) throw this.#error();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #error(): TelltaleError {
    return new TelltaleError("TIME_LIMIT", `not finished after ${this.#maxSeconds} s`, {
      remedy: "Allow more seconds, or give fewer rows",
    });
  }
}
