import { load, matrix, pipeline, Random, referenceKernels, rocAuc, standardize } from "@telltale/core";
import { describe, expect, it } from "vitest";
import "../../register.js";
import { encode } from "../../dense/codes.js";
import { deepSvdd } from "../deep-svdd/deep-svdd.js";
import { vae } from "../vae/vae.js";
import { autoencoder } from "./autoencoder.js";

/** Rows on a curve in five columns; the last ones off it, though each column is as usual. */
function curve(rows: number, off: number, seed = 3) {
  const random = new Random(seed);
  const data = new Float64Array(rows * 5);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const t = 4 * random.uniform() - 2;
    const s = i >= rows - off ? 4 * random.uniform() - 2 : t;
    const values = [t, t * t - 1, -s, s * s * s * 0.3, Math.abs(s) - 1];
    values.forEach((v, j) => {
      data[i * 5 + j] = v + 0.05 * random.normal();
    });
    labels[i] = i >= rows - off ? 1 : 0;
  }
  return { x: matrix(data, rows, 5), labels };
}

const train = curve(600, 0).x;
const test = curve(400, 40, 4);
const small = { epochs: 60, batch: 32, rate: 0.01, seed: 2 };

describe("dense neural detectors", () => {
  it.each([
    ["autoencoder", () => autoencoder({ hidden: "16,1,16", activation: "tanh", ...small }), 0.93],
    ["vae", () => vae({ hidden: "16", latent: 1, activation: "tanh", beta: 0.2, ...small }), 0.93],
    ["vae of a fixed variance", () => vae({ hidden: "16", latent: 1, decoder: "mean", beta: 0.01, ...small }), 0.85],
    ["deep-svdd", () => deepSvdd({ hidden: "32,16", features: 8, ...small }), 0.6],
  ] as const)("%s finds rows that are off the curve", (_name, make, least) => {
    const scores = make().fitSync(train).scoreSync(test.x);
    expect(rocAuc(test.labels, scores)).toBeGreaterThan(least);
  });

  it("tells the columns that made a score, which add up to it", () => {
    for (const model of [
      autoencoder({ ...small, epochs: 3 }).fitSync(train),
      autoencoder({ ...small, epochs: 3, loss: "mae" }).fitSync(train),
      vae({ ...small, epochs: 3 }).fitSync(train),
    ]) {
      const scores = model.scoreSync(test.x);
      const shares = model.contributionsSync(test.x).data;
      scores.forEach((score, i) => {
        const sum = shares.subarray(i * 5, i * 5 + 5).reduce((a, b) => a + b, 0);
        expect(sum).toBeCloseTo(score, 10);
      });
    }
  });

  it("scores means of squared or absolute errors of what its code rebuilds", async () => {
    const model = autoencoder({ ...small, hidden: "4,2,4", epochs: 2 }).fitSync(train);
    const { weights } = model.state;
    // The network by hand, in doubles.
    const layer = (input: number[], at: number, units: number, relu: boolean) => {
      const out = Array.from({ length: units }, (_, j) => {
        const sum = input.reduce((total, v, k) => total + v * (weights[at + k * units + j] as number), 0);
        return sum + (weights[at + input.length * units + j] as number);
      });
      return relu ? out.map((v) => Math.max(0, v)) : out;
    };
    const row = [...test.x.data.subarray(0, 5)];
    const code = layer(layer(row, 0, 4, true), 24, 2, false);
    const rebuilt = layer(layer(code, 34, 4, true), 46, 5, false);
    const expected = row.reduce((sum, v, j) => sum + (v - (rebuilt[j] as number)) ** 2, 0) / 5;
    expect(model.scoreSync(test.x)[0]).toBeCloseTo(expected, 5);
    const codes = await encode(model, test.x);
    expect([codes.rows, codes.cols]).toEqual([400, 2]);
    expect(codes.data[0]).toBeCloseTo(code[0] as number, 5);
    expect(codes.data[1]).toBeCloseTo(code[1] as number, 5);
  });

  it("gives the means as the code of a vae, and none of deep-svdd's", async () => {
    const model = vae({ ...small, epochs: 2, latent: 3 }).fitSync(train);
    expect((await encode(model, test.x)).cols).toBe(3);
    await expect(encode(deepSvdd({ epochs: 1 }).fitSync(train), test.x)).rejects.toThrow(
      expect.objectContaining({ code: "PARAM_TYPE" }),
    );
  });

  it("keeps the centre of deep-svdd away from 0, and weights without biases", () => {
    const { state } = deepSvdd({ hidden: "8", features: 4, epochs: 2 }).fitSync(train);
    expect(state.weights).toHaveLength(5 * 8 + 8 * 4);
    for (const c of state.center) expect(Math.abs(c)).toBeGreaterThanOrEqual(0.0999);
  });

  it("goes on from a checkpoint to the same bytes, in a pipeline, too", async () => {
    for (const detector of [autoencoder({ ...small, epochs: 4, dropout: 0.2 }), vae({ ...small, epochs: 4 })]) {
      const line = pipeline({ steps: [standardize()], detector });
      const kept: Uint8Array[] = [];
      const whole = await line.fit(train, { checkpoints: { save: (bytes) => void kept.push(bytes) } });
      expect(kept).toHaveLength(4);
      const resumed = await line.fit(train, { checkpoints: { resume: kept[1] as Uint8Array } });
      expect(resumed.save()).toEqual(whole.save());
      await expect(line.fit(test.x, { checkpoints: { resume: kept[1] as Uint8Array } })).rejects.toThrow(
        expect.objectContaining({ code: "TRAINING_CHECKPOINT" }),
      );
    }
  });

  it("tells what it is at, and stops when asked to", async () => {
    const notes: string[] = [];
    const stop = new AbortController();
    const fit = autoencoder({ ...small, epochs: 1000, patience: "off" }).fit(train, {
      signal: stop.signal,
      note(text) {
        notes.push(text);
        if (notes.length === 2) stop.abort(new Error("enough"));
      },
    });
    await expect(fit).rejects.toThrow("enough");
    expect(notes[0]).toMatch(/^epoch 1 of 1000, loss [\d.]+, validation [\d.]+$/);
  });

  it("stops with advice when the training diverges", () => {
    const wild = matrix(
      train.data.map((v) => v * 1e8),
      train.rows,
      train.cols,
    );
    expect(() => autoencoder({ ...small, optimizer: "sgd", rate: 5 }).fitSync(wild)).toThrow(
      expect.objectContaining({ code: "TRAINING_DIVERGED" }),
    );
  });

  it.each([
    [{ hidden: "" }, "PARAM_RANGE"],
    [{ hidden: "8,0,8" }, "PARAM_RANGE"],
    [{ hidden: "8,x" }, "PARAM_RANGE"],
    [{ hidden: 8 }, "PARAM_TYPE"],
    [{ activation: "gelu" }, "PARAM_RANGE"],
    [{ activation: "relu,tanh" }, "PARAM_RANGE"],
  ])("refuses %o", (given, code) => {
    expect(() => autoencoder(given as never).fitSync(train)).toThrow(expect.objectContaining({ code }));
  });

  it("takes lists as they are written and as arrays, with any topology", () => {
    const one = autoencoder({ ...small, epochs: 1, hidden: "7, 3", activation: "tanh, elu" }).fitSync(train);
    const two = autoencoder({ ...small, epochs: 1, hidden: [7, 3], activation: ["tanh", "elu"] } as never).fitSync(
      train,
    );
    expect(one.save()).toEqual(two.save());
    expect(load(one.save()).scoreSync(test.x)).toEqual(one.scoreSync(test.x, { kernels: referenceKernels }));
  });

  it("refuses a file whose weights are those of another network", () => {
    const model = autoencoder({ ...small, epochs: 1, hidden: "7,3" }).fitSync(train);
    const { state, params, spec } = model;
    for (const [change, cols] of [
      [{}, 6],
      [{ weights: state.weights.subarray(1) }, 5],
      [{ layers: state.layers.map((v, i) => (i === 1 ? 8 : v)) }, 5],
      [{ keptEpoch: 9 }, 5],
    ] as const) {
      expect(() => spec.restore({ ...state, ...change }, params, cols)).toThrow(
        expect.objectContaining({ code: "MODEL_CORRUPT" }),
      );
    }
  });
});
