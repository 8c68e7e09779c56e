import { load, matrix, Random, rocAuc } from "@telltale/core";
import { beforeAll, describe, expect, it } from "vitest";
import { type Backend, type BackendName, loadBackend } from "../backend/backend.js";
import { autoencoder } from "../detectors/autoencoder/autoencoder.js";
import { deepSvdd } from "../detectors/deep-svdd/deep-svdd.js";
import { vae } from "../detectors/vae/vae.js";
import "../register.js";

/** Rows near a line in four columns; the last tenth off it. */
function rows(count: number, seed: number) {
  const random = new Random(seed);
  const data = new Float64Array(count * 4);
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const off = i >= count * 0.9;
    const t = random.normal();
    labels[i] = off ? 1 : 0;
    [1, -1, 2, 0.5].forEach((slope, j) => {
      data[i * 4 + j] = slope * (off ? random.normal() : t) + 0.1 * random.normal();
    });
  }
  return { x: matrix(data, count, 4), labels };
}

/** What dense networks that are trained on a backend of TensorFlow.js promise, as tests. */
export function backendCases(name: BackendName): void {
  const before = process.env.TELLTALE_DEEP;
  const asked = <T>(value: string | undefined, body: () => T): T => {
    if (value === undefined) delete process.env.TELLTALE_DEEP;
    else process.env.TELLTALE_DEEP = value;
    try {
      return body();
    } finally {
      if (before === undefined) delete process.env.TELLTALE_DEEP;
      else process.env.TELLTALE_DEEP = before;
    }
  };
  const on = <T>(body: () => T): T => asked(name, body);
  const train = rows(160, 1).x;
  const test = rows(200, 2);
  const small = { epochs: 12, batch: 32, rate: 0.02, seed: 3 };

  describe(`dense networks on ${name}`, () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await on(() => loadBackend());
      expect(backend.name).toBe(name);
    });

    it("learn what the kernels learn", () => {
      for (const detector of [
        autoencoder({ ...small, hidden: "8,1,8", activation: "tanh", l2: 0.001, clip: 1 }),
        autoencoder({ ...small, hidden: "8,2,8", activation: "leaky-relu", loss: "mae", optimizer: "rmsprop" }),
        deepSvdd({ ...small, hidden: "8", features: 3 }),
        // No layer is linear: the shift of one before another that is normalized has no gradient but what rounding leaves.
        autoencoder({ ...small, hidden: "8,2,8", activation: "tanh,elu,tanh", batchNormalization: true }),
      ]) {
        const expected = asked(undefined, () => detector.fitSync(train)).state;
        const found = on(() => detector.fitSync(train)).state;
        for (const curve of ["losses", "validationLosses"] as const) {
          found[curve].forEach((loss, i) => {
            expect(Math.abs(loss - (expected[curve][i] as number))).toBeLessThan(1e-3 * (1 + loss));
          });
        }
      }
    });

    it("give the same model for the same seed, scored alike wherever it is loaded, and leave no tensor", async () => {
      const { tf } = backend;
      const tensors = tf.memory().numTensors;
      for (const detector of [
        autoencoder({ ...small, hidden: "8,1,8", dropout: 0.2 }),
        vae({ ...small, hidden: "8", latent: 1, decoder: "gaussian", dropout: 0.1 }),
        autoencoder({ ...small, hidden: "8,1,8", activation: "tanh", batchNormalization: true }),
      ]) {
        const model = on(() => detector.fitSync(train));
        const again = await on(() => detector.fit(train));
        expect(again.save()).toEqual(model.save());
        const scores = model.scoreSync(test.x);
        expect(asked(undefined, () => load(model.save()).scoreSync(test.x))).toEqual(scores);
        expect(rocAuc(test.labels, scores)).toBeGreaterThan(0.65);
      }
      expect(tf.memory().numTensors).toBe(tensors);
    });

    it("go on from a checkpoint, stop when asked to, and leave no tensor then either", async () => {
      const tensors = backend.tf.memory().numTensors;
      const detector = autoencoder({ ...small, epochs: 4 });
      for (const each of [detector, autoencoder({ ...small, epochs: 4, batchNormalization: true })]) {
        const kept: Uint8Array[] = [];
        const whole = await on(() => each.fit(train, { checkpoints: { save: (bytes) => void kept.push(bytes) } }));
        const resumed = await on(() => each.fit(train, { checkpoints: { resume: kept[1] as Uint8Array } }));
        expect(resumed.save()).toEqual(whole.save());
      }
      const stop = new AbortController();
      const fit = on(() => detector.fit(train, { signal: stop.signal, note: () => stop.abort(new Error("enough")) }));
      await expect(fit).rejects.toThrow("enough");
      expect(backend.tf.memory().numTensors).toBe(tensors);
    });
  });
}
