import { KernelError, type Kernels } from "@telltale/core";
import { affineArgs, checkAffineParity, checkSame } from "@telltale/core/conformance";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wasmKernels } from "./index.js";

const kernels = wasmKernels() as Kernels;

test("dense layers in WebAssembly, bit for bit as the reference", () => {
  const size = fc.integer({ min: 1, max: 60 });
  const shape = fc.record({ rows: fc.nat(70), inputs: size, outputs: size, seed: fc.nat(99) });
  fc.assert(
    fc.property(shape, (each) => checkAffineParity(kernels, each)),
    { numRuns: 150 },
  );
  checkAffineParity(kernels, { rows: 6007, inputs: 33, outputs: 21, seed: 2 }); // several blocks
});

test("promises give what the calls give", async () => {
  const [now, promised] = [
    affineArgs({ rows: 300, inputs: 20, outputs: 12, seed: 4 }),
    affineArgs({ rows: 300, inputs: 20, outputs: 12, seed: 4 }),
  ];
  kernels.affineForward(now);
  kernels.affineBackward(now);
  await kernels.promise.affineForward(promised);
  await kernels.promise.affineBackward(promised);
  for (const name of ["out", "xGradient", "weightGradient", "biasGradient"] as const) {
    checkSame(promised[name], now[name], name);
  }
});

test.each([
  [{ inputs: 0 }, /inputs: expected an integer from 1/],
  [{ rows: 2 ** 40 }, /rows: expected an integer from 0/],
  [{ x: new Float32Array(3) }, /x: expected at least 15/],
  [{ weights: new Float32Array(3) }, /weights: expected at least 10/],
])("refuses %#", (change, message) => {
  const wrong = { ...affineArgs({ rows: 3, inputs: 5, outputs: 2, seed: 0 }), ...change };
  expect(() => kernels.affineForward(wrong)).toThrow(KernelError);
  expect(() => kernels.affineForward(wrong)).toThrow(message);
  expect(() => kernels.affineBackward(wrong)).toThrow(message);
});
