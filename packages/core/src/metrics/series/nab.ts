import { ParamError } from "../../errors.js";
import { type Labels, notAScore, notBinary, type Scores } from "../inputs.js";
import { boundary } from "../point/threshold-between.js";
import type { Episode } from "./events.js";
import { checkWindows, type NabProfile, type NabWeights, noWindow, weightsOf } from "./nab-profiles.js";

/** One series with its anomaly windows. */
export interface NabSeries {
  /** Windows in order of time that do not overlap; see {@link nabWindows}. */
  readonly windows: readonly Episode[];
}

/** A series with its flags. */
export interface NabFlags extends NabSeries {
  readonly flags: Labels;
}

/** A series with its scores. */
export interface NabScores extends NabSeries {
  readonly scores: Scores;
}

export interface NabOptions {
  /** `standard` (default), `lowFalsePositives`, `lowFalseNegatives`, or own weights. */
  readonly profile?: NabProfile | NabWeights;
  /** Share of each series in which nothing is counted, as the detector warms up; at most 5000 rows of it. Default 0.15. */
  readonly probation?: number;
}

export interface NabResult {
  /** 100 for every window found at its first row without a false alarm, 0 for no alarm at all; may be far below 0. */
  readonly score: number;
  /** The sum before it is scaled. */
  readonly raw: number;
  /** Windows that count, and those that were hit. */
  readonly windows: number;
  readonly detected: number;
  /** Flagged rows outside the windows. */
  readonly falseAlarms: number;
}

/** A corpus score at the threshold that is best for it, found with the labels: an oracle. */
export interface NabOptimum extends NabResult {
  /** For `fixed()`: rows with a *greater* score are flagged. */
  readonly threshold: number;
  readonly oracle: true;
}

/**
 * Windows for NAB around anomalous rows: together a tenth of the series, of equal width, each centred on its anomaly and cut
 * at the ends. Windows that meet become one.
 *
 * @param rows  number of rows of the series
 * @param anomalies  rows of the anomalies, ascending, from 0
 * @param share  share of the series that the windows take together; default 0.1
 * @throws {@link ParamError} `PARAM_RANGE`
 * @example
 * ```ts
 * import { nabWindows } from "@telltale/core";
 * console.log(nabWindows(100, [30, 80])); // [{ start: 28, end: 33 }, { start: 78, end: 83 }]
 * ```
 */
export function nabWindows(rows: number, anomalies: ArrayLike<number>, share = 0.1): Episode[] {
  if (!(share > 0 && share <= 1)) throw new ParamError("PARAM_RANGE", `share: expected 0 < share ≤ 1; found ${share}`);
  const windows: Episode[] = [];
  const half = Math.floor((rows * share) / Math.max(1, anomalies.length) / 2);
  for (let i = 0; i < anomalies.length; i++) {
    const row = anomalies[i] as number;
    if (!Number.isInteger(row) || row < 0 || row >= rows || row < (anomalies[i - 1] ?? 0)) {
      throw new ParamError("PARAM_RANGE", `anomalies: expected ascending rows from 0 to ${rows - 1}; found ${row}`);
    }
    const window = { start: Math.max(0, row - half), end: Math.min(rows, row + half + 1) };
    const last = windows.at(-1);
    if (last !== undefined && window.start <= last.end) windows[windows.length - 1] = { ...last, end: window.end };
    else windows.push(window);
  }
  return windows;
}

/**
 * The score of the Numenta Anomaly Benchmark for flags, over one series or a corpus of them.
 *
 * Of the alarms in a window the earliest counts, by a sigmoid that falls from 1 at its left edge to 0 at its right; a missed
 * window costs its weight; a false alarm soon after a window costs less than one far from any. 100 · (S − S₀)/(S₁ − S₀) with
 * S₀ for no alarm and S₁ for perfection. Regular alarms, one in each 60 rows say, can score above published detectors, for
 * a row of a long alarm is a false alarm of its own only outside windows: put such a control beside it.
 *
 * @param series  flags (n values 0 or 1 in order of time) and windows of each series
 * @throws {@link ParamError} `PARAM_RANGE` for profile, probation or windows that overlap or lie outside · {@link DataError}
 *   `DATA_LABEL`, `DATA_ONE_CLASS` when no window counts
 * @see Lavin, Ahmad (2015), "Evaluating real-time anomaly detection algorithms: the Numenta Anomaly Benchmark",
 *   https://doi.org/10.1109/ICMLA.2015.141
 * @example
 * ```ts
 * import { nabScore } from "@telltale/core";
 * const windows = [{ start: 50, end: 60 }];
 * const alarms = (...rows: number[]) => Array.from({ length: 100 }, (_, i) => (rows.includes(i) ? 1 : 0));
 * console.log(nabScore([{ flags: alarms(50), windows }]).score); // 100
 * console.log(nabScore([{ flags: alarms(), windows }]).score); // 0
 * console.log(nabScore([{ flags: alarms(30, 55), windows }]).score.toFixed(2)); // 87.49
 * ```
 */
export function nabScore(series: readonly NabFlags[], options: NabOptions = {}): NabResult {
  const corpus = new Corpus(series, options);
  series.forEach(({ flags, windows }, s) => {
    corpus.eachRow(flags.length, windows, s, (row, window, gain) => {
      if (flags[row] !== 0 && flags[row] !== 1) throw notBinary("flag", flags[row], row + 1);
      if (flags[row] === 1) corpus.flag(window, gain);
    });
  });
  return corpus.result();
}

