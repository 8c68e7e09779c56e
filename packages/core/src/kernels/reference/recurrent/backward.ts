import {
  RECURRENT_GATES,
  RECURRENT_KEPT,
  type RecurrentActivation,
  type RecurrentBackwardArgs,
} from "../../recurrent.js";
import { activationOf } from "./forward.js";
import { addOuter, addTransposed, addValues } from "./products.js";

const fround = Math.fround;

/** The slope of the activation where its value is `value`. */
function slopeOf(name: RecurrentActivation): (value: number) => number {
  return name === "tanh" ? (value) => fround(1 - fround(value * value)) : (value) => (value > 0 ? 1 : 0);
}

/** Gradients of a recurrent layer: back through all steps of each sequence, then the sums over all of them. */
export function recurrentBackward(args: RecurrentBackwardArgs): void {
  throughTime(args);
  const sums = args.repeated ? stepSums(args) : new Float32Array(0);
  if (args.xGradient.length > 0) inputGradients(args, sums);
  weightGradients(args, sums);
}

/** Leaves in `gates` the gradients of what goes into the gates, and fills that of the initial state. */
function throughTime(args: RecurrentBackwardArgs): void {
  const { cell, rows, steps, units, hiddenGradient, lastGradient, initialGradient } = args;
  const width = RECURRENT_GATES[cell] * units;
  const stride = RECURRENT_KEPT[cell] * units;
  const step = { lstm: lstmStep, gru: gruStep, rnn: rnnStep }[cell](args);
  const ofHidden = new Float32Array(units);
  const ofMemory = new Float32Array(units);
  for (let r = 0; r < rows; r++) {
    ofHidden.fill(0);
    ofMemory.fill(0);
    if (lastGradient.length > 0) {
      ofHidden.set(lastGradient.subarray(r * units, (r + 1) * units));
      if (cell === "lstm") ofMemory.set(lastGradient.subarray((rows + r) * units, (rows + r + 1) * units));
    }
    for (let t = steps - 1; t >= 0; t--) {
      const at = r * steps + t;
      if (hiddenGradient.length > 0) addValues(ofHidden, 0, hiddenGradient, at * units, units);
      step(ofHidden, ofMemory, r, t);
      const first = at * stride;
      if (cell === "gru") {
        addTransposed(ofHidden, 0, args.gates, first, args.recurrentWeights, width, 0, 2 * units, units);
        addTransposed(
          ofHidden,
          0,
          args.gates,
          first + 3 * units,
          args.recurrentWeights,
          width,
          2 * units,
          width,
          units,
        );
      } else {
        addTransposed(ofHidden, 0, args.gates, first, args.recurrentWeights, width, 0, width, units);
      }
    }
    if (initialGradient.length === 0) continue;
    initialGradient.set(ofHidden, r * units);
    if (cell === "lstm") initialGradient.set(ofMemory, (rows + r) * units);
  }
}

/**
 * One step back: from the gradient of h (and of c) after it to the gradients of what goes into the gates, and to the parts of
 * the gradients before it that do not pass through the recurrent weights.
 */
type Step = (ofHidden: Float32Array, ofMemory: Float32Array, row: number, t: number) => void;

function lstmStep(args: RecurrentBackwardArgs): Step {
  const { units, rows, steps, cells, gates, initial } = args;
  const activate = activationOf(args.activation);
  const slope = slopeOf(args.activation);
  return (ofHidden, ofMemory, row, t) => {
    const at = row * steps + t;
    const kept = gates.subarray(at * 4 * units, (at + 1) * 4 * units);
    for (let j = 0; j < units; j++) {
      const [i, f] = [kept[j] as number, kept[units + j] as number];
      const [g, o] = [kept[2 * units + j] as number, kept[3 * units + j] as number];
      const start = initial.length > 0 ? (initial[(rows + row) * units + j] as number) : 0;
      const before = t > 0 ? (cells[(at - 1) * units + j] as number) : start;
      const active = activate(cells[at * units + j] as number);
      const dh = ofHidden[j] as number;
      const dc = fround((ofMemory[j] as number) + fround(fround(dh * o) * slope(active)));
      kept[j] = fround(dc * g) * fround(i * fround(1 - i));
      kept[units + j] = fround(dc * before) * fround(f * fround(1 - f));
      kept[2 * units + j] = fround(dc * i) * slope(g);
      kept[3 * units + j] = fround(dh * active) * fround(o * fround(1 - o));
      ofMemory[j] = dc * f;
    }
    ofHidden.fill(0);
  };
}

