import { type ModelArray, type Run, referenceKernels, resolveParams, syncRun } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, fingerprintOf } from "./checkpoint.js";
import { learningRate } from "./schedule.js";
import { type TrainingSettings, trainingParams } from "./settings.js";
import { type Pass, splitItems, type Trainee, type TrainingHistory, train } from "./train.js";

const run = syncRun(referenceKernels);
const settingsOf = (given: object): TrainingSettings => resolveParams(trainingParams, { ...given }, "test");

/** Its losses are what it is told; its only weight counts the epochs. */
class Scripted implements Trainee {
  readonly passes: Pass[] = [];
  readonly orders: Int32Array[] = [];
  readonly #losses: readonly number[];
  #weight = 0;

  constructor(losses: readonly number[]) {
    this.#losses = losses;
  }

  epoch(order: Int32Array, pass: Pass, _run: Run): number {
    this.orders.push(order.slice());
    this.passes.push(pass);
    this.#weight += 1;
    return this.#losses[pass.epoch] as number;
  }

  loss = (): number => 10 * (this.#losses[this.#weight - 1] as number);
  weights = () => ({ weight: Float32Array.of(this.#weight) });
  snapshot = (): Record<string, ModelArray> => this.weights();

  setWeights({ weight }: Readonly<Record<string, Float32Array>>): void {
    this.#weight = weight?.[0] as number;
  }

  restore(arrays: Readonly<Record<string, ModelArray>>): void {
    this.setWeights(arrays as Record<string, Float32Array>);
  }
}

function trained(losses: readonly number[], given: object, validation = 0) {
  const trainee = new Scripted(losses);
  const settings = settingsOf({ epochs: losses.length, ...given });
  const history = train(trainee, splitItems(10, validation), settings, run) as TrainingHistory;
  return { trainee, history, weight: trainee.weights().weight[0] };
}

describe("train", () => {
  it("stops when the loss stands still, with the weights of the best epoch", () => {
    const { history, weight } = trained([5, 4, 3, 3, 3.5, 3, 1], { patience: 3 });
    expect([...history.losses]).toEqual([5, 4, 3, 3, 3.5, 3]);
    expect(history.keptEpoch).toBe(3);
    expect(weight).toBe(3);
    const last = trained([5, 4, 3, 3, 3.5, 3, 1], { patience: 3, restoreBest: false });
    expect([last.history.keptEpoch, last.weight]).toEqual([6, 6]);
    const off = trained([5, 4, 3, 3, 3.5, 3, 1], { patience: "off" });
    expect([off.history.losses.length, off.weight]).toEqual([7, 7]);
  });

  it("judges by the validation items, the last in time, where there are any", () => {
    const { history, trainee } = trained([3, 2, 1], {}, 0.2);
    expect([...history.validationLosses]).toEqual([30, 20, 10]);
    for (const order of trainee.orders) expect([...order].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...splitItems(3, 0.9).train]).toEqual([0]);
    expect([...splitItems(3, 0.9).validation]).toEqual([1, 2]);
    expect(splitItems(5, 0).validation).toHaveLength(0);
  });

  it("takes the items in another order in every epoch, the same for the same seed", () => {
    const orders = trained([3, 2, 1], { seed: 4 }).trainee.orders.map(String);
    expect(new Set(orders).size).toBe(3);
    expect(trained([3, 2, 1], { seed: 4 }).trainee.orders.map(String)).toEqual(orders);
    expect(trained([3, 2, 1], { seed: 5 }).trainee.orders.map(String)).not.toEqual(orders);
    const still = trained([3, 2, 1], { shuffle: false }).trainee.orders.map(String);
    expect(still).toEqual(new Array(3).fill("0,1,2,3,4,5,6,7,8,9"));
  });

  it("counts the steps, and lowers the rate when the loss stands still", () => {
    const given = { batch: 4, schedule: "plateau", rateEpochs: 2, rateFactor: 0.5, rate: 0.1 };
    const { trainee, history } = trained([3, 3, 3, 3, 3, 2, 2, 2, 1], given);
    expect(trainee.passes.map(({ firstStep }) => firstStep)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24]);
    expect([...history.rates]).toEqual([0.1, 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125]);
  });

  it("stops with advice when the loss is no number", () => {
    for (const loss of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => trained([1, loss], {})).toThrowError(
        expect.objectContaining({
          code: "TRAINING_DIVERGED",
          message: expect.stringMatching(/epoch 2 .*learning rate/),
        }),
      );
    }
  });

  it("goes on from any checkpoint to the same end", () => {
    const losses = [5, 4, 6, 3, 3, 3, 3, 2];
    const settings = settingsOf({ epochs: 8, patience: 4, schedule: "plateau", rateEpochs: 2 });
    const items = splitItems(10, 0.2);
    const kept: Uint8Array[] = [];
    const whole = train(new Scripted(losses), items, settings, run, { save: (b) => void kept.push(b) }, "f");
    expect(kept).toHaveLength(8);
    for (const resume of kept) {
      const again = new Scripted(losses);
      expect(train(again, items, settings, run, { resume }, "f")).toEqual(whole);
      expect(again.weights().weight[0]).toBe(8);
    }
  });
});

describe("checkpoints", () => {
  const progress = {
    ...{ epoch: 1, losses: [1], validationLosses: [], rates: [0.1], bestEpoch: 1, bestLoss: 1, best: undefined },
    ...{ waited: 0, plateaus: 0, stood: 0 },
  };
  const arrays = { weights: Float32Array.of(1, 2) };

  it("survive being written", () => {
    const bytes = encodeCheckpoint({ progress, arrays }, "f");
    expect(decodeCheckpoint(bytes, "f", arrays)).toEqual({ progress, arrays });
  });

  it.each([
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, 40), "f", arrays],
    ["of other rows", (bytes: Uint8Array) => bytes, "g", arrays],
    ["of another network", (bytes: Uint8Array) => bytes, "f", { weights: new Float32Array(3) }],
    ["of another kind", (bytes: Uint8Array) => bytes, "f", { weights: new Float64Array(2) }],
  ] as const)("are refused when %s", (_what, change, fingerprint, like) => {
    const bytes = change(encodeCheckpoint({ progress, arrays }, "f"));
    expect(() => decodeCheckpoint(bytes, fingerprint, like)).toThrowError(
      expect.objectContaining({ code: "TRAINING_CHECKPOINT" }),
    );
  });

