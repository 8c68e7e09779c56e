import type { CallOptions, Control, Detector, FitOptions, FittedDetector, Matrix } from "@telltale/core";
import { failureOf } from "../run/index.js";
import type { DetectorRun, Entry, Part, Tally } from "./entry.js";
import type { SuiteFailure, SuiteOptions, SuiteRow } from "./suite.js";

/** How a benchmark runs each of its rows on each of its parts. */
export interface EntriesRun<P extends Part, D> {
  readonly entries: readonly Entry<P, D>[];
  /** Read one after the other, so that one alone need be in memory. */
  readonly parts: Iterable<P> | AsyncIterable<P>;
  /** How many there are, for the progress. */
  readonly count: number;
  /** A new sum for each row. */
  tally(): Tally<P, D>;
  /** What counts for a part on which a row failed. */
  failed(part: P): D;
}

/**
 * Every row on every part, part after part. A row that fails on a part is counted as the benchmark says, and told.
 *
 * @throws what the signal was aborted with
 */
export async function runEntries<P extends Part, D>(run: EntriesRun<P, D>, options: SuiteOptions): Promise<SuiteRow[]> {
  const { entries, parts, count, tally, failed } = run;
  const rows = uniquelyNamed(entries).map((entry) => {
    return { entry, sum: tally(), clock: new Clock(options), failures: [] as SuiteFailure[] };
  });
  let done = 0;
  for await (const part of parts) {
    for (const { entry, sum, clock, failures } of rows) {
      options.signal?.throwIfAborted();
      options.progress?.(done / (entries.length * count), `${part.name} ${entry.name}`);
      try {
        sum.add(part, await entry.decide(part, clock));
      } catch (error) {
        options.signal?.throwIfAborted();
        const { code, message } = failureOf(error, "score");
        failures.push({ part: part.name, code, message });
        sum.add(part, failed(part));
      }
      done++;
    }
  }
  return rows.map(({ entry: { name, kind, settings, published }, sum, clock, failures }) => ({
    name,
    kind,
    settings,
    measures: sum.measures(),
    parts: sum.parts,
    ...(published === undefined ? {} : { published }),
    failures,
    seconds: { fit: clock.fitSeconds, score: clock.scoreSeconds },
  }));
}

/** A detector that is asked for may have the name of a control. */
function uniquelyNamed<P extends Part, D>(entries: readonly Entry<P, D>[]): Entry<P, D>[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    const name = taken.has(entry.name) ? `${entry.name} (${entry.kind})` : entry.name;
    taken.add(name);
    return { ...entry, name };
  });
}

/** Calls detectors and adds up how long they take. */
class Clock implements DetectorRun {
  readonly seed: number;
  readonly #call: CallOptions & Control;
  fitSeconds = 0;
  scoreSeconds = 0;

  constructor({ seed = 0, threads, kernels, signal }: SuiteOptions) {
    this.seed = seed;
    this.#call = {
      ...(threads === undefined ? {} : { threads }),
      ...(kernels === undefined ? {} : { kernels }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  async fit(detector: Detector, x: Matrix, options: Pick<FitOptions, "labels"> = {}): Promise<FittedDetector> {
    const start = performance.now();
    const model = await detector.fit(x, { ...options, ...this.#call });
    this.fitSeconds += secondsSince(start);
    return model;
  }

  async trainingScores(model: FittedDetector, x: Matrix): Promise<Float64Array> {
    const start = performance.now();
    const scores = await model.trainingScores(x, this.#call);
    this.fitSeconds += secondsSince(start);
    return scores;
  }

  async score(model: FittedDetector, x: Matrix): Promise<Float64Array> {
    const start = performance.now();
    const scores = await model.score(x, this.#call);
    this.scoreSeconds += secondsSince(start);
    return scores;
  }
}

const secondsSince = (start: number) => (performance.now() - start) / 1000;
