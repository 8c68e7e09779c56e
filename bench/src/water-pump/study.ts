import {
  type AnyDetector,
  type AnyStep,
  type FittedPipeline,
  type Matrix,
  matrix,
  meanZ,
  missing,
  parseThreshold,
  pca,
  pipeline,
  principalComponents,
  rowRange,
  ShapeError,
  standardize,
} from "@telltale/core";
import { lstmSeq2seq } from "@telltale/deep";
import { HORIZON, judged, type PumpFigures } from "./judge.js";
import { type PumpRecord, STEP_MINUTES } from "./record.js";
import type { PumpSettings } from "./settings.js";

/** Columns that miss more of the rows that are learned from are left out. */
const MOST_MISSING = 0.2;
/** Of the healthy rows at the beginning, the share that is learned from; the rest is held out. */
const LEARNED = 0.7;
const LEAST_ROWS = 200;

export interface StudyOptions {
  readonly epochs: number;
  readonly seed: number;
}

/** A record cut into what is learned from, what thresholds are found on and what is judged. */
interface Cut {
  readonly record: PumpRecord;
  readonly columns: number;
  readonly known: Matrix;
  readonly calm: Matrix;
  /** The first row that is judged. */
  readonly tested: number;
  /** Runs of the pump from there on. */
  readonly runs: readonly (readonly [from: number, to: number])[];
}

/** A model, and its scores of what it was calibrated on and of the record; NaN where the pump does not run. */
interface Scored {
  readonly model: FittedPipeline;
  readonly known: Float64Array;
  readonly calm: Float64Array;
  readonly later: readonly Float64Array[];
}

/** A record with the models that were fitted on it, each once. */
export class PumpStudy {
  readonly #cut: Cut;
  readonly #options: StudyOptions;
  readonly #scored = new Map<string, Promise<Scored>>();

  /** @throws ShapeError when the first breakdown comes too early to learn anything before */
  constructor(record: PumpRecord, options: StudyOptions) {
    this.#cut = cut(record);
    this.#options = options;
  }

  get facts(): {
    readonly columns: number;
    readonly learnedRows: number;
    readonly heldOutRows: number;
    readonly testedRows: number;
  } {
    const { columns, known, calm, record, tested } = this.#cut;
    return { columns, learnedRows: known.rows, heldOutRows: calm.rows, testedRows: record.x.rows - tested };
  }

  /** LSTM encoder and decoder on principal components. */
  async network(settings: PumpSettings): Promise<PumpFigures & { readonly components: number }> {
    const { share, whiten } = settings;
    const { epochs, seed } = this.#options;
    const scored = await this.#fit(
      `${share} ${whiten}`,
      [principalComponents({ components: share, whiten })],
      lstmSeq2seq({ window: 60 / STEP_MINUTES, units: 32, epochs, batch: 32, rate: 0.003, seed }),
    );
    return { ...this.#judge(scored, settings), components: scored.model.detector.cols };
  }

  /** The mean of absolute z-scores, or the principal components themselves, with the same alarms. */
  async control(kind: "mean-z" | "pca", settings: PumpSettings): Promise<PumpFigures> {
    return this.#judge(await this.#fit(kind, [], kind === "pca" ? pca() : meanZ()), settings);
  }

  /** Alarms that look at nothing: one that is always on, or one of an hour at the same time of each day. */
  blind(kind: "always" | "daily"): PumpFigures {
    const { record, tested, runs } = this.#cut;
    const flags = new Uint8Array(record.x.rows);
    for (const [from, to] of runs) {
      for (let i = from; i < to; i++) flags[i] = kind === "always" || i % HORIZON < 60 / STEP_MINUTES ? 1 : 0;
    }
    return judged(record, flags, tested);
  }

  #fit(key: string, steps: readonly AnyStep[], detector: AnyDetector): Promise<Scored> {
    const found = this.#scored.get(key) ?? this.#fitAnew(steps, detector);
    this.#scored.set(key, found);
    return found;
  }

  async #fitAnew(steps: readonly AnyStep[], detector: AnyDetector): Promise<Scored> {
    const { record, known, calm, runs } = this.#cut;
    const model = await pipeline({ steps: [missing({ policy: "mean" }), standardize(), ...steps], detector }).fit(
      known,
    );
    const later: Float64Array[] = [];
    for (const [from, to] of runs) later.push(await model.score(rowRange(record.x, from, to)));
    return { model, known: await model.score(known), calm: await model.score(calm), later };
  }

  #judge({ model, known, calm, later }: Scored, { threshold, calibrated }: PumpSettings): PumpFigures {
    const { record, tested, runs } = this.#cut;
    const ready = model.fitThreshold(parseThreshold(threshold), calibrated === "training" ? known : calm);
    const flags = new Uint8Array(record.x.rows);
    runs.forEach(([from], k) => {
      flags.set(ready.flag(later[k] as Float64Array), from);
    });
    return judged(record, flags, tested);
  }
}

function cut(record: PumpRecord): Cut {
  const first = record.breakdowns[0]?.broken ?? 0;
  // As one would: the day before a breakdown is not learned from, whenever wear began.
  const tested = first - HORIZON;
  if (tested < LEAST_ROWS) {
    const hours = (LEAST_ROWS * STEP_MINUTES) / 60;
    throw new ShapeError(
      "SHAPE_TOO_FEW_ROWS",
      `the record needs ${hours} hours up to the day before its first breakdown, to learn from; found ${Math.max(0, (tested * STEP_MINUTES) / 60)}`,
      { remedy: "Give a longer record, with a breakdown in it" },
    );
  }
  const learned = Math.floor(LEARNED * tested);
  const kept = withValues(record.x, learned);
  const runs = record.runs.flatMap(([from, to]): [number, number][] =>
    to > tested ? [[Math.max(from, tested), to]] : [],
  );
  const [known, calm] = [rowRange(kept, 0, learned), rowRange(kept, learned, tested)];
  return { record: { ...record, x: kept }, columns: kept.cols, known, calm, tested, runs };
}

/** The columns that have values where something is learned. */
function withValues(x: Matrix, learned: number): Matrix {
  const columns = Array.from({ length: x.cols }, (_, j) => j).filter((j) => {
    let gone = 0;
    for (let i = 0; i < learned; i++) if (Number.isNaN(x.data[i * x.cols + j] as number)) gone += 1;
    return gone <= MOST_MISSING * learned;
  });
  const data = new Float64Array(x.rows * columns.length);
  for (let i = 0; i < data.length; i++) {
    const [row, k] = [Math.floor(i / columns.length), i % columns.length];
    data[i] = x.data[row * x.cols + (columns[k] as number)] as number;
  }
  return matrix(
    data,
    x.rows,
    columns.length,
    columns.map((j) => x.columns?.[j] ?? `${j}`),
  );
}
