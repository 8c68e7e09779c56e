import { type Matrix, rowRange } from "../matrix.js";
import { load } from "../model-file/load.js";
import { Random } from "../random.js";
import { check, checkFinite, checkSame } from "./check.js";
import { type Cases, type Subject, unnamed, withValue } from "./subject.js";

/** Rows from an outlier within which a detector of series has its highest score. */
const WINDOW_REACH = 64;

/** What scores are, and what they may not depend on. */
export const scoringCases: Cases = {
  "gives one finite score a row"(subject) {
    const x = subject.rows();
    checkFinite(subject.score(subject.fit(x), x), x.rows, "scores");
  },

  "gives the same model for the same seed"(subject) {
    const x = subject.rows();
    checkSame(subject.fit(x).save(), subject.fit(x).save(), "model bytes of two fits");
  },

  async "gives the same bits at once and as promises"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    const later = await subject.fitSoon(x, {});
    checkSame(later.save(), model.save(), "model bytes");
    checkSame(await later.score(x, { kernels: subject.kernels }), subject.score(model, x), "scores");
  },

  async "changes neither its input nor its model"(subject) {
    const x = subject.rows();
    const before = x.data.slice();
    const model = subject.fit(x);
    const bytes = model.save();
    subject.score(model, x);
    await model.score(x, { kernels: subject.kernels });
    if (model.spec.contributions !== undefined) model.contributionsSync(x, { kernels: subject.kernels });
    checkSame(x.data, before, "input");
    checkSame(model.save(), bytes, "model bytes");
  },

  "scores a row alike alone, in a batch and in any chunk"(subject) {
    if (!rowByRow(subject)) return;
    const x = subject.rows();
    const model = subject.fit(x);
    const whole = subject.score(model, x);
    const random = new Random(5);
    for (let trial = 0; trial < 20; trial++) {
      const longest = trial === 0 ? 1 : 1 + random.below(x.rows);
      for (let from = 0; from < x.rows; ) {
        const to = Math.min(x.rows, from + 1 + random.below(longest));
        const part = subject.score(model, rowRange(x, from, to));
        checkSame(part, whole.subarray(from, to), `rows ${from} to ${to}`);
        from = to;
      }
    }
  },

  "scores alike with any number of threads"(subject) {
    const x = subject.rows(2500);
    const one = subject.create().fitSync(x, { ...subject.fitOptions(x.rows), threads: 1 });
    for (const threads of [2, 3, 8]) {
      const several = subject.create().fitSync(x, { ...subject.fitOptions(x.rows), threads });
      checkSame(several.save(), one.save(), `model fitted with ${threads} threads`);
      checkSame(subject.score(one, x, threads), subject.score(one, x, 1), `scores with ${threads} threads`);
    }
  },

  "reads views into larger buffers"(subject) {
    const x = subject.rows();
    const room = new Float64Array(x.data.length + 7).fill(1e9);
    room.set(x.data, 3);
    const view = { ...x, data: room.subarray(3, 3 + x.data.length) };
    const model = subject.fit(x);
    checkSame(subject.fit(view).save(), model.save(), "model bytes");
    checkSame(subject.score(model, view), subject.score(model, x), "scores");
  },

  "puts a planted outlier first"(subject) {
    if (subject.factory.spec.traits.control === true) return;
    const x = subject.rows();
    const plant = (m: Matrix, row: number) => [0, 1, 2].reduce((n, j) => withValue(n, row, j, 60 * (1 + j)), m);
    // One that learns from labels has to have seen such rows.
    const { labels } = subject.fitOptions(x.rows);
    const seen = labels === undefined ? [] : Array.from(labels.keys()).filter((i) => labels[i] === 1);
    const model = subject.fitWhole(seen.reduce(plant, x));
    const row = 123;
    const planted = plant(x, row);
    const scores = subject.score(model, planted);
    const highest = scores.reduce((a, b) => Math.max(a, b));
    const first = scores.indexOf(highest);
    // The score of a row may be that of a window which the outlier is in.
    const reach = subject.factory.spec.input === "series" ? WINDOW_REACH : 0;
    check(Math.abs(first - row) <= reach, `expected row ${row} to score highest; found row ${first}`);
    const plain = subject.score(model, x).reduce((a, b) => Math.max(a, b));
    check(highest > plain, `the outlier scores ${highest}, which is not above ${plain}, the highest score without it`);
  },

  "matches columns by name"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    const wide = { data: new Float64Array(x.rows * 4), rows: x.rows, cols: 4 };
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < 3; j++) wide.data[i * 4 + (3 - j)] = x.data[i * 3 + j] as number;
    }
    const columns = ["other", "Current", "Temperature", "Pressure"];
    checkSame(subject.score(model, { ...wide, columns }), subject.score(model, x), "scores of reordered columns");
    checkSame(subject.score(model, unnamed(x)), subject.score(model, x), "scores of columns without names");
  },

  "gives contributions of the right shape, alike in any chunk"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    if (model.spec.contributions === undefined) return;
    const options = { kernels: subject.kernels };
    const all = model.contributionsSync(x, options);
    checkFinite(all.data, x.rows * x.cols, "contributions");
    if (!rowByRow(subject)) return;
    const part = model.contributionsSync(rowRange(x, 100, 117), options);
    checkSame(part.data, all.data.subarray(100 * x.cols, 117 * x.cols), "contributions of rows 100 to 117");
  },

  "gives the same bits after saving and loading"(subject) {
    const x = subject.rows();
    const model = subject.fit(x);
    const bytes = model.save();
    const room = new Uint8Array(bytes.length + 3);
    room.set(bytes, 3);
    const again = load(room.subarray(3));
    room.fill(0);
    checkSame(again.scoreSync(x, { kernels: subject.kernels }), subject.score(model, x), "scores");
    checkSame(again.save(), bytes, "model bytes");
  },
};

/** Whether a row's score depends on that row and the model alone. */
function rowByRow({ factory }: Subject): boolean {
  return factory.spec.input === "tabular" && factory.spec.traits.transductive !== true;
}
