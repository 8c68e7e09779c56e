/** Different steps that are counted. */
const MOST_STEPS = 10_000;
/** Gaps that are remembered. */
const MOST_GAPS = 400;
/** A step this many times the usual one is a gap. */
const GAP = 1.5;

/** A stretch of time without a row. */
export interface Gap {
  readonly file?: string;
  /** Row before it, over all, from 0. */
  readonly row: number;
  /** Time before and after it. */
  readonly from: number;
  readonly to: number;
}

/** What the times of the rows are like. In milliseconds where the column has points in time, else in its own unit. */
export interface TimeFindings {
  readonly column: string;
  readonly unit: "milliseconds" | "own";
  /** Least and greatest. */
  readonly first: number | null;
  readonly last: number | null;
  readonly missing: number;
  /** The most frequent step. */
  readonly step: number | null;
  /** Steps with their number of rows, most frequent first: at most 20 of them. */
  readonly steps: readonly { readonly step: number; readonly rows: number }[];
  /** Number of different steps; undefined where they are too many to count. */
  readonly differentSteps: number | undefined;
  /** Share of the steps that are the most frequent one. */
  readonly regular: number | null;
  /** Rows at the same time as the row before, and rows before the row before. */
  readonly repeated: number;
  readonly backward: number;
  /** Steps of more than 1.5 times the most frequent one, longest first; at most 400. */
  readonly gaps: readonly Gap[];
  /** Steps that were gaps, as far as they could be counted. */
  readonly gapCount: number;
}

/** Follows the times of rows; a new file begins anew. */
export class TimeProfile {
  readonly #column: string;
  readonly #points: boolean;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #missing = 0;
  #repeated = 0;
  #backward = 0;
  #rows = 0;
  #before = Number.NaN;
  #steps: Map<number, number> = new Map();
  #many = false;
  /** The longest steps, ascending. */
  #longest: Gap[] = [];

  constructor(column: string, points: boolean) {
    this.#column = column;
    this.#points = points;
  }

  add(times: Float64Array, file: string | undefined, begins: boolean): void {
    if (begins) this.#before = Number.NaN;
    for (let i = 0; i < times.length; i++, this.#rows++) {
      const at = times[i] as number;
      if (Number.isNaN(at)) {
        this.#missing++;
        continue;
      }
      if (at < this.#first) this.#first = at;
      if (at > this.#last) this.#last = at;
      const step = at - this.#before;
      const before = this.#before;
      this.#before = at;
      if (Number.isNaN(step)) continue;
      if (step === 0) this.#repeated++;
      else if (step < 0) this.#backward++;
      this.#count(step);
      if (step > 0)
        this.#remember({ ...(file === undefined ? {} : { file }), row: this.#rows - 1, from: before, to: at });
    }
  }

  #count(step: number): void {
    const seen = this.#steps.get(step);
    if (seen === undefined && this.#steps.size >= MOST_STEPS) this.#many = true;
    else this.#steps.set(step, (seen ?? 0) + 1);
  }

  #remember(gap: Gap): void {
    const length = gap.to - gap.from;
    const [shortest] = this.#longest;
    if (this.#longest.length >= MOST_GAPS && shortest !== undefined && length <= shortest.to - shortest.from) return;
    let at = this.#longest.length;
    while (at > 0) {
      const other = this.#longest[at - 1] as Gap;
      if (other.to - other.from <= length) break;
      at--;
    }
    this.#longest.splice(at, 0, gap);
    if (this.#longest.length > MOST_GAPS) this.#longest.shift();
  }

  findings(): TimeFindings {
    const forward = [...this.#steps].filter(([step]) => step > 0).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    const all = [...this.#steps.values()].reduce((sum, rows) => sum + rows, 0);
    const [usual] = forward;
    const least = usual === undefined ? Number.POSITIVE_INFINITY : GAP * usual[0];
    // Where nearly every step differs from every other, none is usual, and none a gap.
    const typical = usual !== undefined && usual[1] / all > 0.2;
    const gaps = typical ? this.#longest.filter(({ from, to }) => to - from > least).reverse() : [];
    const counted = forward.reduce((sum, [step, rows]) => (step > least ? sum + rows : sum), 0);
    return {
      column: this.#column,
      unit: this.#points ? "milliseconds" : "own",
      first: Number.isFinite(this.#first) ? this.#first : null,
      last: Number.isFinite(this.#last) ? this.#last : null,
      missing: this.#missing,
      step: usual?.[0] ?? null,
      steps: forward.slice(0, 20).map(([step, rows]) => ({ step, rows })),
      differentSteps: this.#many ? undefined : this.#steps.size,
      regular: usual === undefined ? null : usual[1] / all,
      repeated: this.#repeated,
      backward: this.#backward,
      gaps,
      gapCount: typical ? Math.max(counted, gaps.length) : 0,
    };
  }
}
