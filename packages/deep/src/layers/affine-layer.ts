import type { Random } from "@telltale/core";
import { glorotUniform } from "../training/initial.js";
import type { Compute } from "./compute.js";
import { NO_FLOATS, Scratch } from "./scratch.js";
import { type Weight, weight } from "./weight.js";

/** A dense layer without activation, for every row or step alike. */
export class AffineLayer {
  readonly weights: readonly Weight[];
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #kernel: Weight;
  readonly #bias: Weight;
  readonly #scratch = new Scratch();
  #x: Float32Array = NO_FLOATS;
  #rows = 0;

  /**
   * @param random  for the weights to begin with; undefined leaves them to be filled in
   * @param fans  connections of a value, on both sides, which say how large weights begin
   */
  constructor(
    name: string,
    inputs: number,
    outputs: number,
    random: Random | undefined,
    fans: readonly [inputs: number, outputs: number] = [inputs, outputs],
  ) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#kernel = weight(`${name}.kernel`, [inputs, outputs], true, (values) => {
      if (random !== undefined) glorotUniform(...fans, random, values);
    });
    this.#bias = weight(`${name}.bias`, [outputs], false);
    this.weights = [this.#kernel, this.#bias];
  }

  /** rows × outputs; valid until the next call. */
  forward({ kernels, threads }: Compute, x: Float32Array, rows: number): Float32Array {
    const [inputs, outputs] = [this.#inputs, this.#outputs];
    const out = this.#scratch.floats("out", rows * outputs);
    const [weights, bias] = [this.#kernel.values, this.#bias.values];
    kernels.affineForward({ rows, inputs, outputs, x, weights, bias, out, threads });
    this.#x = x;
    this.#rows = rows;
    return out;
  }

  /** From the gradient of the last output to that of its input; fills the gradients of the weights. */
  backward({ kernels, threads }: Compute, outGradient: Float32Array): Float32Array {
    const [inputs, outputs, rows] = [this.#inputs, this.#outputs, this.#rows];
    const xGradient = this.#scratch.floats("xGradient", rows * inputs);
    kernels.affineBackward({
      ...{ rows, inputs, outputs, x: this.#x, weights: this.#kernel.values, outGradient, xGradient, threads },
      ...{ weightGradient: this.#kernel.gradient, biasGradient: this.#bias.gradient },
    });
    return xGradient;
  }
}
