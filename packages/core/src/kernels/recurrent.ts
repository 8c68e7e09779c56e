/**
 * The kernels of recurrent layers: a whole batch of sequences through one layer, and the gradients of that, in single
 * precision. Layout and order of the gates are those of Keras, so that weights can be exchanged.
 *
 * *Numerical contract*: same bits on every path. Every sum runs over one index after the other in single precision, a product
 * rounded before it is added (no fused multiply-add): over the inputs, then over the units of the step before; of a weight's
 * gradient over the sequences, then over their steps. Exponentials are the polynomials of `math/float32-activations.ts`.
 *
 * With h the hidden state of the step before, σ the logistic function and φ the activation:
 * - `lstm` (Hochreiter & Schmidhuber 1997, forget gate of Gers 2000), gates i, f, g, o of z = x W + h R + b:
 *   c′ = σ(f) c + σ(i) φ(g), h′ = σ(o) φ(c′)
 * - `gru` (Cho 2014, the form whose reset gate acts after the product, Keras' `reset_after`), gates z, r, n:
 *   n = φ(x Wₙ + bₙ + σ(r) (h Rₙ + dₙ)), h′ = σ(z) h + (1 − σ(z)) n
 * - `rnn` (Elman 1990): h′ = φ(x W + h R + b)
 */
export type RecurrentCell = "lstm" | "gru" | "rnn";
export type RecurrentActivation = "tanh" | "relu";

/** Gates of a cell that have weights of their own. */
export const RECURRENT_GATES: Readonly<Record<RecurrentCell, number>> = { lstm: 4, gru: 3, rnn: 1 };
/** Values a unit and step that the backward pass needs of the forward pass, in `gates`. */
export const RECURRENT_KEPT: Readonly<Record<RecurrentCell, number>> = { lstm: 4, gru: 4, rnn: 1 };

export interface RecurrentLayer {
  readonly cell: RecurrentCell;
  readonly activation: RecurrentActivation;
  /** Sequences, their steps, values a step, units. */
  readonly rows: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
  /** rows × steps × inputs; or rows × inputs when `repeated`. */
  readonly x: Float32Array;
  /** Every step of a sequence gets the same values: what a decoder is fed that repeats the code. */
  readonly repeated: boolean;
  /** inputs × gates · units. */
  readonly inputWeights: Float32Array;
  /** units × gates · units. */
  readonly recurrentWeights: Float32Array;
  /** gates · units; for `gru` twice that: of the inputs, then of the state. */
  readonly bias: Float32Array;
  /** State before the first step: rows × units h, then (`lstm`) rows × units c; empty for zeros. */
  readonly initial: Float32Array;
  readonly threads: number;
}

export interface RecurrentForwardArgs extends RecurrentLayer {
  /** Out, rows × steps × units: h after every step. */
  readonly hidden: Float32Array;
  /** Out, rows × steps × units: c after every step of an `lstm`; empty for others. */
  readonly cells: Float32Array;
  /**
   * Out, rows × steps × kept · units, what the backward pass needs: i, f, φ(g), o · z, r, n, h Rₙ + dₙ · of `rnn` nothing is
   * written. Empty when no backward pass follows.
   */
  readonly gates: Float32Array;
}

export interface RecurrentBackwardArgs extends RecurrentLayer {
  readonly hidden: Float32Array;
  readonly cells: Float32Array;
  /** In, as the forward pass left it; out, the gradients of what goes into the gates. */
  readonly gates: Float32Array;
  /** Gradient of `hidden`, rows × steps × units; empty for zeros. */
  readonly hiddenGradient: Float32Array;
  /** Gradient of the state after the last step, in the layout of `initial`; empty for zeros. */
  readonly lastGradient: Float32Array;
  /** Out, the shape of `x`; empty when nobody wants it. */
  readonly xGradient: Float32Array;
  /** Out, the shapes of the weights and of the bias. */
  readonly inputGradient: Float32Array;
  readonly recurrentGradient: Float32Array;
  readonly biasGradient: Float32Array;
  /** Out, the layout of `initial`; empty when nobody wants it. */
  readonly initialGradient: Float32Array;
}

/** Cuts a forward pass over many sequences into passes over a few; nothing is copied. */
export function recurrentSlices(args: RecurrentForwardArgs, rowsPerSlice: number): RecurrentForwardArgs[] {
  const { rows, steps, inputs, units } = args;
  // The two halves of the initial state lie apart, so a layer that has one is done at once.
  if (rows <= rowsPerSlice || args.initial.length > 0) return [args];
  const slices: RecurrentForwardArgs[] = [];
  for (let from = 0; from < rows; from += rowsPerSlice) {
    const to = Math.min(rows, from + rowsPerSlice);
    const part = (values: Float32Array, width: number) =>
      values.length === 0 ? values : values.subarray(from * width, to * width);
    slices.push({
      ...args,
      rows: to - from,
      x: part(args.x, args.repeated ? inputs : steps * inputs),
      hidden: part(args.hidden, steps * units),
      cells: part(args.cells, steps * units),
      gates: part(args.gates, steps * units * RECURRENT_KEPT[args.cell]),
    });
  }
  return slices;
}

/** Sequences whose pass takes about so many products. */
export function recurrentRows(args: RecurrentLayer, products: number): number {
  const perRow = args.steps * (args.inputs + args.units) * args.units * RECURRENT_GATES[args.cell];
  return Math.max(1, Math.floor(products / Math.max(1, perRow)));
}
