import {
  type AnyStep,
  type CallOptions,
  type Control,
  consecutiveRuns,
  currentKernels,
  defaultThreshold,
  type Matrix,
  ParamError,
  parseThreshold,
  pipeline,
  type Split,
  scale,
  TelltaleError,
  type Threshold,
} from "@telltale/core";
import { Journal } from "../record/journal.js";
import { type DataFile, provenance } from "../record/provenance.js";
import { failureOf, runTrial } from "../run/trial.js";
import { countOf, digestOf, digestOfNumbers, type LabelledSet, type Splitting, splitsOf } from "./data-set.js";
import { Expectation } from "./expectation.js";
import { figuresOf } from "./judge.js";
import type { Comparison, RankFigure, RunRow } from "./result.js";
import type { Subject } from "./subjects.js";
import { summarize } from "./summary.js";

/** What has been done of a comparison, told before each run and at the end. */
export interface ComparisonProgress {
  readonly done: number;
  readonly of: number;
  /** What runs next; undefined at the end. */
  readonly next: { readonly set: string; readonly split: string; readonly detector: string } | undefined;
  /** Seconds that the rest will take, as far as what is done tells; undefined before every detector has run once. */
  readonly secondsLeft: number | undefined;
}

export interface CompareOptions extends CallOptions, Pick<Control, "signal"> {
  /** Default: five stratified folds for rows in no order; forward folds for series. */
  readonly splitting?: Splitting;
  /** `normal` leaves labelled anomalies out of what unsupervised detectors learn from. Default `all`: contaminated, as in practice. */
  readonly trainOn?: "all" | "normal";
  /** Before every detector: what to do about missing or infinite values, lags, windows. Fitted on training rows alone. */
  readonly steps?: readonly AnyStep[];
  /**
   * `auto` standardises the columns for detectors that declare `scaleSensitive`; a method scales them for every detector. Default
   * `auto`.
   */
  readonly scale?: "auto" | "standard" | "min-max" | "robust" | "none";
  /** In place of each detector's own threshold rule. */
  readonly threshold?: Threshold;
  /** What detectors are ranked by. Default: average precision. */
  readonly rankBy?: RankFigure;
  /** A trial that takes longer has failed. Default: none does. */
  readonly maxSeconds?: number;
  /** Detectors whose time grows with the square of the rows are skipped where more rows are trained on. Default 50,000. */
  readonly mostQuadraticRows?: number;
  /** File of finished trials: made when it is not there, else what it has is not done again. */
  readonly journal?: string;
  readonly progress?: (progress: ComparisonProgress) => void;
  /** Kept in the result's provenance. */
  readonly command?: string;
  readonly data?: readonly DataFile[];
}

/**
 * Compares detectors on labelled rows: every detector on the same splits, with what it costs, its failures as rows, mean ranks
 * with critical differences, and random and constant scores beside them (`subjectsFrom` adds those).
 *
 * The same comparison gives the same figures, bit for bit, on any machine; times and memory differ.
 *
 * @throws DataError, ShapeError, ParamError when the sets cannot be split so, or the journal belongs to
 *   another comparison; rejects when aborted, with finished trials kept in the journal
 * @example
 * ```ts
 * import { compareDetectors, subjectsFrom } from "@telltale/compare";
 * import { matrix, Random } from "@telltale/core";
 * const random = new Random(1);
 * const labels = Uint8Array.from({ length: 300 }, (_, i) => (i % 15 === 0 ? 1 : 0));
 * const x = matrix(Float64Array.from({ length: 600 }, (_, i) => random.normal() + 4 * labels[i >> 1]), 300, 2);
 * const { detectors, ranks } = await compareDetectors([{ name: "example", x, labels }], subjectsFrom(["knn", "hbos"]));
 * console.log(detectors.length, ranks.count, detectors.at(-1)?.control); // 4 5 true
 * ```
 */
