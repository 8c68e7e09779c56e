// A block of sequences through the layer: per step the products of all gates, then the gates.
import { activate4, sigmoid4 } from "./activations";
import { gatesOf, keptOf, Pass } from "./pass";
import { PANEL, padded, product, storeSome } from "./products";

function lstmGates(pass: Pass, row: usize, t: usize, z: usize): void {
  const units = pass.units;
  const relu = pass.relu !== 0;
  const width = units * 4;
  const at = row * pass.steps + t;
  const memory = pass.memory + row * width;
  const hidden = pass.hidden + at * width;
  const cells = pass.cells + at * width;
  const kept = pass.gates + at * keptOf(0) * width;
  for (let j: usize = 0; j < units; j += 4) {
    const count = units - j;
    const to = j * 4;
    const i = sigmoid4(v128.load(z + to));
    const f = sigmoid4(v128.load(z + width + to));
    const g = activate4(v128.load(z + 2 * width + to), relu);
    const o = sigmoid4(v128.load(z + 3 * width + to));
    const c = f32x4.add(f32x4.mul(f, v128.load(memory + to)), f32x4.mul(i, g));
    storeSome(memory + to, c, count);
    storeSome(hidden + to, f32x4.mul(o, activate4(c, relu)), count);
    if (pass.cells !== 0) storeSome(cells + to, c, count);
    if (pass.gates === 0) continue;
    storeSome(kept + to, i, count);
    storeSome(kept + width + to, f, count);
    storeSome(kept + 2 * width + to, g, count);
    storeSome(kept + 3 * width + to, o, count);
  }
}

function gruGates(pass: Pass, row: usize, t: usize, x: usize, s: usize): void {
  const units = pass.units;
  const relu = pass.relu !== 0;
  const width = units * 4;
  const at = row * pass.steps + t;
  const memory = pass.memory + row * width;
  const hidden = pass.hidden + at * width;
  const kept = pass.gates + at * keptOf(1) * width;
  for (let j: usize = 0; j < units; j += 4) {
    const count = units - j;
    const to = j * 4;
    const z = sigmoid4(f32x4.add(v128.load(x + to), v128.load(s + to)));
    const r = sigmoid4(f32x4.add(v128.load(x + width + to), v128.load(s + width + to)));
    const inner = v128.load(s + 2 * width + to);
    const n = activate4(f32x4.add(v128.load(x + 2 * width + to), f32x4.mul(r, inner)), relu);
    const rest = f32x4.sub(f32x4.splat(1), z);
    const h = f32x4.add(f32x4.mul(z, v128.load(memory + to)), f32x4.mul(rest, n));
    storeSome(memory + to, h, count);
    storeSome(hidden + to, h, count);
    if (pass.gates === 0) continue;
    storeSome(kept + to, z, count);
    storeSome(kept + width + to, r, count);
    storeSome(kept + 2 * width + to, n, count);
    storeSome(kept + 3 * width + to, inner, count);
  }
}

function rnnGates(pass: Pass, row: usize, t: usize, z: usize): void {
  const units = pass.units;
  const hidden = pass.hidden + (row * pass.steps + t) * units * 4;
  for (let j: usize = 0; j < units; j += 4) {
    storeSome(hidden + j * 4, activate4(v128.load(z + j * 4), pass.relu !== 0), units - j);
  }
}

export function recurrentForward(pass: Pass): void {
  const rows = pass.rows;
  const steps = pass.steps;
  const inputs = pass.inputs;
  const units = pass.units;
  const width = gatesOf(pass.cell) * units;
  const stride = padded(width);
  const gru = pass.cell === 1;
  for (let t: usize = 0; t < steps; t++) {
    const x = pass.repeated !== 0 ? pass.x : pass.x + t * inputs * 4;
    const xRow = pass.repeated !== 0 ? inputs : steps * inputs;
    const first = pass.start !== 0 ? pass.start : pass.zeros;
    const state = t > 0 ? pass.hidden + (t - 1) * units * 4 : first;
    const stateRow: usize = t > 0 ? steps * units : pass.start !== 0 ? units : 0;
    for (let column: usize = 0; column < width; column += PANEL) {
      const place = column * 4;
      const ofInput = pass.ofInput + place;
      const z = pass.z + place;
      if (t === 0 || pass.repeated === 0) {
        product(rows, x, xRow, 1, pass.inputPanels + place * inputs, inputs, pass.bias + place, 0, ofInput, stride);
      }
      const panel = pass.statePanels + place * units;
      if (gru) product(rows, state, stateRow, 1, panel, units, pass.bias + stride * 4 + place, 0, z, stride);
      else product(rows, state, stateRow, 1, panel, units, ofInput, stride, z, stride);
    }
    for (let r: usize = 0; r < rows; r++) {
      const z = pass.z + r * stride * 4;
      if (pass.cell === 0) lstmGates(pass, r, t, z);
      else if (gru) gruGates(pass, r, t, pass.ofInput + r * stride * 4, z);
      else rnnGates(pass, r, t, z);
    }
  }
}
