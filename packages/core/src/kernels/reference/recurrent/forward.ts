import { sigmoidFloat32, tanhFloat32 } from "../../../math/float32-activations.js";
import {
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentForwardArgs,
} from "../../recurrent.js";
import { addProduct } from "./products.js";

const fround = Math.fround;

export function activationOf(name: RecurrentActivation): (x: number) => number {
  return name === "tanh" ? tanhFloat32 : (x) => (x < 0 ? 0 : x);
}

/** A batch of sequences through a recurrent layer. */
export function recurrentForward(args: RecurrentForwardArgs): void {
  const { cell, rows, steps, inputs, units, initial } = args;
  const width = RECURRENT_GATES[cell] * units;
  const step = { lstm: lstmStep, gru: gruStep, rnn: rnnStep }[cell](args);
  const fromInput = new Float32Array(width);
  const fromState = new Float32Array(width);
  const state = new Float32Array(units);
  const memory = new Float32Array(units);
  for (let r = 0; r < rows; r++) {
    state.fill(0);
    memory.fill(0);
    if (initial.length > 0) {
      state.set(initial.subarray(r * units, (r + 1) * units));
      if (cell === "lstm") memory.set(initial.subarray((rows + r) * units, (rows + r + 1) * units));
    }
    for (let t = 0; t < steps; t++) {
      if (t === 0 || !args.repeated) {
        fromInput.set(args.bias.subarray(0, width));
        const at = (args.repeated ? r : r * steps + t) * inputs;
        addProduct(fromInput, args.x, at, inputs, args.inputWeights, width);
      }
      if (cell === "gru") fromState.set(args.bias.subarray(width, 2 * width));
      else fromState.set(fromInput);
      addProduct(fromState, state, 0, units, args.recurrentWeights, width);
      step(fromInput, fromState, state, memory, r * steps + t);
    }
  }
}

type Step = (
  fromInput: Float32Array,
  fromState: Float32Array,
  state: Float32Array,
  memory: Float32Array,
  at: number,
) => void;

function lstmStep({ units, hidden, cells, gates, activation }: RecurrentForwardArgs): Step {
  const activate = activationOf(activation);
  return (_, z, state, memory, at) => {
    const kept = gates.length > 0 ? gates.subarray(at * RECURRENT_KEPT.lstm * units) : undefined;
    for (let j = 0; j < units; j++) {
      const i = sigmoidFloat32(z[j] as number);
      const f = sigmoidFloat32(z[units + j] as number);
      const g = activate(z[2 * units + j] as number);
      const o = sigmoidFloat32(z[3 * units + j] as number);
      const c = fround(fround(f * (memory[j] as number)) + fround(i * g));
      memory[j] = c;
      state[j] = o * activate(c);
      if (kept === undefined) continue;
      kept[j] = i;
      kept[units + j] = f;
      kept[2 * units + j] = g;
      kept[3 * units + j] = o;
    }
    hidden.set(state, at * units);
    if (cells.length > 0) cells.set(memory, at * units);
  };
}

function gruStep({ units, hidden, gates, activation }: RecurrentForwardArgs): Step {
  const activate = activationOf(activation);
  return (x, s, state, _, at) => {
    const kept = gates.length > 0 ? gates.subarray(at * RECURRENT_KEPT.gru * units) : undefined;
    for (let j = 0; j < units; j++) {
      const z = sigmoidFloat32(fround((x[j] as number) + (s[j] as number)));
      const r = sigmoidFloat32(fround((x[units + j] as number) + (s[units + j] as number)));
      const inner = s[2 * units + j] as number;
      const n = activate(fround((x[2 * units + j] as number) + fround(r * inner)));
      state[j] = fround(z * (state[j] as number)) + fround(fround(1 - z) * n);
      if (kept === undefined) continue;
      kept[j] = z;
      kept[units + j] = r;
      kept[2 * units + j] = n;
      kept[3 * units + j] = inner;
    }
    hidden.set(state, at * units);
  };
}

function rnnStep({ units, hidden, activation }: RecurrentForwardArgs): Step {
  const activate = activationOf(activation);
  return (_, z, state, __, at) => {
    for (let j = 0; j < units; j++) state[j] = activate(z[j] as number);
    hidden.set(state, at * units);
  };
}
