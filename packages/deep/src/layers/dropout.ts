import { Random } from "@telltale/core";
import { NO_FLOATS, Scratch } from "./scratch.js";

/** Streams of the seed for dropped units, apart from those of weights and of the order. */
const DROPOUT_STREAM = 3_000_000;
const STREAMS_A_LAYER = 2 ** 26;

/** Leaves out a share of values while a network learns, and makes the others larger, so that their sum is expected to stay. */
export class Dropout {
  readonly #rate: number;
  readonly #seed: number;
  readonly #layer: number;
  readonly #scratch = new Scratch();
  #mask: Float32Array = NO_FLOATS;

  /** @param layer  a number of its own in the network */
  constructor(rate: number, seed: number, layer: number) {
    this.#rate = rate;
    this.#seed = seed;
    this.#layer = layer;
  }

  /** In place. @param step  of the training; undefined leaves all values as they are */
  forward(values: Float32Array, step: number | undefined): void {
    this.#mask = NO_FLOATS;
    if (this.#rate === 0 || step === undefined) return;
    const random = new Random(this.#seed, DROPOUT_STREAM + this.#layer * STREAMS_A_LAYER + (step % STREAMS_A_LAYER));
    const kept = 1 / (1 - this.#rate);
    this.#mask = this.#scratch.floats("mask", values.length);
    for (let i = 0; i < values.length; i++) this.#mask[i] = random.uniform() < this.#rate ? 0 : kept;
    this.#times(values);
  }

  /** In place, of the gradient. */
  backward(gradient: Float32Array): void {
    if (this.#mask.length > 0) this.#times(gradient);
  }

  #times(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * (this.#mask[i] as number);
  }
}
