import { chain, type MaybePromise, type Run } from "../kernels/kernels.js";
import { type Matrix, rowRange } from "../matrix.js";
import type { ParamSchema, ParamValues } from "../params/params.js";
import type { DetectorSpec, ModelState, SeriesRun } from "./detector.js";

/** The series that stacked rows consist of, as views. Without `starts` all rows are one series. */
export function seriesOf(x: Matrix, starts: Int32Array | undefined): Matrix[] {
  if (starts === undefined) return [x];
  return Array.from(starts, (from, i) => rowRange(x, from, starts[i + 1] ?? x.rows));
}

/** Runs steps 0 … count − 1 one after the other: all at once, or as a promise from the first one that is a promise. */
export function inOrder(count: number, step: (i: number) => MaybePromise<unknown>): MaybePromise<void> {
  for (let i = 0; i < count; i++) {
    const done = step(i);
    if (!(done instanceof Promise)) continue;
    return done.then(async () => {
      for (let k = i + 1; k < count; k++) await step(k);
    });
  }
}

/** What `score` gives for each series, joined; one series after the other. */
export function scoreEach(
  series: readonly Matrix[],
  run: Run,
  score: (x: Matrix, run: Run) => MaybePromise<Float64Array>,
): MaybePromise<Float64Array> {
  const rows = series.reduce((total, x) => total + x.rows, 0);
  const scores = new Float64Array(rows);
  let at = 0;
  const done = inOrder(series.length, (i) => {
    const x = series[i] as Matrix;
    return chain(score(x, run.within(at / rows, (at + x.rows) / rows)), (part) => {
      scores.set(part, at);
      at += x.rows;
    });
  });
  return chain(done, () => scores);
}

/** A series in chunks: what the detector remembers of it, or nothing to remember for independent rows. */
export function openSeries<S extends ParamSchema, T extends ModelState>(
  spec: DetectorSpec<S, T>,
  state: T,
  params: ParamValues<S>,
): SeriesRun | undefined {
  if (spec.input === "series") return spec.open?.(state, params);
  if (spec.traits.transductive === true) return undefined;
  return {
    push(x, run, contributions) {
      if (contributions === undefined || spec.contributions === undefined) return spec.score(state, x, params, run);
      const scores = spec.score(state, x, params, run.within(0, 0.5));
      return chain(scores, (values) =>
        chain(spec.contributions?.(state, x, params, run.within(0.5, 1)) ?? contributions, (pushed) => {
          contributions.set(pushed);
          return values;
        }),
      );
    },
  };
}

/** `score` and `open` of a detector whose scores look back only: a whole series is one chunk. */
export function lookingBack<T, P>(open: (state: T, params: P) => SeriesRun) {
  return {
    open,
    score: (state: T, x: Matrix, params: P, run: Run) => open(state, params).push(x, run),
  };
}

/** The same with `contributions`, for one that says which feature made a score. */
export function lookingBackExplained<T, P>(open: (state: T, params: P) => SeriesRun) {
  return {
    ...lookingBack(open),
    contributions(state: T, x: Matrix, params: P, run: Run): MaybePromise<Float64Array> {
      const values = new Float64Array(x.data.length);
      return chain(open(state, params).push(x, run, values), () => values);
    },
  };
}
