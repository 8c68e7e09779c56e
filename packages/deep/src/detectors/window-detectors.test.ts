import { type DetectorFactory, fromRows, load, matrix, referenceKernels } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { convAutoencoder } from "./conv-autoencoder/conv-autoencoder.js";
import { lstmAutoencoder } from "./lstm-autoencoder/lstm-autoencoder.js";
import { lstmClassifier } from "./lstm-classifier/lstm-classifier.js";
import { gruForecaster, lstmForecaster, rnnForecaster } from "./lstm-forecaster/lstm-forecaster.js";
import { lstmSeq2seq } from "./lstm-seq2seq/lstm-seq2seq.js";
import { lstmVae } from "./lstm-vae/lstm-vae.js";
import "../register.js";

const RECONSTRUCTING = { convAutoencoder, lstmAutoencoder, lstmSeq2seq, lstmVae };
const FORECASTING = { lstmForecaster, gruForecaster, rnnForecaster };
const UNSUPERVISED = Object.entries({ ...RECONSTRUCTING, ...FORECASTING }).map(
  ([name, factory]) => [name, factory as unknown as DetectorFactory] as const,
);

const SMALL = { window: 6, units: 4, epochs: 2, batch: 64, rate: 0.01 };
/** The parameters that a detector has. */
function known(factory: DetectorFactory, params: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(params).filter(([name]) => name in factory.spec.params)) as never;
}

/** Triangles of two periods, so that every engine has the same numbers. */
const triangle = (t: number, period: number) => Math.abs((((4 * t) / period) % 4) - 2) - 1;
const row = (t: number) => [triangle(t, 12), triangle(t + 3, 12)];
const series = (rows: number, from = 0) => fromRows(Array.from({ length: rows }, (_, t) => row(t + from)));

describe.each(UNSUPERVISED)("%s", (_, factory) => {
  const make = (more: object = {}) => factory(known(factory, { ...SMALL, filters: "4,3", kernel: 3, ...more }));

  it("refuses a window that is longer than the series, and says which fits", () => {
    expect(() => make({ window: 60 }).fitSync(series(50))).toThrow(
      expect.objectContaining({ code: "PARAM_RANGE", message: expect.stringMatching(/at most 50.*window ≤ 50/s) }),
    );
  });

  it("refuses one row, and missing values by their place", () => {
    expect(() => make().fitSync(series(1))).toThrow(expect.objectContaining({ code: "SHAPE_TOO_FEW_ROWS" }));
    const x = series(80);
    x.data[11] = Number.NaN;
    expect(() => make().fitSync(x)).toThrow(expect.objectContaining({ code: "DATA_MISSING" }));
  });

  it("learns a constant sensor", () => {
    const x = fromRows(Array.from({ length: 80 }, (_, t) => [triangle(t, 12), 1]));
    expect(make().fitSync(x).scoreSync(x).every(Number.isFinite)).toBe(true);
  });

  it("stops a training that diverges, with advice", () => {
    const x = matrix(
      series(80).data.map((v) => v * 1e9),
      80,
      2,
    );
    // Relu gates let values of 1e9 grow without bound.
    const wild = make({ optimizer: "sgd", rate: 9.9, activation: "relu", epochs: 60 });
    expect(() => wild.fitSync(x)).toThrow(
      expect.objectContaining({ code: "TRAINING_DIVERGED", message: expect.stringMatching(/lower the learning rate/) }),
    );
  });

  it("never lets a window span two series", () => {
    const [a, b] = [series(40), fromRows(Array.from({ length: 40 }, () => [50, -50]))];
    const x = matrix(Float64Array.from([...a.data, ...b.data]), 80, 2);
    const starts = Int32Array.of(0, 40);
    const fitted = make().fitSync(x, { starts });
    const own = fitted.trainingScoresSync(x, { starts });
    expect(own.subarray(0, 40)).toEqual(fitted.scoreSync(a));
    expect(own.subarray(40)).toEqual(fitted.scoreSync(b));
  });

  it("has contributions that add up to the score", () => {
    const x = series(60);
    const fitted = make().fitSync(x);
    const scores = fitted.scoreSync(x);
    const { data } = fitted.contributionsSync(x);
    scores.forEach((score, i) => {
      expect((data[2 * i] as number) + (data[2 * i + 1] as number)).toBeCloseTo(score, 10);
    });
  });

  it("keeps the curves of its training, and the seed makes it the same again", () => {
    const x = series(70);
    const fitted = make({ epochs: 3 }).fitSync(x);
    expect(fitted.state.losses).toHaveLength(3);
    expect(fitted.state.validationLosses).toHaveLength(3);
    expect(make({ epochs: 3 }).fitSync(x).save()).toEqual(fitted.save());
    expect(make({ epochs: 3, seed: 5 }).fitSync(x).save()).not.toEqual(fitted.save());
  });

  it("goes on from a checkpoint to the same model", async () => {
    const x = series(70);
    const kept: Uint8Array[] = [];
    const whole = await make({ epochs: 4, dropout: 0.3 }).fit(x, { checkpoints: { save: (b) => void kept.push(b) } });
    const resume = kept[1] as Uint8Array;
    const resumed = await make({ epochs: 4, dropout: 0.3 }).fit(x, { checkpoints: { resume } });
    expect(resumed.save()).toEqual(whole.save());
  });
});