  it("know the rows and the settings by their fingerprint", () => {
    const x = { data: Float64Array.of(1, 2), rows: 2 };
    const one = fingerprintOf({ a: 1 }, x);
    expect(fingerprintOf({ a: 1 }, { ...x, data: x.data.slice() })).toBe(one);
    expect(fingerprintOf({ a: 2 }, x)).not.toBe(one);
    expect(fingerprintOf({ a: 1 }, { ...x, data: Float64Array.of(1, 2.0000001) })).not.toBe(one);
  });
});

describe("learningRate", () => {
  it("falls as the schedule says", () => {
    const rates = (given: object) =>
      [0, 1, 2, 3].map((epoch) => learningRate(settingsOf({ rate: 1, epochs: 4, ...given }), epoch, 0));
    expect(rates({})).toEqual([1, 1, 1, 1]);
    expect(rates({ schedule: "step", rateEpochs: 2, rateFactor: 0.5 })).toEqual([1, 1, 0.5, 0.5]);
    expect(rates({ schedule: "cosine" }).map((v) => Number(v.toFixed(4)))).toEqual([1, 0.8536, 0.5, 0.1464]);
    const plateau = { rate: 1, schedule: "plateau", rateFactor: 0.25 };
    expect(learningRate(settingsOf(plateau), 7, 2)).toBe(0.0625);
    expect(learningRate(settingsOf({ ...plateau, leastRate: 0.1 }), 7, 2)).toBe(0.1);
    expect(learningRate(settingsOf({ ...plateau, leastRate: 0.1 }), 7, 1)).toBe(0.25);
    expect(learningRate(settingsOf({ rate: 0.01, leastRate: 0.1 }), 7, 0)).toBe(0.01);
  });
});
