import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineDetector } from "../detectors/detector.js";
import { isolationForest } from "../detectors/tabular/isolation-forest/isolation-forest.js";
import { ColumnError, ParamError, ShapeError } from "../errors.js";
import { fromRows, type Matrix, matrix, rowRange, selectColumns } from "../matrix.js";
import { infinite } from "../prepare/infinite.js";
import { lags } from "../prepare/lags.js";
import { missing } from "../prepare/missing.js";
import { scale, standardize } from "../prepare/scale.js";
import { windows } from "../prepare/windows.js";
import { Random } from "../random.js";
import { fixed, mad, quantile } from "../thresholds/index.js";
import { pipeline } from "./pipeline.js";

const NAMES = ["Pressure", "Current", "Flow"];

function noise(rows: number, seed = 1, gaps = 0): Matrix {
  const random = new Random(seed);
  const data = Float64Array.from({ length: rows * 3 }, () => (random.uniform() < gaps ? Number.NaN : random.normal()));
  return matrix(data, rows, 3, NAMES);
}

const forest = () => isolationForest({ trees: 20, samples: 64, seed: 3 });

/** Takes finite values only; a row's score is the sum of its values. */
const sum = defineDetector({
  name: "sum",
  summary: "Adds the values of a row, for tests.",
  input: "tabular",
  traits: {},
  leastRows: 1,
  params: {},
  fit: () => ({ none: 0 }),
  score: (_state, x) =>
    Float64Array.from({ length: x.rows }, (_, i) => rowRange(x, i, i + 1).data.reduce((a, b) => a + b, 0)),
  contributions: (_state, x) => x.data.slice(),
  restore: () => ({ none: 0 }),
});

