import { KernelError, type Kernels, referenceKernels } from "@telltale/core";
import {
  checkRecurrentParity,
  checkSame,
  type RecurrentShape,
  recurrentBackwardArgs,
  recurrentForwardArgs,
  recurrentShape,
} from "@telltale/core/conformance";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wasmKernels } from "../index.js";

const kernels = wasmKernels() as Kernels;

/** More sequences than a block of 1 MiB holds. */
const LARGE: RecurrentShape = {
  ...{ cell: "lstm", activation: "tanh", rows: 157, steps: 9, inputs: 8, units: 64, repeated: false },
  ...{ started: true, from: "both", seed: 4, scale: 0.3 },
};

describe("recurrent layers in WebAssembly, bit for bit as the reference", () => {
  test("any shape", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => checkRecurrentParity(kernels, recurrentShape(seed))),
      { numRuns: 300 },
    );
  });

  test.each(["lstm", "gru", "rnn"] as const)("%s over several blocks", (cell) => {
    checkRecurrentParity(kernels, { ...LARGE, cell });
    checkRecurrentParity(kernels, {
      ...LARGE,
      cell,
      rows: 53,
      units: 100,
      activation: "relu",
      repeated: true,
      inputs: 33,
    });
  });

  test("values that are no numbers stay so", () => {
    const [expected, found] = [
      recurrentForwardArgs({ ...LARGE, rows: 3 }),
      recurrentForwardArgs({ ...LARGE, rows: 3 }),
    ];
    for (const args of [expected, found]) {
      args.x[5] = Number.NaN;
      args.x[90] = Number.NEGATIVE_INFINITY;
      args.bias[1] = 1e38;
    }
    referenceKernels.recurrentForward(expected);
    kernels.recurrentForward(found);
    expect(found.hidden.some(Number.isNaN)).toBe(true);
    for (const name of ["hidden", "cells", "gates"] as const) checkSame(found[name], expected[name], name);
  });

  test("a promise gives what the call gives, slice after slice, and can be aborted", async () => {
    const many = { ...LARGE, rows: 900, steps: 20, started: false };
    const [now, promised] = [recurrentForwardArgs(many), recurrentForwardArgs(many)];
    kernels.recurrentForward(now);
    const told: number[] = [];
    await kernels.promise.recurrentForward(promised, { progress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    checkSame(promised.hidden, now.hidden, "hidden");
    const [a, b] = [
      recurrentBackwardArgs(LARGE, recurrentForwardArgs(LARGE)),
      recurrentBackwardArgs(LARGE, recurrentForwardArgs(LARGE)),
    ];
    kernels.recurrentBackward(a);
    await kernels.promise.recurrentBackward(b);
    checkSame(b.recurrentGradient, a.recurrentGradient, "recurrentGradient");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(kernels.promise.recurrentForward(promised, { signal })).rejects.toThrow("enough");
  });
});

describe("the border of recurrent layers", () => {
  const args = recurrentForwardArgs(LARGE);
  const back = recurrentBackwardArgs(LARGE, args);

  test.each([
    [{ hidden: new Float32Array(5) }, /hidden: expected at least 90432 elements; found 5/],
    [{ x: new Float32Array(5) }, /x: expected at least 11304/],
    [{ inputWeights: new Float32Array(5) }, /inputWeights: expected at least 2048/],
    [{ recurrentWeights: new Float32Array(5) }, /recurrentWeights: expected at least/],
    [{ bias: new Float32Array(255) }, /bias: expected at least 256/],
    [{ initial: new Float32Array(5) }, /initial: expected at least 20096/],
    [{ gates: new Float32Array(5) }, /gates: expected at least/],
    [{ cells: new Float32Array(5) }, /cells: expected at least/],
    [{ steps: 0 }, /steps: expected an integer from 1/],
    [{ units: 1.5 }, /units: expected an integer from 1/],
    [{ rows: -1 }, /rows: expected an integer from 0/],
    [{ rows: 2 ** 31 - 1, steps: 2 ** 31 - 1 }, /x: expected at least/],
    [{ x: new Float64Array(11304) }, /x: expected a Float32Array/],
  ])("refuses %#", (change, message) => {
    for (const call of [
      () => kernels.recurrentForward({ ...args, ...change } as never),
      () => kernels.recurrentBackward({ ...back, ...change } as never),
    ]) {
      expect(call).toThrow(KernelError);
      expect(call).toThrow(message);
    }
  });

  test("refuses gradients that are too short, and states that are absent", () => {
    for (const name of ["xGradient", "inputGradient", "recurrentGradient", "biasGradient", "hiddenGradient"] as const) {
      const wrong = { ...back, [name]: new Float32Array(3) };
      expect(() => kernels.recurrentBackward(wrong)).toThrow(new RegExp(`${name}: expected at least`));
    }
    expect(() => kernels.recurrentBackward({ ...back, cells: new Float32Array(0) })).toThrow(/cells: expected/);
  });
});
