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

/** What a row decided about a part, with the seconds that it took, or what went wrong. */
export interface Decided<D> {
  readonly decision?: D;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly fitSeconds: number;
  readonly scoreSeconds: number;
}

/**
 * Every row on every part, part after part. A row that fails on a part is counted as the benchmark says, and told. With
 * `options.elsewhere` decisions are made there, several at a time; the figures are the same.
 *
 * @throws what the signal was aborted with
 */
export async function runEntries<P extends Part, D>(run: EntriesRun<P, D>, options: SuiteOptions): Promise<SuiteRow[]> {
  const { entries, parts, count, tally, failed } = run;
  const { signal, progress, elsewhere } = options;
  const rows = uniquelyNamed(entries).map((entry) => {
    return { entry, sum: tally(), fit: 0, score: 0, failures: [] as SuiteFailure[] };
  });
  let done = 0;
  const add = (part: P, k: number, decided: Decided<D>) => {
    const row = rows[k] as (typeof rows)[number];
    row.fit += decided.fitSeconds;
    row.score += decided.scoreSeconds;
    let { failure } = decided;
    try {
      if (decided.decision !== undefined) row.sum.add(part, decided.decision);
    } catch (error) {
      failure = failureOf(error, "score");
    }
    if (failure !== undefined) {
      row.failures.push({ part: part.name, code: failure.code, message: failure.message });
      row.sum.add(part, failed(part));
    }
    done++;
  };
  let place = 0;
  const waiting: (() => Promise<void>)[] = [];
  for await (const part of parts) {
    const at = place++;
    for (const [k, { entry }] of rows.entries()) {
      signal?.throwIfAborted();
      progress?.(done / (entries.length * count), `${part.name} ${entry.name}`);
      if (elsewhere === undefined) {
        add(part, k, await decided(entry, part, options));
        continue;
      }
      const promise = elsewhere.decide(k, at) as Promise<Decided<D>>;
      // Whoever waits for an earlier one learns of it; nobody may be told of a rejection that nobody waits for.
      promise.catch(() => {});
      waiting.push(async () => {
        add(part, k, await promise);
        progress?.(done / (entries.length * count), `${part.name} ${entry.name}`);
      });
    }
  }
  for (const next of waiting) {
    signal?.throwIfAborted();
    await next();
  }
  return rows.map(({ entry: { name, kind, settings, published }, sum, fit, score, failures }) => ({
    name,
    kind,
    settings,
    measures: sum.measures(),
    parts: sum.parts,
    ...(published === undefined ? {} : { published }),
    failures,
    seconds: { fit, score },
  }));
}

/** One row on one part. @throws what the signal was aborted with */
export async function decided<P extends Part, D>(
  entry: Entry<P, D>,
  part: P,
  options: SuiteOptions,
): Promise<Decided<D>> {
  const clock = new Clock(options);
  const times = () => ({ fitSeconds: clock.fitSeconds, scoreSeconds: clock.scoreSeconds });
  try {
    const decision = await entry.decide(part, clock);
    return { decision, ...times() };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, message } = failureOf(error, "score");
    return { failure: { code, message }, ...times() };
  }
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