export async function compareDetectors(
  sets: readonly LabelledSet[],
  subjects: readonly Subject[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const settings = settingsOf(sets, options);
  checkSubjects(sets, subjects);
  const divided = sets.map((set) => ({ set, splits: splitsOf(set, settings.splitting) }));
  const described = divided.map(({ set, splits }) => ({
    name: set.name,
    rows: set.x.rows,
    cols: set.x.cols,
    anomalies: set.labels.reduce((sum, label) => sum + label, 0),
    series: set.starts === undefined ? null : set.starts.length,
    sha256: digestOf(set),
    splits: splits.map(({ name = "", train, test }) => ({
      name,
      trainRows: train.length,
      testRows: test.length,
      testAnomalies: countOf(set.labels, test),
    })),
  }));
  const plans = subjects.map((subject) => planOf(subject, options));
  const kernels = options.kernels ?? currentKernels();
  const recorded = provenance({
    kernels: kernels.name,
    seeds: seedsOf(settings.splitting, subjects),
    ...(options.command === undefined ? {} : { command: options.command }),
    ...(options.data === undefined ? {} : { data: options.data }),
  });
  const question = {
    settings,
    sets: described,
    detectors: plans.map(({ subject, steps, threshold }) => [
      ...[subject.name, subject.detector.params, steps.map(stepText), threshold.toString()],
    ]),
    versions: [recorded.versions.telltale, kernels.name],
  };
  const journal = options.journal === undefined ? undefined : await Journal.open<RunRow>(options.journal, question);
  try {
    const runs = await allRuns(divided, plans, settings, options, journal);
    const summary = summarize(sets, plans.map(facts), runs, settings.rankBy);
    return { format: "telltale-comparison-1", provenance: recorded, settings, sets: described, ...summary, runs };
  } finally {
    await journal?.close();
  }
}

/** A detector with what stands before and behind it. */
interface Plan {
  readonly subject: Subject;
  readonly steps: readonly AnyStep[];
  readonly threshold: Threshold;
}

function planOf(subject: Subject, { steps = [], scale: method = "auto", threshold }: CompareOptions): Plan {
  const { detector } = subject;
  const chosen = method !== "auto" ? method : detector.spec.traits.scaleSensitive === true ? "standard" : "none";
  return {
    subject,
    steps: chosen === "none" ? steps : [...steps, scale({ method: chosen })],
    threshold: threshold ?? parseThreshold(defaultThreshold(detector)),
  };
}

function facts({ subject, steps, threshold }: Plan) {
  const { name, supervised, control } = subject;
  return { detector: name, supervised, control, steps: steps.map(stepText), threshold: threshold.toString() };
}

/** `scale:method=standard`. */
function stepText({ spec, params }: AnyStep): string {
  const given = Object.entries(params as object).map(([key, value]) => `${key}=${String(value)}`);
  return given.length === 0 ? spec.name : `${spec.name}:${given.join(",")}`;
}

const MOST_QUADRATIC_ROWS = 50_000;

function settingsOf(sets: readonly LabelledSet[], options: CompareOptions): Comparison["settings"] {
  const inOrder = sets.some(({ starts }) => starts !== undefined);
  const { rankBy = "averagePrecision", mostQuadraticRows = MOST_QUADRATIC_ROWS, maxSeconds } = options;
  if ((rankBy === "vusPr" || rankBy === "eventF1") && !sets.every(({ starts }) => starts !== undefined)) {
    throw new ParamError("PARAM_RANGE", `rankBy: ${rankBy} needs rows in order of time`, {
      remedy: "Say where the series start, or rank by another figure",
    });
  }
  if (maxSeconds !== undefined && !(maxSeconds > 0)) {
    throw new ParamError("PARAM_RANGE", `maxSeconds: expected a number > 0; found ${maxSeconds}`);
  }
  return {
    splitting: options.splitting ?? { kind: inOrder ? "forward" : "stratified", folds: 5 },
    trainOn: options.trainOn ?? "all",
    scale: options.scale ?? "auto",
    rankBy,
    threads: options.threads ?? null,
    maxSeconds: maxSeconds ?? null,
    mostQuadraticRows,
  };
}

function checkSubjects(sets: readonly LabelledSet[], subjects: readonly Subject[]): void {
  for (const [what, names] of [
    ["data set", sets.map(({ name }) => name)],
    ["detector", subjects.map(({ name }) => name)],
  ] as const) {
    if (names.length === 0) throw new ParamError("PARAM_RANGE", `a comparison needs at least one ${what}; found none`);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      throw new ParamError("PARAM_RANGE", `each ${what} takes part once; found "${twice}" twice`);
    }
  }
  const series = subjects.find(({ detector }) => detector.spec.input === "series");
  const unordered = sets.find(({ starts }) => starts === undefined);
  if (series === undefined || unordered === undefined) return;
  throw new ParamError(
    "PARAM_RANGE",
    `${series.name} looks at rows in order of time, which ${unordered.name} has not`,
    {
      remedy: "Say where the series start, or leave the detector out",
    },
  );
}

interface Divided {
  readonly set: LabelledSet;
  readonly splits: readonly Split[];
}

function seedsOf(splitting: Splitting, subjects: readonly Subject[]): number[] {
  const own = subjects.map(({ detector }) => (detector.params as { readonly seed?: unknown }).seed);
  const all = [...own, splitting.kind === "stratified" ? (splitting.seed ?? 0) : undefined];
  return [...new Set(all.filter((seed) => typeof seed === "number"))].sort((a, b) => a - b);
}