describe("rows of which nothing can be said", () => {
  it("get the median score of training rows: before the first forecast", () => {
    const model = lstmForecaster({ ...SMALL, layers: 1 }).fitSync(series(80));
    const scores = model.scoreSync(series(20));
    expect([...scores.subarray(0, 6)]).toEqual(Array(6).fill(model.state.typical));
    expect(scores[6]).not.toBe(model.state.typical);
  });

  it("in a series shorter than a window, and before the first window ends", () => {
    const model = lstmAutoencoder({ ...SMALL, windowScore: "ending" }).fitSync(series(80));
    expect([...model.scoreSync(series(5))]).toEqual(Array(5).fill(model.state.typical));
    const scores = model.scoreSync(series(9));
    expect([...scores.subarray(0, 5)]).toEqual(Array(5).fill(model.state.typical));
    expect(scores[5]).not.toBe(model.state.typical);
  });
});

describe("windows that end at a row", () => {
  it.each(Object.entries(RECONSTRUCTING))("%s: score a stream as the whole series", (_, given) => {
    const factory = given as unknown as DetectorFactory;
    const model = factory(known(factory, { ...SMALL, windowScore: "ending" })).fitSync(series(80));
    const x = series(30, 5);
    const stream = model.open();
    const parts = [0, 4, 5, 17, 30].slice(1).map((to, i) => {
      const from = [0, 4, 5, 17][i] as number;
      return [...(stream?.pushSync(matrix(x.data.slice(2 * from, 2 * to), to - from, 2)) ?? [])];
    });
    expect(parts.flat()).toEqual([...model.scoreSync(x)]);
  });

  it("have the mean error of the window, those that cover a row the mean of its errors", () => {
    const ending = lstmAutoencoder({ ...SMALL, windowScore: "ending", residual: "absolute" }).fitSync(series(80));
    const covering = load(
      lstmAutoencoder({ ...SMALL, residual: "absolute" })
        .fitSync(series(80))
        .save(),
    );
    const x = series(6);
    // One window: the score of its last row is the mean of what the covering windows give each of its rows.
    const [whole, each] = [ending.scoreSync(x), covering.scoreSync(x)];
    expect(whole[5]).toBeCloseTo(each.reduce((sum, v) => sum + v, 0) / 6, 6);
  });
});

describe("lstm-classifier", () => {
  const x = fromRows(Array.from({ length: 200 }, (_, t) => [triangle(t, 12) * (t % 50 >= 40 ? 3 : 1)]));
  const labels = Uint8Array.from({ length: 200 }, (_, t) => (t % 50 >= 40 ? 1 : 0));
  const settings = { window: 5, units: 6, epochs: 25, batch: 16, rate: 0.02, validation: 0, kernels: undefined };
  const { kernels: _, ...params } = settings;

  it.each(["none", "weights", "smote"] as const)("learns from labels, balance %s", (balance) => {
    const model = lstmClassifier({ ...params, balance }).fitSync(x, { labels });
    const flags = model.scoreSync(x).map((p) => (p > 0.5 ? 1 : 0));
    const right = flags.filter((f, i) => f === labels[i]).length;
    expect(right / 200).toBeGreaterThan(0.85);
    expect(model.scoreSync(x).every((p) => p >= 0 && p <= 1)).toBe(true);
  });

  it.each(["gru", "rnn"] as const)("takes other cells: %s", (cell) => {
    const model = lstmClassifier({ ...params, cell, epochs: 2 }).fitSync(x, { labels });
    expect(load(model.save()).scoreSync(x)).toEqual(model.scoreSync(x));
  });

  it("gives the same with SMOTE at once and as a promise", async () => {
    const one = { ...params, balance: "smote", epochs: 2 } as const;
    const options = { labels, kernels: referenceKernels };
    expect((await lstmClassifier(one).fit(x, options)).save()).toEqual(lstmClassifier(one).fitSync(x, options).save());
  });

  it("refuses windows of one class only", () => {
    expect(() => lstmClassifier(params).fitSync(x, { labels: new Uint8Array(200) })).toThrow(
      expect.objectContaining({ code: "PARAM_RANGE", message: expect.stringMatching(/0 end at an anomaly/) }),
    );
    expect(() => lstmClassifier(params).fitSync(x)).toThrow(expect.objectContaining({ code: "PARAM_TYPE" }));
  });
});
