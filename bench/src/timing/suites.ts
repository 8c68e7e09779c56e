import Benchmark from "benchmark";
import { type Timing, timingOf } from "./statistics.js";

// benchmark.js would paste the source of a function into generated code, where its closure is gone; it then notices and
// calls the function instead. Calling from the start saves the failed attempt, which would run the kernel once more.
Benchmark.support.decompilation = false;

export interface SuiteOptions {
  /** Suites to run; their samples are pooled. */
  readonly rounds: number;
  /** Seconds that benchmark.js gives one contestant in one round, beyond the samples that it needs at least. */
  readonly secondsPerRound: number;
  /** Seconds that one sample lasts at least; short calls are repeated within it. Default: what benchmark.js takes, 0.05. */
  readonly secondsPerSample?: number;
}

/** Something to be timed: a call that finishes before it returns. */
export interface TimedCall {
  readonly name: string;
  call(): void;
}

/**
 * Times calls with benchmark.js, in several short suites instead of a long one: a suite runs its calls one after the
 * other, and only rounds put them in turn. Each round starts with another call.
 *
 * @returns seconds a call, by name
 * @throws what a call throws
 */
export function timeSuites(calls: readonly TimedCall[], options: SuiteOptions): Map<string, Timing> {
  const minTime = options.secondsPerSample === undefined ? {} : { minTime: options.secondsPerSample };
  const seconds = new Map<string, number[]>(calls.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    const suite = new Benchmark.Suite();
    for (let i = 0; i < calls.length; i++) {
      const { name, call } = calls[(i + round) % calls.length] as TimedCall;
      suite.add(name, call, { ...minTime, maxTime: options.secondsPerRound, minSamples: 2 });
    }
    suite.on("cycle", ({ target }: { target: Benchmark }) => {
      if (target.error) throw target.error;
      seconds.get(target.name ?? "")?.push(...(target.stats.sample as number[]));
    });
    suite.on("error", ({ target }: { target: Benchmark }) => {
      throw target.error;
    });
    suite.run({ async: false });
  }
  return new Map([...seconds].map(([name, sample]) => [name, timingOf(sample)]));
}
