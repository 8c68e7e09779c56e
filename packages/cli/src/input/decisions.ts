import { type FittedThreshold, flagScored, type ThresholdStream } from "@telltale/core";
import { UsageError } from "../failure.js";

/** Decides about the rows of several series that arrive in chunks, one series after the other. */
export class Decisions {
  readonly #threshold: FittedThreshold;
  #stream: ThresholdStream | undefined;

  /** @throws UsageError for a threshold that decides about all rows together */
  constructor(threshold: FittedThreshold) {
    if (threshold.scope === "batch") {
      throw new UsageError("USAGE", `the threshold ${threshold} decides about all rows together, not row by row`, {
        remedy: "Use telltale detect, or another threshold with --threshold",
      });
    }
    this.#threshold = threshold;
  }

  /**
   * Flags of the next rows; 0 for those without a score.
   *
   * @param firstRow  number of the first one in its series; 1 begins another series
   */
  next(scores: Float64Array, firstRow: number): Uint8Array {
    if (firstRow === 1 || this.#stream === undefined) this.#stream = this.#threshold.open();
    const stream = this.#stream;
    return flagScored(scores, (scored) => stream.push(scored));
  }
}
