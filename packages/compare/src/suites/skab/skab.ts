import { type CallOptions, type Control, type Detector, type FittedDetector, registry } from "@telltale/core";
import { failureOf } from "../../run/index.js";
import type { Suite, SuiteFailure, SuiteOptions, SuiteRow } from "../suite.js";
import { levelShiftAlarms } from "./change-points.js";
import { CONTROLS } from "./controls.js";
import type { Decision } from "./decision.js";
import { detectorEntries } from "./detectors.js";
import type { FileRun, SkabEntry } from "./entry.js";
import { readSkab, SKAB_FILES, type SkabFile, TRAINING_ROWS } from "./files.js";
import { MEASURES, SkabTally } from "./measures.js";
import { METHODS } from "./methods.js";

/** The word for the published methods in a list of detectors. */
const PUBLISHED = "published";

/**
 * The Skoltech Anomaly Benchmark (SKAB) by its own protocol: 34 files of a water circuit, a new model for each one's first 400
 * rows, all other rows tested, counts of all files pooled, change points by its variant of the NAB score. Published methods with
 * the settings of its notebooks, any registered detector, and controls.
 *
 * @see https://doi.org/10.34740/KAGGLE/DSV/1693952 Katser, Kozitsin: Skoltech Anomaly Benchmark (SKAB)
 */
export const skab: Suite = {
  name: "skab",
  title: "Skoltech Anomaly Benchmark (SKAB)",
  async run(folder, options) {
    const { seed = 0 } = options;
    const entries = entriesAsked(options.detectors);
    const files = await readSkab(folder);
    const rows: SuiteRow[] = [];
    let done = 0;
    const tell = (entry: SkabEntry) => {
      options.progress?.(done / (entries.length * files.length), entry.name);
    };
    for (const entry of entries) {
      const row = await runEntry(entry, files, seed, options, () => {
        done++;
        tell(entry);
      });
      rows.push(row);
      options.finished?.(row);
    }
    return {
      files: SKAB_FILES,
      measures: MEASURES,
      rows,
      settings: { seed, files: files.length, trainingRows: TRAINING_ROWS },
      notes: NOTES,
    };
  },
};

const NOTES: readonly string[] = [
  "The rule for windows never flags the first and last rows of a file, which are mostly normal: compare by “F1 no edges”.",
  "A constant alarm has the F1 of the first control; an alarm in every 60th row has a higher NAB score than any published method: read both beside the controls.",
  "A file on which a detector fails counts as one without an alarm.",
];

/** The rows of the table: what is asked for, and always the controls. */
function entriesAsked(asked: readonly string[] | undefined): SkabEntry[] {
  const there = ({ needs }: SkabEntry) => needs === undefined || registry.has(needs);
  const methods = METHODS.filter(
    (entry) =>
      there(entry) &&
      (asked === undefined ||
        asked.includes("all") ||
        asked.includes(PUBLISHED) ||
        (entry.needs !== undefined && asked.includes(entry.needs))),
  );
  const alarms =
    asked === undefined || asked.includes("level-shift") || asked.includes("all") ? [levelShiftAlarms] : [];
  return [...methods, ...detectorEntries(asked?.filter((text) => text !== PUBLISHED)), ...alarms, ...CONTROLS];
}

async function runEntry(
  entry: SkabEntry,
  files: readonly SkabFile[],
  seed: number,
  options: SuiteOptions,
  next: () => void,
): Promise<SuiteRow> {
  const tally = new SkabTally();
  const failures: SuiteFailure[] = [];
  const clock = new Clock(seed, options);
  for (const file of files) {
    options.signal?.throwIfAborted();
    let decision: Decision;
    try {
      decision = await entry.decide(file, clock);
    } catch (error) {
      options.signal?.throwIfAborted();
      const { code, message } = failureOf(error, "score");
      failures.push({ part: file.name, code, message });
      const none = new Uint8Array(file.test.rows);
      decision = { scores: new Float64Array(file.test.rows), flags: none };
    }
    tally.add(file, decision);
    next();
  }
  const { name, kind, settings, published } = entry;
  return {
    name,
    kind,
    settings,
    measures: tally.measures(),
    parts: tally.parts,
    ...(published === undefined ? {} : { published }),
    failures,
    seconds: { fit: clock.fitSeconds, score: clock.scoreSeconds },
  };
}

/** Calls detectors and adds up how long they take. */
class Clock implements FileRun {
  readonly seed: number;
  readonly #call: CallOptions & Control;
  fitSeconds = 0;
  scoreSeconds = 0;

  constructor(seed: number, { threads, kernels, signal }: SuiteOptions) {
    this.seed = seed;
    this.#call = {
      ...(threads === undefined ? {} : { threads }),
      ...(kernels === undefined ? {} : { kernels }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  async fit(detector: Detector, x: Parameters<FileRun["fit"]>[1]): Promise<FittedDetector> {
    const start = performance.now();
    const model = await detector.fit(x, this.#call);
    this.fitSeconds += (performance.now() - start) / 1000;
    return model;
  }

  async trainingScores(model: FittedDetector, x: Parameters<FileRun["fit"]>[1]): Promise<Float64Array> {
    const start = performance.now();
    const scores = await model.trainingScores(x, this.#call);
    this.fitSeconds += (performance.now() - start) / 1000;
    return scores;
  }

  async score(model: FittedDetector, x: Parameters<FileRun["fit"]>[1]): Promise<Float64Array> {
    const start = performance.now();
    const scores = await model.score(x, this.#call);
    this.scoreSeconds += (performance.now() - start) / 1000;
    return scores;
  }
}
