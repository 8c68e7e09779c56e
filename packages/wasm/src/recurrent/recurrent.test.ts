import { KernelError, type Kernels, type RecurrentBackwardArgs, referenceKernels } from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wasmKernels } from "../index.js";
import { backwardArgs, forwardArgs, type Shape } from "../testing/recurrent-arguments.js";
import { expectBits } from "../testing/same-bits.js";

const kernels = wasmKernels() as Kernels;

const shape: fc.Arbitrary<Shape> = fc.record({
  cell: fc.constantFrom("lstm" as const, "gru" as const, "rnn" as const),
  activation: fc.constantFrom("tanh" as const, "relu" as const),
  rows: fc.integer({ min: 0, max: 31 }),
  steps: fc.integer({ min: 1, max: 7 }),
  inputs: fc.integer({ min: 1, max: 19 }),
  units: fc.integer({ min: 1, max: 37 }),
  repeated: fc.boolean(),
  started: fc.boolean(),
  from: fc.constantFrom("hidden" as const, "last" as const, "both" as const),
  seed: fc.nat(1000),
  scale: fc.constantFrom(0.1, 1, 30, 1e20), // gates in their middle, saturated, and beyond what a float holds
});

const GRADIENTS = [
  ...["gates", "xGradient", "inputGradient", "recurrentGradient", "biasGradient", "initialGradient"],
] as readonly (keyof RecurrentBackwardArgs)[];

function expectSame(s: Shape): void {
  const expected = forwardArgs(s);
  referenceKernels.recurrentForward(expected);
  const found = forwardArgs(s);
  kernels.recurrentForward(found);
  for (const name of ["hidden", "cells", "gates"] as const) expectBits(name, found[name], expected[name]);
  const unkept = { ...forwardArgs(s), cells: new Float32Array(0), gates: new Float32Array(0) };
  kernels.recurrentForward(unkept);
  expectBits("hidden without what the backward pass needs", unkept.hidden, expected.hidden);
  const [a, b] = [backwardArgs(s, expected), backwardArgs(s, expected)];
  referenceKernels.recurrentBackward(a);
  kernels.recurrentBackward(b);
  for (const name of GRADIENTS) expectBits(name, b[name] as Float32Array, a[name] as Float32Array);
}

/** More sequences than a block of 1 MiB holds. */
const LARGE: Shape = {
  ...{ cell: "lstm", activation: "tanh", rows: 157, steps: 9, inputs: 8, units: 64, repeated: false },
  ...{ started: true, from: "both", seed: 4, scale: 0.3 },
};

describe("recurrent layers in WebAssembly, bit for bit as the reference", () => {
  test("any shape", () => {
    fc.assert(fc.property(shape, expectSame), { numRuns: 300 });
  });

  test.each(["lstm", "gru", "rnn"] as const)("%s over several blocks", (cell) => {
    expectSame({ ...LARGE, cell });
    expectSame({ ...LARGE, cell, rows: 53, units: 100, activation: "relu", repeated: true, inputs: 33 });
  });

  test("values that are no numbers stay so", () => {
    const [expected, found] = [forwardArgs({ ...LARGE, rows: 3 }), forwardArgs({ ...LARGE, rows: 3 })];
    for (const args of [expected, found]) {
      args.x[5] = Number.NaN;
      args.x[90] = Number.NEGATIVE_INFINITY;
      args.bias[1] = 1e38;
    }
    referenceKernels.recurrentForward(expected);
    kernels.recurrentForward(found);
    expect(found.hidden.some(Number.isNaN)).toBe(true);
    for (const name of ["hidden", "cells", "gates"] as const) expectBits(name, found[name], expected[name]);
  });

  test("a promise gives what the call gives, slice after slice, and can be aborted", async () => {
    const many = { ...LARGE, rows: 900, steps: 20, started: false };
    const [now, promised] = [forwardArgs(many), forwardArgs(many)];
    kernels.recurrentForward(now);
    const told: number[] = [];
    await kernels.promise.recurrentForward(promised, { progress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    expectBits("hidden", promised.hidden, now.hidden);
    const [a, b] = [backwardArgs(LARGE, forwardArgs(LARGE)), backwardArgs(LARGE, forwardArgs(LARGE))];
    kernels.recurrentBackward(a);
    await kernels.promise.recurrentBackward(b);
    expectBits("recurrentGradient", b.recurrentGradient, a.recurrentGradient);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(kernels.promise.recurrentForward(promised, { signal })).rejects.toThrow("enough");
  });
});

describe("the border of recurrent layers", () => {
  const args = forwardArgs(LARGE);
  const back = backwardArgs(LARGE, args);

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
