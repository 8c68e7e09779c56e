import { describe, expect, test } from "vitest";
import { expFloat32, sigmoidFloat32, tanhFloat32 } from "../../../math/float32-activations.js";
import {
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
} from "../../recurrent.js";
import { referenceKernels } from "../reference.js";
import golden from "./golden.json" with { type: "json" };

const { rows, steps, inputs, units } = golden;
const none = new Float32Array(0);

type Case = (typeof golden.cases)[number];

function forwardArgs(each: Case): RecurrentForwardArgs {
  const cell = each.cell as RecurrentCell;
  return {
    ...{ cell, activation: each.activation as RecurrentActivation, rows, steps, inputs, units },
    ...{ x: Float32Array.from(each.x), repeated: false, threads: 1 },
    inputWeights: Float32Array.from(each.inputWeights),
    recurrentWeights: Float32Array.from(each.recurrentWeights),
    bias: Float32Array.from(each.bias),
    initial: Float32Array.from(each.initial),
    hidden: new Float32Array(rows * steps * units),
    cells: new Float32Array(cell === "lstm" ? rows * steps * units : 0),
    gates: new Float32Array(rows * steps * units * RECURRENT_KEPT[cell]),
  };
}

function backwardArgs(forward: RecurrentForwardArgs, from: Partial<RecurrentBackwardArgs>): RecurrentBackwardArgs {
  return {
    ...forward,
    hiddenGradient: none,
    lastGradient: none,
    xGradient: new Float32Array(forward.x.length),
    inputGradient: new Float32Array(forward.inputWeights.length),
    recurrentGradient: new Float32Array(forward.recurrentWeights.length),
    biasGradient: new Float32Array(forward.bias.length),
    initialGradient: new Float32Array(forward.initial.length),
    ...from,
  };
}

function expectClose(what: string, found: Float32Array, expected: readonly number[]): void {
  expect(found.length, what).toBe(expected.length);
  const worst = expected.reduce(
    (most, v, i) => Math.max(most, Math.abs((found[i] as number) - v) / (1 + Math.abs(v))),
    0,
  );
  expect(worst, what).toBeLessThan(2e-5);
}

describe(`states and gradients as those of Keras (TensorFlow ${golden.madeBy.tensorflow})`, () => {
  test.each(golden.cases)("$cell, $activation", (each) => {
    const forward = forwardArgs(each);
    referenceKernels.recurrentForward(forward);
    expectClose("hidden", forward.hidden, each.hidden);
    const back = backwardArgs(forward, {
      hiddenGradient: Float32Array.from(each.hiddenGradient),
      lastGradient: Float32Array.from(each.lastGradient),
    });
    referenceKernels.recurrentBackward(back);
    for (const name of [
      ...["xGradient", "inputGradient", "recurrentGradient", "biasGradient", "initialGradient"],
    ] as const) {
      const key = name as "xGradient";
      expectClose(name, back[key], each[key]);
    }
  });
});

test.each(golden.cases)("$cell, $activation: a repeated input is the same input at every step", (each) => {
  const code = Float32Array.from(each.x.slice(0, rows * inputs));
  const spread = new Float32Array(rows * steps * inputs);
  for (let i = 0; i < rows * steps; i++) {
    const row = Math.floor(i / steps);
    spread.set(code.subarray(row * inputs, (row + 1) * inputs), i * inputs);
  }
  const [once, often] = [
    { ...forwardArgs(each), x: code, repeated: true },
    { ...forwardArgs(each), x: spread },
  ];
  referenceKernels.recurrentForward(once);
  referenceKernels.recurrentForward(often);
  expect(once.hidden).toEqual(often.hidden);
  const hiddenGradient = Float32Array.from(each.hiddenGradient);
  const a = backwardArgs(once, { hiddenGradient });
  const b = backwardArgs(often, { hiddenGradient });
  referenceKernels.recurrentBackward(a);
  referenceKernels.recurrentBackward(b);
  expect(a.recurrentGradient).toEqual(b.recurrentGradient);
  expectClose("inputGradient", a.inputGradient, [...b.inputGradient]);
  const summed = Array.from({ length: rows * inputs }, (_, i) => {
    const row = Math.floor(i / inputs);
    let sum = 0;
    for (let t = 0; t < steps; t++) sum += b.xGradient[(row * steps + t) * inputs + (i % inputs)] as number;
    return sum;
  });
  expectClose("xGradient", a.xGradient, summed);
});

test("exponential, logistic function and tangent are as close as they say", () => {
  const worst = { exp: 0, sigmoid: 0, tanh: 0 };
  for (let i = -20_000; i <= 20_000; i++) {
    const x = Math.fround(i / 1000);
    const e = Math.exp(x);
    worst.exp = Math.max(worst.exp, Math.abs(expFloat32(x) - e) / e);
    worst.sigmoid = Math.max(worst.sigmoid, Math.abs(sigmoidFloat32(x) - 1 / (1 + Math.exp(-x))));
    if (i !== 0) worst.tanh = Math.max(worst.tanh, Math.abs(tanhFloat32(x) / Math.tanh(x) - 1));
  }
  expect(worst.exp).toBeLessThan(1.7 * 2 ** -23);
  expect(worst.sigmoid).toBeLessThan(9e-8);
  expect(worst.tanh).toBeLessThan(1.3 * 2 ** -23);
  expect([expFloat32(-1000), expFloat32(1000)]).toEqual([expFloat32(-87), expFloat32(88)]);
  expect(Object.is(tanhFloat32(-0), -0) || tanhFloat32(-0) === 0).toBe(true);
  expect([expFloat32(Number.NaN), sigmoidFloat32(Number.NaN), tanhFloat32(Number.NaN)]).toEqual([NaN, NaN, NaN]);
});
