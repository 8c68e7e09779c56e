import {
  type Random,
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
} from "@telltale/core";
import { glorotUniform, orthogonal } from "../training/initial.js";
import type { Compute } from "./compute.js";
import { NO_FLOATS, Scratch } from "./scratch.js";
import { type Weight, weight } from "./weight.js";

export interface RecurrentPlan {
  readonly cell: RecurrentCell;
  readonly activation: RecurrentActivation;
  readonly inputs: number;
  readonly units: number;
  /** Every step gets the same values: the code of a sequence. */
  readonly repeated?: boolean;
}

/** States of a batch. Arrays are valid until the layer's next call. */
export interface RecurrentStates {
  /** rows × steps × units. */
  readonly hidden: Float32Array;
  /** State after the last step: rows × units h, then for an LSTM rows × units c. */
  readonly last: Float32Array;
}

/**
 * A layer of recurrent cells. Weights are laid out, and begin, as those of Keras: Glorot's uniform, an orthogonal matrix for the
 * state, biases 0 but for an LSTM's forget gate (1).
 */
export class RecurrentLayer {
  readonly weights: readonly Weight[];
  readonly #plan: RecurrentPlan;
  readonly #kernel: Weight;
  readonly #recurrent: Weight;
  readonly #bias: Weight;
  readonly #scratch = new Scratch();
  #pass: RecurrentForwardArgs | undefined;

  /** @param random  for the weights to begin with; undefined leaves them to be filled in */
  constructor(name: string, plan: RecurrentPlan, random: Random | undefined) {
    const { cell, inputs, units } = plan;
    const width = RECURRENT_GATES[cell] * units;
    this.#plan = plan;
    this.#kernel = weight(`${name}.kernel`, [inputs, width], true, (values) => {
      if (random !== undefined) glorotUniform(inputs, width, random, values);
    });
    this.#recurrent = weight(`${name}.recurrentKernel`, [units, width], true, (values) => {
      if (random !== undefined) values.set(orthogonal(units, width, random));
    });
    this.#bias = weight(`${name}.bias`, cell === "gru" ? [2, width] : [width], false, (values) => {
      if (cell === "lstm") values.fill(1, units, 2 * units);
    });
    this.weights = [this.#kernel, this.#recurrent, this.#bias];
  }

  /**
   * @param x  rows × steps × inputs, or rows × inputs for a layer whose input is repeated
   * @param initial  in the layout of `last`; empty for zeros
   * @param learning  keeps what the backward pass needs
   */
  forward(
    { kernels, threads }: Compute,
    x: Float32Array,
    rows: number,
    steps: number,
    learning: boolean,
    initial: Float32Array = NO_FLOATS,
  ): RecurrentStates {
    const { cell, activation, inputs, units, repeated = false } = this.#plan;
    const states = rows * steps * units;
    const scratch = this.#scratch;
    const args: RecurrentForwardArgs = {
      ...{ cell, activation, rows, steps, inputs, units, x, repeated, initial, threads },
      inputWeights: this.#kernel.values,
      recurrentWeights: this.#recurrent.values,
      bias: this.#bias.values,
      hidden: scratch.floats("hidden", states),
      cells: cell === "lstm" ? scratch.floats("cells", states) : NO_FLOATS,
      gates: learning ? scratch.floats("gates", states * RECURRENT_KEPT[cell]) : NO_FLOATS,
    };
    kernels.recurrentForward(args);
    this.#pass = args;
    return { hidden: args.hidden, last: this.#lastOf(args) };
  }

  #lastOf({ hidden, cells, rows, steps, units }: RecurrentForwardArgs): Float32Array {
    const parts = cells.length > 0 ? [hidden, cells] : [hidden];
    const last = this.#scratch.floats("last", parts.length * rows * units);
    for (const [p, values] of parts.entries()) {
      for (let r = 0; r < rows; r++) {
        const from = ((r + 1) * steps - 1) * units;
        last.set(values.subarray(from, from + units), (p * rows + r) * units);
      }
    }
    return last;
  }

  /**
   * Fills the gradients of the weights.
   *
   * @param from  the gradients of the states of the last forward pass; empty arrays for zeros
   * @param wanted  which gradients to give back
   */
  backward(
    { kernels, threads }: Compute,
    from: { readonly hidden?: Float32Array; readonly last?: Float32Array },
    wanted: { readonly x?: boolean; readonly initial?: boolean } = {},
  ): { readonly x: Float32Array; readonly initial: Float32Array } {
    const pass = this.#pass;
    if (pass === undefined || pass.gates.length === 0) throw new RangeError("no forward pass to go back through");
    const scratch = this.#scratch;
    const args: RecurrentBackwardArgs = {
      ...pass,
      threads,
      hiddenGradient: from.hidden ?? NO_FLOATS,
      lastGradient: from.last ?? NO_FLOATS,
      xGradient: wanted.x === true ? scratch.floats("xGradient", pass.x.length) : NO_FLOATS,
      inputGradient: this.#kernel.gradient,
      recurrentGradient: this.#recurrent.gradient,
      biasGradient: this.#bias.gradient,
      initialGradient: wanted.initial === true ? scratch.floats("initialGradient", pass.initial.length) : NO_FLOATS,
    };
    kernels.recurrentBackward(args);
    return { x: args.xGradient, initial: args.initialGradient };
  }
}
