import {
  KernelError,
  type Kernels,
  Random,
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
  referenceKernels,
} from "@telltale/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IsaName } from "../../addon.js";
import { kernelsFor, nativeStatus } from "../../index.js";

interface Shape {
  readonly cell: RecurrentCell;
  readonly activation: RecurrentActivation;
  readonly rows: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  readonly repeated: boolean;
  /** The initial state is given, and its gradient wanted. */
  readonly started: boolean;
  /** Gradients come from every step, from the last state, or from both. */
  readonly from: "hidden" | "last" | "both";
  readonly seed: number;
  readonly scale: number;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  cell: fc.constantFrom("lstm" as const, "gru" as const, "rnn" as const),
  activation: fc.constantFrom("tanh" as const, "relu" as const),
  rows: fc.integer({ min: 1, max: 31 }),
  steps: fc.integer({ min: 1, max: 7 }),
  inputs: fc.integer({ min: 1, max: 19 }),
  units: fc.integer({ min: 1, max: 37 }),
  repeated: fc.boolean(),
  started: fc.boolean(),
  from: fc.constantFrom("hidden" as const, "last" as const, "both" as const),
  seed: fc.nat(1000),
  scale: fc.constantFrom(0.1, 1, 30, 1e20), // gates in their middle, saturated, and beyond what a float holds
});

/** A view that does not begin where its buffer does. */
function view(length: number, next: () => number): Float32Array {
  const values = new Float32Array(length + 3).subarray(3);
  for (let i = 0; i < length; i++) values[i] = next();
  return values;
}

function forwardArgs(s: Shape, threads = 1): RecurrentForwardArgs {
  const random = new Random(s.seed);
  const normal = () => random.normal() * s.scale;
  const { cell, activation, rows, steps, inputs, units, repeated } = s;
  const width = RECURRENT_GATES[cell] * units;
  return {
    ...{ cell, activation, rows, steps, inputs, units, repeated, threads },
    x: view(rows * (repeated ? 1 : steps) * inputs, normal),
    inputWeights: view(inputs * width, normal),
    recurrentWeights: view(units * width, () => random.normal()),
    bias: view(width * (cell === "gru" ? 2 : 1), normal),
    initial: view(s.started ? rows * units * (cell === "lstm" ? 2 : 1) : 0, normal),
    hidden: new Float32Array(rows * steps * units).fill(7),
    cells: new Float32Array(cell === "lstm" ? rows * steps * units : 0).fill(7),
    gates: new Float32Array(rows * steps * units * RECURRENT_KEPT[cell]).fill(7),
  };
}

function backwardArgs(s: Shape, forward: RecurrentForwardArgs): RecurrentBackwardArgs {
  const random = new Random(s.seed + 1);
  const normal = () => random.normal();
  const states = s.rows * s.units * (s.cell === "lstm" ? 2 : 1);
  return {
    ...forward,
    gates: forward.gates.slice(),
    hiddenGradient: view(s.from === "last" ? 0 : forward.hidden.length, normal),
    lastGradient: view(s.from === "hidden" ? 0 : states, normal),
    xGradient: new Float32Array(s.seed % 3 === 0 ? 0 : forward.x.length).fill(7),
    inputGradient: new Float32Array(forward.inputWeights.length).fill(7),
    recurrentGradient: new Float32Array(forward.recurrentWeights.length).fill(7),
    biasGradient: new Float32Array(forward.bias.length).fill(7),
    initialGradient: new Float32Array(s.started ? states : 0).fill(7),
  };
}

function expectBits(what: string, found: Float32Array, expected: Float32Array): void {
  const at = expected.findIndex((v, i) => !Object.is(v, found[i]));
  if (at >= 0) expect.fail(`${what}: element ${at} is ${found[at]}, in the reference ${expected[at]}`);
}

const GRADIENTS = [
  ...["gates", "xGradient", "inputGradient", "recurrentGradient", "biasGradient", "initialGradient"],
] as readonly (keyof RecurrentBackwardArgs)[];