/**
 * The score at the one threshold that is best for the whole corpus, as NAB reports detectors. That threshold was found with
 * the labels: an *oracle*, not what a detector achieves in use. Equal scores are flagged together. Time O(n log n).
 *
 * @param series  scores (n values, higher = more anomalous) and windows of each series
 * @throws as {@link nabScore}, and `DATA_MISSING` for a NaN score
 * @example
 * ```ts
 * import { nabBestThreshold } from "@telltale/core";
 * const scores = Array.from({ length: 100 }, (_, i) => (i === 50 ? 9 : i === 30 ? 5 : 1));
 * const { score, threshold, oracle } = nabBestThreshold([{ scores, windows: [{ start: 50, end: 60 }] }]);
 * console.log(score, threshold, oracle); // 100 7 true
 * ```
 */
export function nabBestThreshold(series: readonly NabScores[], options: NabOptions = {}): NabOptimum {
  const corpus = new Corpus(series, options);
  const rows = series.reduce((sum, { scores }) => sum + scores.length, 0);
  const [score, gain] = [new Float64Array(rows), new Float64Array(rows)];
  const window = new Int32Array(rows);
  let counted = 0;
  series.forEach(({ scores, windows }, s) => {
    corpus.eachRow(scores.length, windows, s, (row, of, worth) => {
      const value = scores[row] as number;
      if (typeof value !== "number" || Number.isNaN(value)) throw notAScore(value, row + 1);
      [score[counted], gain[counted], window[counted]] = [value, worth, of];
      counted++;
    });
  });
  const order = new Uint32Array(counted).map((_, i) => i);
  order.sort((a, b) => (score[b] as number) - (score[a] as number) || a - b);
  const distinct: number[] = [];
  let best = corpus.result();
  let flagged = 0;
  for (let i = 0; i < counted; i++) {
    const at = order[i] as number;
    corpus.flag(window[at] as number, gain[at] as number);
    const value = score[at] as number;
    if (i + 1 < counted && score[order[i + 1] as number] === value) continue;
    distinct.push(value);
    const here = corpus.result();
    if (here.raw > best.raw) {
      best = here;
      flagged = distinct.length;
    }
  }
  return { ...best, threshold: boundary(Float64Array.from(distinct), flagged), oracle: true };
}

/** What the flags so far are worth. */
class Corpus {
  readonly #weights: NabWeights;
  readonly #probation: number;
  /** For each window the worth of its best alarm; −∞ without one. */
  readonly #won: Float64Array;
  readonly #first: number[] = [];
  #windows = 0;
  #detected = 0;
  #gained = 0;
  #lost = 0;
  #falseAlarms = 0;

  constructor(series: readonly (NabFlags | NabScores)[], options: NabOptions) {
    this.#weights = weightsOf(options.profile ?? "standard");
    this.#probation = options.probation ?? 0.15;
    if (!(this.#probation >= 0 && this.#probation < 1)) {
      throw new ParamError("PARAM_RANGE", `probation: expected a share from 0 to below 1; found ${this.#probation}`);
    }
    let total = 0;
    for (const each of series) {
      const rows = "flags" in each ? each.flags.length : each.scores.length;
      checkWindows(each.windows, rows);
      this.#first.push(total);
      total += each.windows.length;
      this.#windows += each.windows.filter(({ end }) => end > this.#warmUp(rows)).length;
    }
    if (this.#windows === 0) throw noWindow("a NAB score");
    this.#won = new Float64Array(total).fill(Number.NEGATIVE_INFINITY);
  }

  #warmUp(rows: number): number {
    return Math.ceil(Math.min(Math.floor(this.#probation * rows), this.#probation * 5000));
  }

  /** Calls for each row after the probation with its window (−1 outside) and what a flag there is worth. */
  eachRow(
    rows: number,
    windows: readonly Episode[],
    series: number,
    visit: (row: number, window: number, gain: number) => void,
  ): void {
    const { truePositive, falsePositive } = this.#weights;
    const warmUp = this.#warmUp(rows);
    let next = 0;
    for (let row = 0; row < rows; row++) {
      while (next < windows.length && (windows[next] as Episode).end <= row) next++;
      if (row < warmUp) continue;
      const window = windows[next];
      if (window !== undefined && window.start <= row) {
        const width = window.end - window.start;
        const place = -(window.end - row) / width;
        visit(row, (this.#first[series] as number) + next, (truePositive * sigmoid(place)) / sigmoid(-1));
      } else {
        const before = windows[next - 1];
        const past =
          before === undefined ? Number.POSITIVE_INFINITY : (row - before.end + 1) / (before.end - before.start - 1);
        visit(row, -1, falsePositive * sigmoid(past));
      }
    }
  }

  flag(window: number, gain: number): void {
    if (window < 0) {
      this.#falseAlarms++;
      this.#lost += gain;
      return;
    }
    const won = this.#won[window] as number;
    if (gain <= won) return;
    if (won === Number.NEGATIVE_INFINITY) this.#detected++;
    else this.#gained -= won;
    this.#gained += gain;
    this.#won[window] = gain;
  }

  result(): NabResult {
    const { truePositive, falseNegative } = this.#weights;
    const raw = this.#gained + this.#lost - falseNegative * (this.#windows - this.#detected);
    const nothing = -falseNegative * this.#windows;
    const perfect = truePositive * this.#windows;
    return {
      score: (100 * (raw - nothing)) / (perfect - nothing),
      raw,
      windows: this.#windows,
      detected: this.#detected,
      falseAlarms: this.#falseAlarms,
    };
  }
}

/** 1 far before the right edge of a window, 0 at it, −1 three widths past it. */
function sigmoid(x: number): number {
  return x >= 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}
