import { type CallOptions, type FittedPipeline, type Matrix, matchColumns, type StepStream } from "@telltale/core";

/**
 * What each column of the input adds to the scores of a series that arrives in chunks. Columns that the steps derive from
 * one column (lags, statistics of a window) are added up.
 */
export class Explainer {
  readonly #model: FittedPipeline;
  readonly #call: CallOptions;
  /** For each column behind the steps the column of the input it comes from. */
  readonly #origin: readonly number[];
  #steps: StepStream[] = [];

  constructor(model: FittedPipeline, call: CallOptions) {
    this.#model = model;
    this.#call = call;
    this.#origin = model.steps.reduce<number[]>(
      (before, { output }) => Array.from(output.origin, (j) => before[j] as number),
      Array.from({ length: model.cols }, (_, j) => j),
    );
    this.reset();
  }

  /** Begins a new series. */
  reset(): void {
    this.#steps = this.#model.steps.map((step) => step.open());
  }

  /**
   * @returns rows × columns of the model, NaN for a row that the model leaves out
   * @throws {@link ParamError} `PARAM_UNKNOWN` when the detector cannot tell
   */
  async push(x: Matrix, signal: AbortSignal): Promise<Matrix> {
    const { detector, cols, columns } = this.#model;
    const first = { x: matchColumns(x, cols, columns), firstRow: 1 };
    const ready = this.#steps.reduce<Parameters<StepStream["push"]>[0]>((batch, step) => step.push(batch), first);
    const found = await detector.contributions(ready.x, { ...this.#call, signal });
    const data = new Float64Array(x.rows * cols);
    if (ready.kept !== undefined) data.fill(Number.NaN);
    for (let i = 0; i < found.rows; i++) {
      const to = (ready.kept?.[i] ?? i) * cols;
      if (ready.kept !== undefined) data.fill(0, to, to + cols);
      for (let k = 0; k < found.cols; k++) {
        const at = to + (this.#origin[k] as number);
        data[at] = (data[at] as number) + (found.data[i * found.cols + k] as number);
      }
    }
    return { data, rows: x.rows, cols, ...(columns === undefined ? {} : { columns }) };
  }
}
