import {
  Random,
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
  type RecurrentCell,
  type RecurrentForwardArgs,
} from "@telltale/core";

export interface Shape {
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

/** A view that does not begin where its buffer does. */
export function view(length: number, next: () => number): Float32Array {
  const values = new Float32Array(length + 3).subarray(3);
  for (let i = 0; i < length; i++) values[i] = next();
  return values;
}

export function forwardArgs(s: Shape): RecurrentForwardArgs {
  const random = new Random(s.seed);
  const normal = () => random.normal() * s.scale;
  const { cell, activation, rows, steps, inputs, units, repeated } = s;
  const width = RECURRENT_GATES[cell] * units;
  return {
    ...{ cell, activation, rows, steps, inputs, units, repeated, threads: 1 },
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

export function backwardArgs(s: Shape, forward: RecurrentForwardArgs): RecurrentBackwardArgs {
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