describe("fitting a pipeline", () => {
  it("gives the same bytes at once and as a promise, and for the same seed", async () => {
    const make = () =>
      pipeline({ steps: [standardize(), windows({ size: 3 })], detector: forest(), threshold: quantile(0.9) });
    const x = noise(300);
    const bytes = make().fitSync(x).save();
    expect(
      await make()
        .fit(x)
        .then((model) => model.save()),
    ).toEqual(bytes);
    expect(make().fitSync(x).save()).toEqual(bytes);
  });

  it("changes neither the training rows nor the rows to score", () => {
    const x = noise(200, 2, 0.1);
    const before = x.data.slice();
    const steps = [missing({ policy: "previous" }), standardize(), lags({ lags: [2] })];
    const model = pipeline({ steps, detector: forest(), threshold: mad(3) }).fitSync(x);
    model.scoreSync(x);
    model.contributionsSync(x);
    expect(x.data).toEqual(before);
    expect(Object.isFrozen(model)).toBe(true);
  });

  it("is the detector alone without steps", () => {
    const x = noise(200, 3, 0.1);
    expect(pipeline({ detector: forest() }).fitSync(x).scoreSync(x)).toEqual(forest().fitSync(x).scoreSync(x));
  });

  it("prepares each series by itself", () => {
    const [a, b] = [noise(90, 4), noise(70, 5)];
    const make = () => pipeline({ steps: [windows({ size: 4 }), scale({ method: "robust" })], detector: forest() });
    const model = make().fitSync([a, b]);
    expect(model.training).toEqual({ rows: 160, series: 2 });
    const together = model.scoreSync([a, b]);
    expect(together).toEqual(Float64Array.from([...model.scoreSync(a), ...model.scoreSync(b)]));
    const joined = matrix(Float64Array.from([...a.data, ...b.data]), 160, 3, NAMES);
    expect(model.scoreSync(joined)).not.toEqual(together);
    expect(model.scoreSync(joined).subarray(0, 90)).toEqual(together.subarray(0, 90));
  });

  it("fits the threshold on the scores of the training rows", () => {
    const x = noise(400, 6);
    const model = pipeline({ steps: [standardize()], detector: forest(), threshold: quantile(0.95) }).fitSync(x);
    const scores = model.scoreSync(x);
    expect(model.threshold?.threshold).toBe(quantile(0.95).fit(scores).threshold);
    expect(model.flag(scores).reduce((a, b) => a + b, 0)).toBe(20);
    expect(model.training.scoreQuantiles?.find(([q]) => q === 1)).toEqual([1, Math.max(...scores)]);
    const again = model.withThreshold(fixed(0).fit(scores));
    expect(again.flag(scores)).toEqual(new Uint8Array(400).fill(1));
    expect(model.threshold?.rule).toBe("quantile");
    expect(model.fitThreshold(quantile(1), scores).flag(scores)).toEqual(new Uint8Array(400));
    expect(() => model.withThreshold(undefined).flag(scores)).toThrow(ParamError);
  });

  it("tells a progress that grows to 1, and stops when aborted", async () => {
    const told: number[] = [];
    const run = pipeline({ steps: [windows({ size: 5 })], detector: forest(), threshold: quantile(0.9) });
    const model = await run.fit(noise(5000), { progress: (done) => told.push(done) });
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    told.length = 0;
    await model.score([noise(200_000), noise(100)], { progress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const controller = new AbortController();
    const fitting = run.fit(noise(5000), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(fitting).rejects.toThrow("enough");
    await expect(model.score(noise(5), { signal: AbortSignal.abort(new Error("late")) })).rejects.toThrow("late");
  });

  it("hands labels to the detector, without those of dropped rows", () => {
    let seen: Uint8Array | undefined;
    const learner = defineDetector({
      name: "learner",
      summary: "Remembers the labels it was given, for tests.",
      input: "tabular",
      traits: { supervised: true },
      leastRows: 1,
      params: {},
      fit(_x, _params, _run, { labels }) {
        seen = labels;
        return { none: 0 };
      },
      score: (_state, x) => new Float64Array(x.rows),
      restore: () => ({ none: 0 }),
    });
    const gap = fromRows([[1], [Number.NaN], [3]]);
    const run = pipeline({ steps: [missing({ policy: "drop" }), windows({ size: 2 })], detector: learner() });
    run.fitSync([gap, gap], { labels: Uint8Array.of(1, 0, 0, 0, 0, 1) });
    expect(seen).toEqual(Uint8Array.of(1, 0, 0, 1));
    expect(() => run.fitSync(gap, { labels: Uint8Array.of(1) })).toThrow(ShapeError);
    expect(() => run.fitSync(gap)).toThrow(/learns from labels/);
  });
});

describe("missing and infinite values in a pipeline", () => {
  const hole = (row: number, value = Number.NaN) => {
    const x = noise(50);
    const data = x.data.slice();
    data[(row - 1) * 3 + 1] = value;
    return { ...x, data };
  };

  it("are refused at the door when the detector cannot take them, by their own row", () => {
    const model = pipeline({ steps: [windows({ size: 3 })], detector: sum() }).fitSync(noise(50));
    expect(() => model.scoreSync(hole(33))).toThrow(/row 33, column "Current": .*missing value/);
    expect(() => model.scoreSync(hole(34, 1 / 0))).toThrow(expect.objectContaining({ code: "DATA_INFINITE" }));
    const named = { sources: ["a.csv", "b.csv"] };
    expect(() => model.scoreSync([noise(50), hole(7)], named)).toThrow(/^b\.csv, row 7, column "Current"/);
    const run = pipeline({ detector: sum() });
    expect(() => run.fitSync([noise(50), hole(8)], named)).toThrow(/^b\.csv, row 8/);
    expect(() => run.fitSync(hole(9), named)).toThrow(ShapeError);
  });

  it("are found behind a step that makes them, by the row of the data", () => {
    const x = fromRows([[0], [1], [1e-300], [2]], ["Flow"]);
    const huge = fromRows([[0], [1], [Number.MAX_VALUE], [2]], ["Flow"]);
    const tiny = matrix(
      x.data.map((v) => v * 1e-300),
      4,
      1,
      ["Flow"],
    );
    const run = pipeline({ steps: [scale({ method: "min-max" }), windows({ size: 2 })], detector: sum() });
    const model = run.fitSync(matrix(Float64Array.of(0, 0.5, 0.1, 0.2), 4, 1, ["Flow"]));
    expect(() => model.scoreSync([tiny, huge])).toThrow(/^series 2, row 3, column "Flow\[t\]": .*found Infinity/);
    const stream = model.stream();
    stream.pushSync(tiny);
    expect(() => stream.pushSync(huge)).toThrow(/row 7/);
    const wild = pipeline({ steps: [lags()], detector: sum() });
    expect(() => wild.fitSync([x, fromRows([[1], [Number.NaN]], ["Flow"])])).toThrow(/^series 2, row 2/);
  });

  it("go to a detector that takes them", () => {
    const model = pipeline({ steps: [standardize()], detector: forest() }).fitSync(hole(4));
    expect(model.scoreSync(hole(5, Number.NEGATIVE_INFINITY)).every(Number.isFinite)).toBe(true);
  });

  it("may not be kept for a detector that cannot take them", () => {
    const refused = (...steps: Parameters<typeof pipeline>[0]["steps"] & object) =>
      expect(() => pipeline({ steps, detector: sum() }).fitSync(noise(9))).toThrow(ParamError);
    refused(missing({ policy: "keep" }));
    refused(infinite({ policy: "keep" }));
    refused(missing({ policy: "mean" }), infinite({ policy: "missing" }));
    const steps = [infinite({ policy: "missing" }), missing({ policy: "zero" })];
    expect(
      pipeline({ steps, detector: sum() })
        .fitSync(hole(3, 1 / 0))
        .scoreSync(noise(9)),
    ).toHaveLength(9);
  });

  it("leave a gap in the scores when they are dropped", () => {
    const model = pipeline({
      steps: [missing({ policy: "drop" }), windows({ size: 2 })],
      detector: sum(),
      threshold: quantile(0.5),
    }).fitSync(hole(4));
    expect(model.training.rows).toBe(49);
    const x = fromRows([[1], [2], [Number.NaN], [4]]);
    const one = pipeline({ steps: [missing({ policy: "drop" }), windows({ size: 2 })], detector: sum() }).fitSync(x);
    expect([...one.scoreSync(x)]).toEqual([2, 3, Number.NaN, 6]);
    expect([...one.contributionsSync(x).data]).toEqual([2, 3, Number.NaN, 6]);
    expect([...one.fitThreshold(quantile(0), one.scoreSync(x)).flag(one.scoreSync(x))]).toEqual([0, 1, 0, 1]);
    expect([...model.flag(model.scoreSync(hole(4)))][3]).toBe(0);
  });
});

describe("columns of a pipeline", () => {
  const x = noise(60);
  const model = pipeline({ steps: [standardize(), lags()], detector: forest() }).fitSync(x);

  it("are matched by name, in any order and among others", () => {
    const wide = matrix(
      Float64Array.from({ length: 240 }, (_, i) =>
        i % 4 === 3 ? 9 : (x.data[Math.floor(i / 4) * 3 + (2 - (i % 4))] as number),
      ),
      60,
      4,
      ["Flow", "Current", "Pressure", "extra"],
    );
    expect(model.scoreSync(wide)).toEqual(model.scoreSync(x));
    expect(model.columns).toEqual(NAMES);
  });

  it("are named when they are not there", () => {
    expect(() => model.scoreSync(selectColumns(x, [0, 2]))).toThrow(ColumnError);
    expect(() => model.scoreSync([x, selectColumns(x, [0, 2])])).toThrow(/Current/);
    expect(() => model.scoreSync(matrix(new Float64Array(4), 2, 2))).toThrow(/3 columns; found 2/);
    expect(() => pipeline({ detector: forest() }).fitSync([x, selectColumns(x, [0, 1])])).toThrow(ColumnError);
  });

  it("get the contributions of what was made of them", () => {
    const m = fromRows(
      [
        [1, 10],
        [2, 20],
        [3, 40],
      ],
      ["a", "b"],
    );
    const adder = pipeline({ steps: [windows({ size: 2 })], detector: sum() }).fitSync(m);
    const found = adder.contributionsSync(m);
    expect([found.rows, found.cols, found.columns]).toEqual([3, 2, ["a", "b"]]);
    expect([...found.data]).toEqual([2, 20, 3, 30, 5, 60]);
  });

  it("contribute alike as promises", async () => {
    expect((await model.contributions([x, x])).data.subarray(180)).toEqual(model.contributionsSync(x).data);
  });
});

describe("a stream", () => {
  const steps = [
    missing({ policy: "previous" }),
    standardize(),
    lags({ lags: [1, 4] }),
    windows({ size: 3, stride: 2, summary: "statistics" }),
  ];
  const model = pipeline({ steps, detector: forest(), threshold: quantile(0.9) }).fitSync(noise(200, 7, 0.05));

  it("gives the bits of the whole series, however it is cut", async () => {
    const x = noise(120, 8, 0.1);
    const whole = model.scoreSync(x);
    expect(await model.score(x)).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }),
        fc.boolean(),
        async (cuts, soon) => {
          const stream = model.stream();
          const parts: (Float64Array | Promise<Float64Array>)[] = [];
          for (let from = 0, k = 0; from < 120; k++) {
            const to = k < cuts.length ? Math.min(120, from + (cuts[k] as number)) : 120;
            parts.push(soon ? stream.push(rowRange(x, from, to)) : stream.pushSync(rowRange(x, from, to)));
            from = to;
          }
          const found = (await Promise.all(parts)).flatMap((part) => [...part]);
          expect(Float64Array.from(found)).toEqual(whole);
          expect(stream.rows).toBe(120);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("explains the bits of the whole series too", async () => {
    const x = noise(100, 8, 0.1);
    const stream = model.stream();
    const first = await stream.explain(rowRange(x, 0, 33));
    const rest = stream.explainSync(rowRange(x, 33, 100));
    expect(Float64Array.from([...first.scores, ...rest.scores])).toEqual(model.scoreSync(x));
    const data = Float64Array.from([...first.contributions.data, ...rest.contributions.data]);
    expect(data).toEqual(model.contributionsSync(x).data);
    expect(rest.contributions.columns).toEqual(NAMES);
    const told: number[] = [];
    await stream.explain(x, { progress: (done) => told.push(done) });
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it("begins anew after reset", () => {
    const x = noise(30, 9);
    const stream = model.stream();
    const first = stream.pushSync(x);
    expect(stream.pushSync(x)).not.toEqual(first);
    stream.reset();
    expect(stream.pushSync(x)).toEqual(first);
  });

  it("counts rows from the beginning of the series in errors, and takes no more after one until reset", async () => {
    const strict = pipeline({ detector: sum() }).fitSync(noise(20));
    const stream = strict.stream({ source: "live" });
    stream.pushSync(noise(20));
    const bad = { ...noise(2), data: Float64Array.of(1, 2, 3, 4, Number.NaN, 6) };
    expect(() => stream.pushSync(bad)).toThrow(/^live, row 22, column "Current"/);
    expect(() => stream.pushSync(noise(2))).toThrow(expect.objectContaining({ code: "STREAM_FAILED" }));
    await expect(stream.push(noise(2))).rejects.toThrow(/reset/);
    stream.reset("second");
    expect(() => stream.pushSync(bad)).toThrow(/^second, row 2/);
  });

  it("refuses to mix the two forms", async () => {
    const stream = model.stream();
    const first = stream.push(noise(5));
    expect(() => stream.pushSync(noise(5))).toThrow(expect.objectContaining({ code: "STREAM_BUSY" }));
    expect(() => stream.reset()).toThrow(/still being scored/);
    await first;
    expect(stream.pushSync(noise(5))).toHaveLength(5);
  });
});

describe("a detector that looks at a whole series", () => {
  const rank = (more: { input: "tabular" | "series"; traits: { transductive?: boolean } }) =>
    defineDetector({
      name: "rank",
      summary: "Counts the rows before a row in its series, for tests.",
      leastRows: 1,
      params: {},
      fit: () => ({ none: 0 }),
      score: (_state, x) => Float64Array.from({ length: x.rows }, (_, i) => i),
      restore: () => ({ none: 0 }),
      ...more,
    })();

  it.each([rank({ input: "series", traits: {} }), rank({ input: "tabular", traits: { transductive: true } })])(
    "gets each one whole, and is not streamed",
    async (detector) => {
      const long = matrix(new Float64Array(2 ** 20), 2 ** 20, 1);
      const model = pipeline({ steps: [lags()], detector }).fitSync(long);
      const scores = await model.score([long, rowRange(long, 0, 3)]);
      expect([...scores.subarray(-4)]).toEqual([2 ** 20 - 1, 0, 1, 2]);
      expect(() => model.stream()).toThrow(ParamError);
    },
  );
});

describe("describing a pipeline", () => {
  it("says all of it as plain JSON", () => {
    const notes = { time: "datetime" };
    const run = pipeline({ steps: [standardize(), lags()], detector: forest(), threshold: quantile(0.9) });
    const model = run.fitSync(noise(100), { notes });
    const text = model.describe();
    expect(JSON.parse(JSON.stringify(text))).toEqual(text);
    expect(text).toMatchObject({
      detector: { name: "isolation-forest", cols: 6, params: { trees: 20, seed: 3 } },
      steps: [
        { name: "scale", params: { method: "standard" } },
        { name: "lags", params: { lags: [1] } },
      ],
      columns: NAMES,
      threshold: { rule: "quantile", value: 0.9 },
      training: { rows: 100, series: 1 },
      notes,
    });
    expect(model.withNotes({}).describe().notes).toEqual({});
  });
});

it("needs a training row", () => {
  expect(() => pipeline({ detector: forest() }).fitSync([])).toThrow(ShapeError);
  expect(() => pipeline({ detector: forest() }).fitSync(rowRange(noise(1), 0, 0))).toThrow(/at least one training row/);
});