function gruStep(args: RecurrentBackwardArgs): Step {
  const { units, steps, hidden, gates, initial } = args;
  const slope = slopeOf(args.activation);
  return (ofHidden, _, row, t) => {
    const at = row * steps + t;
    const kept = gates.subarray(at * 4 * units, (at + 1) * 4 * units);
    for (let j = 0; j < units; j++) {
      const [z, r] = [kept[j] as number, kept[units + j] as number];
      const [n, inner] = [kept[2 * units + j] as number, kept[3 * units + j] as number];
      const start = initial.length > 0 ? (initial[row * units + j] as number) : 0;
      const before = t > 0 ? (hidden[(at - 1) * units + j] as number) : start;
      const dh = ofHidden[j] as number;
      const dn = fround(fround(dh * fround(1 - z)) * slope(n));
      kept[j] = fround(dh * fround(before - n)) * fround(z * fround(1 - z));
      kept[units + j] = fround(dn * inner) * fround(r * fround(1 - r));
      kept[2 * units + j] = dn;
      kept[3 * units + j] = dn * r;
      ofHidden[j] = dh * z;
    }
  };
}

function rnnStep(args: RecurrentBackwardArgs): Step {
  const { units, steps, hidden, gates } = args;
  const slope = slopeOf(args.activation);
  return (ofHidden, _, row, t) => {
    const at = (row * steps + t) * units;
    for (let j = 0; j < units; j++) gates[at + j] = (ofHidden[j] as number) * slope(hidden[at + j] as number);
    ofHidden.fill(0);
  };
}

/** rows × gates · units: of every sequence the sum over its steps, the last one first. */
function stepSums({ cell, rows, steps, units, gates }: RecurrentBackwardArgs): Float32Array {
  const width = RECURRENT_GATES[cell] * units;
  const sums = new Float32Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let t = steps - 1; t >= 0; t--) {
      addValues(sums, r * width, gates, (r * steps + t) * RECURRENT_KEPT[cell] * units, width);
    }
  }
  return sums;
}

function inputGradients(args: RecurrentBackwardArgs, sums: Float32Array): void {
  const { cell, rows, steps, inputs, units, repeated, gates, inputWeights, xGradient } = args;
  const width = RECURRENT_GATES[cell] * units;
  const [from, stride] = repeated ? [sums, width] : [gates, RECURRENT_KEPT[cell] * units];
  const count = repeated ? rows : rows * steps;
  xGradient.fill(0);
  for (let i = 0; i < count; i++) {
    addTransposed(xGradient, i * inputs, from, i * stride, inputWeights, width, 0, width, inputs);
  }
}

/** The sums over sequences and steps, a step at a time. */
function weightGradients(args: RecurrentBackwardArgs, sums: Float32Array): void {
  const { cell, rows, steps, inputs, units, gates, inputGradient, recurrentGradient, biasGradient, initial } = args;
  const width = RECURRENT_GATES[cell] * units;
  const stride = RECURRENT_KEPT[cell] * units;
  inputGradient.fill(0);
  recurrentGradient.fill(0);
  biasGradient.fill(0);
  const ofState = (before: Float32Array, from: number, first: number) => {
    if (cell !== "gru") {
      addOuter(recurrentGradient, width, 0, before, from, units, gates, first, width);
      return;
    }
    addOuter(recurrentGradient, width, 0, before, from, units, gates, first, 2 * units);
    addOuter(recurrentGradient, width, 2 * units, before, from, units, gates, first + 3 * units, units);
  };
  for (let r = 0; r < rows; r++) {
    for (let t = 0; t < steps; t++) {
      const at = r * steps + t;
      const first = at * stride;
      if (t > 0) ofState(args.hidden, (at - 1) * units, first);
      else if (initial.length > 0) ofState(initial, r * units, first);
      addValues(biasGradient, 0, gates, first, width);
      if (cell === "gru") {
        addValues(biasGradient, width, gates, first, 2 * units);
        addValues(biasGradient, width + 2 * units, gates, first + 3 * units, units);
      }
      if (!args.repeated) addOuter(inputGradient, width, 0, args.x, at * inputs, inputs, gates, first, width);
    }
    if (args.repeated) addOuter(inputGradient, width, 0, args.x, r * inputs, inputs, sums, r * width, width);
  }
}
