import { KernelError, type RecurrentForwardArgs, referenceKernels } from "@telltale/core";
import {
  checkAffineParity,
  checkRecurrentParity,
  checkSame,
  type RecurrentShape,
  recurrentBackwardArgs,
  recurrentForwardArgs,
  recurrentShape,
} from "@telltale/core/conformance";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

const LARGE: RecurrentShape = {
  ...{ cell: "lstm", activation: "tanh", rows: 101, steps: 3, inputs: 8, units: 64, repeated: false },
  ...{ started: true, from: "both", seed: 4, scale: 0.3 },
};

const isas: readonly IsaName[] = nativeStatus().isas;
if (isas.length === 0) console.log(`skipped, the addon is not there: ${nativeStatus().remedy}`);

describe.skipIf(isas.length === 0)("recurrent layers, bit for bit as the reference", () => {
  describe.each(isas)("on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 1 });

    test("any shape", () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => checkRecurrentParity(kernels, recurrentShape(seed))),
        { numRuns: 200 },
      );
    });

    test.each(["lstm", "gru", "rnn"] as const)("%s over several blocks, any number of threads", (cell) => {
      for (const threads of [1, 3]) {
        checkRecurrentParity(kernels, { ...LARGE, cell }, threads);
        checkRecurrentParity(
          kernels,
          { ...LARGE, cell, rows: 53, units: 100, activation: "relu", repeated: true, inputs: 33 },
          threads,
        );
      }
    });
  });

  test.each(isas)("dense layers on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 2 });
    const size = fc.integer({ min: 1, max: 70 });
    const shape = fc.record({ rows: fc.nat(70), inputs: size, outputs: size, seed: fc.nat(99) });
    fc.assert(
      fc.property(shape, (each) => checkAffineParity(kernels, each, 2)),
      { numRuns: 100 },
    );
  });

  test("a promise gives what the call gives, and can be aborted", async () => {
    const args = recurrentForwardArgs({ ...LARGE, started: false });
    kernelsFor().recurrentForward(args);
    const promised = recurrentForwardArgs({ ...LARGE, started: false });
    await kernelsFor().promise.recurrentForward(promised);
    checkSame(promised.hidden, args.hidden, "hidden");
    const [now, later] = [
      recurrentBackwardArgs({ ...LARGE, started: false }, args),
      recurrentBackwardArgs({ ...LARGE, started: false }, args),
    ];
    kernelsFor().recurrentBackward(now);
    await kernelsFor().promise.recurrentBackward(later);
    checkSame(later.recurrentGradient, now.recurrentGradient, "recurrentGradient");
    const { signal } = { signal: AbortSignal.abort(new Error("enough")) };
    await expect(kernelsFor().promise.recurrentForward(promised, { signal })).rejects.toThrow("enough");
  });

  test("the reference's promise cuts a batch without a trace", async () => {
    const args = recurrentForwardArgs({ ...LARGE, rows: 120, steps: 20, started: false });
    referenceKernels.recurrentForward(args);
    const promised = recurrentForwardArgs({ ...LARGE, rows: 120, steps: 20, started: false });
    const told: number[] = [];
    await referenceKernels.promise.recurrentForward(promised, { progress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    checkSame(promised.hidden, args.hidden, "hidden");
  });

  test("the border refuses arrays that are too short", () => {
    const args = recurrentForwardArgs(LARGE);
    const cases: [Partial<Record<keyof RecurrentForwardArgs, unknown>>, RegExp][] = [
      [{ hidden: new Float32Array(5) }, /hidden: expected at least 19392 elements; found 5/],
      [{ x: new Float32Array(5) }, /x: expected at least 2424/],
      [{ inputWeights: new Float32Array(5) }, /inputWeights: expected at least 2048/],
      [{ recurrentWeights: new Float32Array(5) }, /recurrentWeights: expected at least/],
      [{ bias: new Float32Array(255) }, /bias: expected at least 256/],
      [{ initial: new Float32Array(5) }, /initial: expected at least 12928/],
      [{ gates: new Float32Array(5) }, /gates: expected at least/],
      [{ steps: 0 }, /steps: expected an integer from 1/],
      [{ rows: 2 ** 31 - 1, steps: 2 ** 31 - 1 }, /more than|hold/],
      [{ x: new Float64Array(2424) }, /x: expected a Float32Array/],
    ];
    for (const [change, message] of cases) {
      const wrong = { ...args, ...change } as RecurrentForwardArgs;
      expect(() => kernelsFor().recurrentForward(wrong)).toThrow(KernelError);
      expect(() => kernelsFor().recurrentForward(wrong)).toThrow(message);
    }
    const back = recurrentBackwardArgs(LARGE, args);
    expect(() => kernelsFor().recurrentBackward({ ...back, cells: new Float32Array(0) })).toThrow(/cells/);
    expect(() => kernelsFor().recurrentBackward({ ...back, xGradient: new Float32Array(3) })).toThrow(/xGradient/);
  });
});
