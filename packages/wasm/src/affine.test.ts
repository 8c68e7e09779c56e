import { KernelError, type Kernels, Random, referenceKernels } from "@telltale/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wasmKernels } from "./index.js";
import { view } from "./testing/recurrent-arguments.js";
import { expectBits } from "./testing/same-bits.js";

const kernels = wasmKernels() as Kernels;

function argsOf(rows: number, inputs: number, outputs: number, seed: number) {
  const random = new Random(seed);
  const normals = (length: number) => view(length, () => random.normal());
  return {
    ...{ rows, inputs, outputs, threads: 1, x: normals(rows * inputs), weights: normals(inputs * outputs) },
    ...{ bias: normals(outputs), outGradient: normals(rows * outputs) },
    out: new Float32Array(rows * outputs).fill(7),
    xGradient: new Float32Array(seed % 2 === 0 ? rows * inputs : 0).fill(7),
    weightGradient: new Float32Array(inputs * outputs).fill(7),
    biasGradient: new Float32Array(outputs).fill(7),
  };
}

function expectSame(rows: number, inputs: number, outputs: number, seed: number): void {
  const [expected, found] = [argsOf(rows, inputs, outputs, seed), argsOf(rows, inputs, outputs, seed)];
  for (const [set, args] of [
    [referenceKernels, expected],
    [kernels, found],
  ] as const) {
    set.affineForward(args);
    set.affineBackward(args);
  }
  for (const name of ["out", "xGradient", "weightGradient", "biasGradient"] as const) {
    expectBits(name, found[name], expected[name]);
  }
}

test("dense layers in WebAssembly, bit for bit as the reference", () => {
  const size = fc.integer({ min: 1, max: 60 });
  fc.assert(fc.property(fc.nat(70), size, size, fc.nat(99), expectSame), { numRuns: 150 });
  expectSame(6007, 33, 21, 2); // several blocks
});

test("promises give what the calls give", async () => {
  const [now, promised] = [argsOf(300, 20, 12, 4), argsOf(300, 20, 12, 4)];
  kernels.affineForward(now);
  kernels.affineBackward(now);
  await kernels.promise.affineForward(promised);
  await kernels.promise.affineBackward(promised);
  for (const name of ["out", "xGradient", "weightGradient", "biasGradient"] as const) {
    expectBits(name, promised[name], now[name]);
  }
});

test.each([
  [{ inputs: 0 }, /inputs: expected an integer from 1/],
  [{ rows: 2 ** 40 }, /rows: expected an integer from 0/],
  [{ x: new Float32Array(3) }, /x: expected at least 15/],
  [{ weights: new Float32Array(3) }, /weights: expected at least 10/],
])("refuses %#", (change, message) => {
  const wrong = { ...argsOf(3, 5, 2, 0), ...change };
  expect(() => kernels.affineForward(wrong)).toThrow(KernelError);
  expect(() => kernels.affineForward(wrong)).toThrow(message);
  expect(() => kernels.affineBackward(wrong)).toThrow(message);
});
