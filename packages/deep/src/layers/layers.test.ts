import { Random, referenceKernels } from "@telltale/core";
import { describe, expect, it } from "vitest";
import { AffineLayer } from "./affine-layer.js";
import type { Compute } from "./compute.js";
import { ConvolutionLayer } from "./convolution-layer.js";
import { Dropout } from "./dropout.js";
import golden from "./golden-convolution.json" with { type: "json" };
import { RecurrentLayer } from "./recurrent-layer.js";
import { restoreWeights, valuesOf } from "./weight.js";

const compute: Compute = { kernels: referenceKernels, threads: 1 };

describe(`convolutions as those of Keras (TensorFlow ${golden.madeBy.tensorflow})`, () => {
  it.each(golden.cases)("$stepsIn to $stepsOut steps, size $size, transposed: $transposed", (each) => {
    const { inputs, filters, windows } = golden;
    for (const first of [filters, 1]) {
      const plan = { ...each, inputs, filters: first, relu: each.stride > 1 };
      const layer = new ConvolutionLayer("layer", plan, undefined);
      const [kernel, bias] = layer.weights;
      // One filter takes another way through the code.
      kernel?.values.set(each.kernel.filter((_, i) => i % filters < first));
      bias?.values.set(each.bias.slice(0, first));
      const out = layer.forward(compute, Float32Array.from(each.x), windows);
      const expected = each.out.filter((_, i) => i % filters < first);
      expect(out).toHaveLength(expected.length);
      out.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 4);
      });
    }
  });
});

describe("layers begin as those of Keras", () => {
  it("kernels within Glorot's bounds, an orthogonal matrix for the state, the forget gate open", () => {
    const layer = new RecurrentLayer("lstm", { cell: "lstm", activation: "tanh", inputs: 3, units: 6 }, new Random(1));
    const { "lstm.kernel": kernel, "lstm.recurrentKernel": state, "lstm.bias": bias } = valuesOf(layer.weights);
    const most = Math.sqrt(6 / (3 + 24));
    expect(Math.max(...(kernel as Float32Array).map(Math.abs))).toBeLessThanOrEqual(most);
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < 6; b++) {
        let dot = 0;
        for (let j = 0; j < 24; j++) dot += (state?.[a * 24 + j] as number) * (state?.[b * 24 + j] as number);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
    expect([...(bias as Float32Array)]).toEqual([...Array(6).fill(0), ...Array(6).fill(1), ...Array(12).fill(0)]);
  });

  it("a GRU has biases of inputs and of the state", () => {
    const layer = new RecurrentLayer("gru", { cell: "gru", activation: "tanh", inputs: 3, units: 2 }, undefined);
    expect(layer.weights.map(({ shape }) => shape)).toEqual([
      [3, 6],
      [2, 6],
      [2, 6],
    ]);
  });
});

describe("weights from a file", () => {
  const { weights } = new AffineLayer("output", 2, 3, new Random(1));
  const state = valuesOf(weights);

  it("are taken when they fit", () => {
    const other = new AffineLayer("output", 2, 3, undefined);
    restoreWeights("test", other.weights, state);
    expect(valuesOf(other.weights)).toEqual(state);
  });

  it.each([
    ["one is missing", { "output.bias": new Float32Array(3) }, /output.kernel is missing or of the wrong type/],
    ["one is too short", { ...state, "output.kernel": new Float32Array(5) }, /has 5 values; its parameters ask for 6/],
    ["one is of doubles", { ...state, "output.bias": new Float64Array(3) }, /output.bias is missing or of the wrong/],
    ["one is not finite", { ...state, "output.bias": Float32Array.of(0, Number.NaN, 0) }, /is not finite/],
  ])("are refused when %s", (_, wrong, message) => {
    expect(() => restoreWeights("test", weights, wrong)).toThrow(message);
    expect(() => restoreWeights("test", weights, wrong)).toThrow(expect.objectContaining({ code: "MODEL_CORRUPT" }));
  });
});

describe("dropped values", () => {
  it("are as many as asked, the others grow, and the gradient sees the same", () => {
    const drop = new Dropout(0.25, 4, 0);
    const values = new Float32Array(4000).fill(1);
    drop.forward(values, 7);
    const kept = values.filter((v) => v !== 0);
    expect(kept.length / values.length).toBeCloseTo(0.75, 1);
    expect(new Set(kept)).toEqual(new Set([Math.fround(4 / 3)]));
    const gradient = new Float32Array(4000).fill(1);
    drop.backward(gradient);
    expect(gradient).toEqual(values);
    const again = new Float32Array(4000).fill(1);
    new Dropout(0.25, 4, 0).forward(again, 7);
    expect(again).toEqual(values);
    const next = new Float32Array(4000).fill(1);
    drop.forward(next, 8);
    expect(next).not.toEqual(values);
  });

  it("are none when nothing is learned", () => {
    const drop = new Dropout(0.5, 1, 0);
    const values = Float32Array.of(1, 2, 3);
    drop.forward(values, undefined);
    drop.backward(values);
    expect([...values]).toEqual([1, 2, 3]);
  });
});
