import type { CallOptions } from "../detectors/detector.js";
import { TelltaleError } from "../errors.js";
import type { Control } from "../kernels/kernels.js";
import type { Matrix } from "../matrix.js";
import { type OpenPath, openPath } from "./flow.js";
import { type Form, NOW, SOON } from "./form.js";
import { type RowPath, type RowResults, workRows } from "./rows.js";
import { runNow, runSoon, type Work } from "./work.js";

/** Scores and why they are what they are. */
export interface ExplainedScores {
  /** One a row. */
  readonly scores: Float64Array;
  /** rows × columns of the input: how much each column pushed the score up (+) or down (−). */
  readonly contributions: Matrix;
}

/**
 * Scores a series that arrives in chunks: what windows, lags, previous values and the detector need of earlier rows is remembered, so
 * the scores have the same bits as those of the whole series at once.
 *
 * @example
 * ```ts
 * import { fromRows, isolationForest, pipeline, windows } from "@telltale/core";
 * const x = fromRows(Array.from({ length: 100 }, (_, i) => [i % 5]));
 * const model = pipeline({ steps: [windows({ size: 4 })], detector: isolationForest() }).fitSync(x);
 * const stream = model.stream();
 * const first = stream.pushSync(fromRows([[1], [2]]));
 * const next = stream.pushSync(fromRows([[3]]));
 * console.log(first.length + next.length); // 3
 * ```
 */
export class ScoreStream {
  readonly #path: RowPath;
  readonly #options: CallOptions;
  #source: string | undefined;
  #open: OpenPath;
  #seen = 0;
  #failed = false;
  #pending = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Made by the method `stream` of a fitted pipeline. */
  constructor(path: RowPath, options: CallOptions & { readonly source?: string }) {
    this.#path = path;
    this.#options = options;
    this.#source = options.source;
    this.#open = openPath(this.#path.steps, this.#path.detector);
  }

  /** Rows of the series so far. */
  get rows(): number {
    return this.#seen;
  }

  /**
   * Scores the next rows of the series. Calls may follow without waiting: they are done in turn. `chunk` must not be
   * changed before the promise is settled.
   *
   * @returns one score a row; NaN for a row that the policy `drop` leaves out
   * @throws as `score` does; rows are counted from the beginning of the series. After an error or an abort the place in
   *   the series is lost, and the stream takes no more rows until `reset` (`STREAM_FAILED`)
   */
  async push(chunk: Matrix, control: Control = {}): Promise<Float64Array> {
    const scores = new Float64Array(chunk.rows);
    await this.#soon(chunk, { scores }, control);
    return scores;
  }

  /** The same, before it returns. Throws `STREAM_BUSY` while a promise of this stream is under way. */
  pushSync(chunk: Matrix): Float64Array {
    const scores = new Float64Array(chunk.rows);
    this.#now(chunk, { scores });
    return scores;
  }

  /**
   * Scores the next rows of the series as `push` does, and says how much each column of the input pushed each score.
   *
   * @throws {@link ParamError} `PARAM_UNKNOWN` when the detector cannot tell
   */
  async explain(chunk: Matrix, control: Control = {}): Promise<ExplainedScores> {
    const { results, explained } = this.#explained(chunk.rows);
    await this.#soon(chunk, results, control);
    return explained;
  }

  explainSync(chunk: Matrix): ExplainedScores {
    const { results, explained } = this.#explained(chunk.rows);
    this.#now(chunk, results);
    return explained;
  }

  /** Begins a new series: nothing is remembered of the one before. Throws `STREAM_BUSY` while a `push` is under way. */
  reset(source?: string): void {
    this.#checkIdle();
    this.#source = source;
    this.#seen = 0;
    this.#failed = false;
    this.#open = openPath(this.#path.steps, this.#path.detector);
  }

  #explained(rows: number): { results: RowResults; explained: ExplainedScores } {
    const { cols, columns } = this.#path;
    const results = { scores: new Float64Array(rows), contributions: new Float64Array(rows * cols) };
    const matrix = { data: results.contributions, rows, cols };
    const contributions = columns === undefined ? matrix : { ...matrix, columns };
    return { results, explained: { scores: results.scores, contributions } };
  }

  #soon(chunk: Matrix, results: RowResults, control: Control): Promise<void> {
    this.#pending += 1;
    const run = this.#last.then(() => runSoon(this.#work(SOON, chunk, results, control), control));
    this.#last = run.then(
      () => this.#settle(false),
      () => this.#settle(true),
    );
    return run;
  }

  #now(chunk: Matrix, results: RowResults): void {
    this.#checkIdle();
    try {
      runNow(this.#work(NOW, chunk, results, {}));
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #settle(failed: boolean): void {
    this.#pending -= 1;
    if (failed) this.#failed = true;
  }

  #checkIdle(): void {
    if (this.#pending === 0) return;
    throw new TelltaleError("STREAM_BUSY", "rows of this stream are still being scored", {
      remedy: "Wait for the promises of push first",
    });
  }

  *#work(form: Form, chunk: Matrix, results: RowResults, control: Control): Work<void> {
    if (this.#failed) {
      throw new TelltaleError("STREAM_FAILED", "an earlier chunk of this series failed, so its place is lost", {
        remedy: "Call reset and score the series from its beginning",
      });
    }
    const batch = { x: chunk, firstRow: this.#seen + 1, source: this.#source };
    const options = { ...this.#options, ...control };
    yield* workRows(form, this.#path, this.#open, batch, results, options, { done: 0, of: chunk.rows });
    this.#seen += chunk.rows;
  }
}
