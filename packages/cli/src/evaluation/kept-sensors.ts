import { type Matrix, matrix } from "@telltale/core";
import { joined } from "./joined.js";

/** Values that are drawn at most; beyond them a page would show no more, and memory is the user's. */
const MOST_VALUES = 2 ** 26;

/** The columns of the rows that have a score, for a drawing: copies, as long as they are not too many. */
export class KeptSensors {
  readonly #parts: Float64Array[] = [];
  #cols = 0;
  #columns: readonly string[] | undefined;
  #values = 0;

  add({ data, rows, cols, columns }: Matrix, scores: Float64Array): void {
    this.#cols = cols;
    this.#columns = columns;
    this.#values += rows * cols;
    if (this.#values > MOST_VALUES) {
      this.#parts.length = 0;
      return;
    }
    if (!scores.some(Number.isNaN)) {
      this.#parts.push(data.slice(0, rows * cols));
      return;
    }
    this.#parts.push(data.filter((_, at) => at < rows * cols && !Number.isNaN(scores[Math.floor(at / cols)])));
  }

  /** All rows as one matrix; undefined where there are none, or too many. */
  all(): Matrix | undefined {
    if (this.#parts.length === 0) return undefined;
    const data = joined(this.#parts);
    return matrix(data, data.length / this.#cols, this.#cols, this.#columns);
  }
}
