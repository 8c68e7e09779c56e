import type { Random } from "@telltale/core";
import { AffineLayer } from "./affine-layer.js";
import type { Compute } from "./compute.js";
import { Scratch } from "./scratch.js";
import type { Weight } from "./weight.js";

export interface ConvolutionPlan {
  /** Steps of what goes in and of what comes out: stride apart, or the other way round in a transposed convolution. */
  readonly stepsIn: number;
  readonly stepsOut: number;
  readonly inputs: number;
  readonly filters: number;
  /** Steps that a filter looks at. */
  readonly size: number;
  readonly stride: number;
  readonly transposed: boolean;
  readonly relu: boolean;
}

/**
 * A convolution over the steps of windows, or a transposed one, padded with zeros to `same` as Keras does: a dense layer over
 * patches. The kernel is size × inputs × filters.
 */
export class ConvolutionLayer {
  readonly weights: readonly Weight[];
  readonly #plan: ConvolutionPlan;
  readonly #dense: AffineLayer;
  /** For each step that comes out and each place of the filter the step that goes in there; −1: none. */
  readonly #places: Int32Array;
  readonly #scratch = new Scratch();
  #out: Float32Array = new Float32Array(0);
  #windows = 0;
  #x: Float32Array = new Float32Array(0);

  constructor(name: string, plan: ConvolutionPlan, random: Random | undefined) {
    const { inputs, filters, size } = plan;
    this.#plan = plan;
    this.#dense = new AffineLayer(name, size * inputs, filters, random, [size * inputs, size * filters]);
    this.#places = placesOf(plan);
    this.weights = this.#dense.weights;
  }

  /** windows × stepsOut × filters; valid until the next call. */
  forward(compute: Compute, x: Float32Array, windows: number): Float32Array {
    const { stepsIn, stepsOut, inputs, filters, size, relu } = this.#plan;
    this.#windows = windows;
    if (filters === 1 && !relu) return this.#forwardOne(x, windows);
    const patches = this.#scratch.floats("patches", windows * stepsOut * size * inputs);
    const places = this.#places;
    let to = 0;
    for (let w = 0; w < windows; w++) {
      for (let p = 0; p < places.length; p++, to += inputs) {
        const place = places[p] as number;
        if (place < 0) {
          patches.fill(0, to, to + inputs);
          continue;
        }
        const from = (w * stepsIn + place) * inputs;
        for (let j = 0; j < inputs; j++) patches[to + j] = x[from + j] as number;
      }
    }
    const out = this.#dense.forward(compute, patches, windows * stepsOut);
    if (relu) for (let i = 0; i < out.length; i++) if ((out[i] as number) < 0) out[i] = 0;
    this.#out = out;
    return out;
  }

  /** From the gradient of the last output, which it changes, to that of its input; fills the gradients of the weights. */
  backward(compute: Compute, gradient: Float32Array): Float32Array {
    const { stepsIn, inputs, filters, relu } = this.#plan;
    if (filters === 1 && !relu) return this.#backwardOne(gradient);
    const out = this.#out;
    if (relu) for (let i = 0; i < gradient.length; i++) if (!((out[i] as number) > 0)) gradient[i] = 0;
    const ofPatches = this.#dense.backward(compute, gradient);
    const ofX = this.#scratch.floats("ofX", this.#windows * stepsIn * inputs);
    ofX.fill(0);
    const places = this.#places;
    let from = 0;
    for (let w = 0; w < this.#windows; w++) {
      for (let p = 0; p < places.length; p++, from += inputs) {
        const place = places[p] as number;
        if (place < 0) continue;
        const to = (w * stepsIn + place) * inputs;
        for (let j = 0; j < inputs; j++) ofX[to + j] = (ofX[to + j] as number) + (ofPatches[from + j] as number);
      }
    }
    return ofX;
  }

  /** A single filter: gathering patches would take longer than what is computed on them. */
  #forwardOne(x: Float32Array, windows: number): Float32Array {
    const { stepsIn, stepsOut, inputs, size } = this.#plan;
    const [{ values: kernel }, { values: bias }] = this.weights as [Weight, Weight];
    const places = this.#places;
    const out = this.#scratch.floats("out", windows * stepsOut);
    for (let i = 0; i < out.length; i++) {
      const [first, step] = [Math.floor(i / stepsOut) * stepsIn, i % stepsOut];
      let sum = bias[0] as number;
      for (let k = 0; k < size; k++) {
        const place = places[step * size + k] as number;
        if (place < 0) continue;
        const from = (first + place) * inputs;
        for (let j = 0; j < inputs; j++) sum += (x[from + j] as number) * (kernel[k * inputs + j] as number);
      }
      out[i] = sum;
    }
    this.#x = x;
    return out;
  }

  #backwardOne(gradient: Float32Array): Float32Array {
    const { stepsIn, stepsOut, inputs, size } = this.#plan;
    const [{ values: kernel, gradient: ofKernel }, { gradient: ofBias }] = this.weights as [Weight, Weight];
    const [x, places] = [this.#x, this.#places];
    const ofX = this.#scratch.floats("ofX", this.#windows * stepsIn * inputs);
    ofX.fill(0);
    ofKernel.fill(0);
    ofBias.fill(0);
    for (let i = 0; i < gradient.length; i++) {
      const [first, step, g] = [Math.floor(i / stepsOut) * stepsIn, i % stepsOut, gradient[i] as number];
      ofBias[0] = (ofBias[0] as number) + g;
      for (let k = 0; k < size; k++) {
        const place = places[step * size + k] as number;
        if (place < 0) continue;
        const from = (first + place) * inputs;
        for (let j = 0; j < inputs; j++) {
          const w = k * inputs + j;
          ofX[from + j] = (ofX[from + j] as number) + g * (kernel[w] as number);
          ofKernel[w] = (ofKernel[w] as number) + g * (x[from + j] as number);
        }
      }
    }
    return ofX;
  }
}

/** A transposed convolution goes back along the connections of the convolution from its output's steps to its input's. */
function placesOf({ stepsIn, stepsOut, size, stride, transposed }: ConvolutionPlan): Int32Array {
  const [long, short] = transposed ? [stepsOut, stepsIn] : [stepsIn, stepsOut];
  const before = Math.floor(Math.max((short - 1) * stride + size - long, 0) / 2);
  return Int32Array.from({ length: stepsOut * size }, (_, at) => {
    const [step, k] = [Math.floor(at / size), at % size];
    const place = transposed ? (step + before - k) / stride : step * stride + k - before;
    return Number.isInteger(place) && place >= 0 && place < stepsIn ? place : -1;
  });
}