/** Split after split, on each of which every detector runs, so that a comparison that was stopped is fair as far as it went. */
async function allRuns(
  divided: readonly Divided[],
  plans: readonly Plan[],
  settings: Comparison["settings"],
  options: CompareOptions,
  journal: Journal<RunRow> | undefined,
): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  const of = plans.length * divided.reduce((sum, { splits }) => sum + splits.length, 0);
  const expectation = new Expectation(plans.length);
  for (const { set, splits } of divided) {
    for (const split of splits) {
      let rows: SplitRows | undefined;
      for (const [p, plan] of plans.entries()) {
        options.signal?.throwIfAborted();
        const place = { set: set.name, split: split.name ?? "", detector: plan.subject.name };
        const key = JSON.stringify([place.set, place.split, place.detector]);
        let row = journal?.done.get(key);
        if (row === undefined) {
          const left = expectation.secondsLeft(of - runs.length, p);
          options.progress?.({ done: runs.length, of, next: place, secondsLeft: left });
          rows ??= rowsOf(set, split, settings, plans);
          const began = performance.now();
          row = { ...place, ...(await oneRun(plan, rows, settings, options)) } as RunRow;
          expectation.took(p, (performance.now() - began) / 1000);
          await journal?.add(key, row);
        }
        runs.push(row);
      }
    }
  }
  options.progress?.({ done: of, of, next: undefined, secondsLeft: 0 });
  return runs;
}

/** The rows of one split, as detectors are given them. */
interface SplitRows {
  readonly all: { readonly x: readonly Matrix[]; readonly labels: Uint8Array };
  /** What unsupervised detectors learn from. */
  readonly unsupervised: { readonly x: readonly Matrix[]; readonly labels: Uint8Array };
  readonly test: readonly Matrix[];
  readonly testLabels: Uint8Array;
  readonly starts: readonly number[] | undefined;
}

function rowsOf(set: LabelledSet, { train, test }: Split, { trainOn }: Comparison["settings"], plans: readonly Plan[]) {
  const { x, labels, starts } = set;
  // Rows in no order are gathered into one matrix, which is faster to work on than thousands of short runs.
  const gathered = (rows: Int32Array) => (starts === undefined ? [gather(x, rows)] : consecutiveRuns(x, rows, starts));
  const side = (rows: Int32Array) => ({
    x: gathered(rows),
    labels: Uint8Array.from(rows, (row) => labels[row] as number),
  });
  const all = side(train);
  const unlabelled = plans.some(({ subject }) => !subject.supervised);
  const tested = side(test);
  let at = 0;
  const rows: SplitRows = {
    all,
    unsupervised: trainOn === "normal" && unlabelled ? side(train.filter((row) => labels[row] === 0)) : all,
    test: tested.x,
    testLabels: tested.labels,
    starts:
      starts === undefined
        ? undefined
        : tested.x.map((part) => {
            at += part.rows;
            return at - part.rows;
          }),
  };
  return rows;
}

function gather(x: Matrix, rows: Int32Array): Matrix {
  const data = new Float64Array(rows.length * x.cols);
  rows.forEach((row, i) => {
    data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols);
  });
  return { ...x, data, rows: rows.length };
}

type Outcome = Omit<RunRow, "set" | "split" | "detector">;

async function oneRun(
  { subject, steps, threshold }: Plan,
  rows: SplitRows,
  settings: Comparison["settings"],
  { threads, kernels, signal, maxSeconds }: CompareOptions,
): Promise<Outcome> {
  const { detector, supervised } = subject;
  const { x, labels } = supervised ? rows.all : rows.unsupervised;
  const trained = x.reduce((sum, part) => sum + part.rows, 0);
  if (detector.spec.traits.quadratic === true && trained > settings.mostQuadraticRows) {
    const { mostQuadraticRows: most } = settings;
    const problem = `its time grows with the square of the rows, and ${trained} are more than ${most}`;
    const error = new TelltaleError("TOO_MANY_ROWS", problem, { remedy: "Allow more rows, or give fewer" });
    return { ...failureOf(error, "fit"), status: "skipped" };
  }
  const trial = await runTrial(
    pipeline({ steps, detector, threshold }),
    { train: x, test: rows.test, ...(supervised || threshold.needsLabels ? { trainLabels: labels } : {}) },
    {
      ...(threads === undefined ? {} : { threads }),
      ...(kernels === undefined ? {} : { kernels }),
      ...(signal === undefined ? {} : { signal }),
      ...(maxSeconds === undefined ? {} : { maxSeconds }),
    },
  );
  if (trial.status === "failed") return trial;
  const { model, scores, cost } = trial;
  const found = figuresOf({
    labels: rows.testLabels,
    scores,
    flags: trial.flags as Uint8Array,
    starts: rows.starts,
  });
  if (found === undefined) {
    const error = new TelltaleError("DATA_MISSING", "none of the test rows got a score", {
      remedy: "Fill in missing values with another policy",
    });
    return failureOf(error, "score");
  }
  const limit = model.threshold?.threshold ?? Number.NaN;
  return {
    status: "done",
    figures: found.figures,
    threshold: Number.isFinite(limit) ? limit : null,
    rows: found.rows,
    scores: digestOfNumbers(scores),
    cost,
  } as Outcome;
}
