import { seriesOf } from "../detectors/series.js";
import { ShapeError } from "../errors.js";
import { rowRange } from "../matrix.js";
import { Random } from "../random.js";
import { check, checkFinite, checkSame } from "./check.js";
import type { Cases, Subject } from "./subject.js";

/** What detectors of series promise beside the rest. Those of tables pass the cases that do not concern them. */
export const seriesCases: Cases = {
  "says rightly whether it scores a series in chunks"(subject) {
    const { input, traits } = subject.factory.spec;
    const streams = subject.fit(subject.rows()).open() !== undefined;
    const expected = input === "series" ? traits.causal === true : traits.transductive !== true;
    check(streams === expected, `scores in chunks: ${streams}; its traits say ${expected}`);
  },

  async "gives the same bits in any chunks as for the whole series"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    if (model.open() === undefined) return;
    const whole = subject.score(model, x);
    const explains = model.spec.contributions !== undefined;
    const all = explains ? model.contributionsSync(x, { kernels: subject.kernels }).data : new Float64Array(0);
    const random = new Random(6);
    for (const longest of [1, 7, 50, x.rows]) {
      const stream = model.open();
      for (let from = 0; from < x.rows; ) {
        const to = Math.min(x.rows, from + random.below(longest + 1));
        const pushed = explains ? new Float64Array((to - from) * x.cols) : undefined;
        const options = { kernels: subject.kernels };
        const part = longest === 7 ? await stream?.push(rowRange(x, from, to), options, pushed) : undefined;
        const scores = part ?? stream?.pushSync(rowRange(x, from, to), options, pushed) ?? new Float64Array(0);
        checkSame(scores, whole.subarray(from, to), `rows ${from} to ${to}`);
        if (pushed !== undefined) checkSame(pushed, all.subarray(from * x.cols, to * x.cols), `contributions ${from}`);
        from = to;
      }
    }
  },

  "does not look ahead, if it says so"(subject) {
    if (subject.factory.spec.traits.causal !== true) return;
    const x = subject.rows();
    const model = subject.fit(x);
    const whole = subject.score(model, x);
    for (const rows of [1, 2, 3, 17, 100, 250]) {
      checkSame(subject.score(model, rowRange(x, 0, rows)), whole.subarray(0, rows), `the first ${rows} rows`);
    }
  },

  "forgets one series before the next"(subject) {
    if (subject.factory.spec.input !== "series") return;
    const x = subject.rows();
    const model = subject.fit(x);
    const first = model.open();
    first?.pushSync(x, { kernels: subject.kernels });
    const second = model.open();
    const scores = second?.pushSync(x, { kernels: subject.kernels });
    if (scores !== undefined) checkSame(scores, subject.score(model, x), "scores of a second series");
  },

  "scores a series of any length"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    for (const rows of [1, 2, 3, 5, 11, 40]) {
      checkFinite(subject.score(model, rowRange(x, 0, rows)), rows, `scores of a series of ${rows} rows`);
    }
  },

  async "learns from several series, and scores each of them on its own"(subject) {
    if (subject.factory.spec.input !== "series") return;
    const x = subject.rows();
    const half = Math.floor(x.rows / 2);
    for (const starts of [Int32Array.of(0), Int32Array.of(0, half), Int32Array.of(0, 1, 2, half, x.rows - 1)]) {
      const model = fitSeries(subject, starts);
      if (model === undefined) continue;
      const own = model.trainingScoresSync(x, { starts, kernels: subject.kernels });
      checkFinite(own, x.rows, `training scores of ${starts.length} series`);
      const later = await model.trainingScores(x, { starts, kernels: subject.kernels });
      checkSame(later, own, "promised training scores");
      if (model.spec.trainingScores !== undefined) continue;
      const each = seriesOf(x, starts).flatMap((part) => [...subject.score(model, part)]);
      checkSame(own, each, `training scores of ${starts.length} series`);
    }
  },
};

/** Nothing when the series are too short for the detector, which it may say. */
function fitSeries(subject: Subject, starts: Int32Array) {
  const x = subject.rows();
  try {
    return subject.create().fitSync(x, { ...subject.fitOptions(x.rows), starts });
  } catch (error) {
    check(error instanceof ShapeError && starts.length > 2, `a fit on ${starts.length} series threw ${String(error)}`);
    return undefined;
  }
}