function expectSame(kernels: Kernels, s: Shape, threads = 1): void {
  const expected = forwardArgs(s);
  referenceKernels.recurrentForward(expected);
  const found = forwardArgs(s, threads);
  kernels.recurrentForward(found);
  for (const name of ["hidden", "cells", "gates"] as const) expectBits(name, found[name], expected[name]);
  const unkept = { ...forwardArgs(s, threads), cells: new Float32Array(0), gates: new Float32Array(0) };
  kernels.recurrentForward(unkept);
  expectBits("hidden without what the backward pass needs", unkept.hidden, expected.hidden);
  // The forward pass of an rnn leaves its gates as they are.
  const [a, b] = [backwardArgs(s, expected), { ...backwardArgs(s, expected), threads }];
  referenceKernels.recurrentBackward(a);
  kernels.recurrentBackward(b);
  for (const name of GRADIENTS) expectBits(name, b[name] as Float32Array, a[name] as Float32Array);
}

const LARGE: Shape = {
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
        fc.property(shape, (s) => expectSame(kernels, s)),
        { numRuns: 200 },
      );
    });

    test.each(["lstm", "gru", "rnn"] as const)("%s over several blocks, any number of threads", (cell) => {
      for (const threads of [1, 3]) {
        expectSame(kernels, { ...LARGE, cell }, threads);
        expectSame(
          kernels,
          { ...LARGE, cell, rows: 53, units: 100, activation: "relu", repeated: true, inputs: 33 },
          threads,
        );
      }
    });
  });

  test.each(isas)("dense layers on %s", (isa) => {
    const kernels = kernelsFor({ isa, threads: 2 });
    const sizes = { rows: fc.integer({ min: 0, max: 70 }), inputs: fc.nat(40), outputs: fc.nat(70), seed: fc.nat(99) };
    fc.assert(
      fc.property(fc.record(sizes), ({ rows, inputs: more, outputs: others, seed }) => {
        const random = new Random(seed);
        const normals = (length: number) => view(length, () => random.normal());
        const [inputs, outputs] = [more + 1, others + 1];
        const args = {
          ...{ rows, inputs, outputs, threads: 2, x: normals(rows * inputs), weights: normals(inputs * outputs) },
          ...{ bias: normals(outputs), outGradient: normals(rows * outputs) },
        };
        const made = () => ({
          ...args,
          out: new Float32Array(rows * outputs).fill(7),
          xGradient: new Float32Array(seed % 2 === 0 ? rows * inputs : 0).fill(7),
          weightGradient: new Float32Array(inputs * outputs).fill(7),
          biasGradient: new Float32Array(outputs).fill(7),
        });
        const [expected, found] = [made(), made()];
        for (const [kernelSet, one] of [
          [referenceKernels, expected],
          [kernels, found],
        ] as const) {
          kernelSet.affineForward(one);
          kernelSet.affineBackward(one);
        }
        for (const name of ["out", "xGradient", "weightGradient", "biasGradient"] as const) {
          expectBits(name, found[name], expected[name]);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("a promise gives what the call gives, and can be aborted", async () => {
    const args = forwardArgs({ ...LARGE, started: false });
    kernelsFor().recurrentForward(args);
    const promised = forwardArgs({ ...LARGE, started: false });
    await kernelsFor().promise.recurrentForward(promised);
    expectBits("hidden", promised.hidden, args.hidden);
    const [now, later] = [
      backwardArgs({ ...LARGE, started: false }, args),
      backwardArgs({ ...LARGE, started: false }, args),
    ];
    kernelsFor().recurrentBackward(now);
    await kernelsFor().promise.recurrentBackward(later);
    expectBits("recurrentGradient", later.recurrentGradient, now.recurrentGradient);
    const { signal } = { signal: AbortSignal.abort(new Error("enough")) };
    await expect(kernelsFor().promise.recurrentForward(promised, { signal })).rejects.toThrow("enough");
  });

  test("the reference's promise cuts a batch without a trace", async () => {
    const args = forwardArgs({ ...LARGE, rows: 120, steps: 20, started: false });
    referenceKernels.recurrentForward(args);
    const promised = forwardArgs({ ...LARGE, rows: 120, steps: 20, started: false });
    const told: number[] = [];
    await referenceKernels.promise.recurrentForward(promised, { progress: (done) => told.push(done) });
    expect(told.length).toBeGreaterThan(1);
    expectBits("hidden", promised.hidden, args.hidden);
  });

  test("the border refuses arrays that are too short", () => {
    const args = forwardArgs(LARGE);
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
    const back = backwardArgs(LARGE, args);
    expect(() => kernelsFor().recurrentBackward({ ...back, cells: new Float32Array(0) })).toThrow(/cells/);
    expect(() => kernelsFor().recurrentBackward({ ...back, xGradient: new Float32Array(3) })).toThrow(/xGradient/);
  });
});
