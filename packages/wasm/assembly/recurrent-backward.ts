// A block of sequences back through their steps: the gradients of what goes into the gates take the place of the gates. Then
// the gradients of x, and what the block adds to those of the weights.
import { activate4, slope4 } from "./activations";
import { gatesOf, keptOf, Pass } from "./pass";
import { addValues, PANEL, packColumns, padded, product, productRows, storeSome } from "./products";

const ONE: f32 = 1;

function through(value: v128): v128 {
  return f32x4.mul(value, f32x4.sub(f32x4.splat(ONE), value));
}

/** The gradient of h after a step, with what the caller adds to it there. */
function hiddenGradientAt(pass: Pass, at: usize, j: usize, ofHidden: usize): v128 {
  const own = v128.load(ofHidden + j * 4);
  if (pass.hiddenGradient === 0) return own;
  return f32x4.add(own, v128.load(pass.hiddenGradient + (at * pass.units + j) * 4));
}

function lstmBack(pass: Pass, row: usize, t: usize, ofHidden: usize, ofMemory: usize): void {
  const units = pass.units;
  const relu = pass.relu !== 0;
  const width = units * 4;
  const at = row * pass.steps + t;
  const start = pass.startMemory === 0 ? (0 as usize) : pass.startMemory + row * width;
  const before = t > 0 ? pass.cells + (at - 1) * width : start;
  const cells = pass.cells + at * width;
  const kept = pass.gates + at * 4 * width;
  const zero = f32x4.splat(0);
  for (let j: usize = 0; j < units; j += 4) {
    const count = units - j;
    const to = j * 4;
    const i = v128.load(kept + to);
    const f = v128.load(kept + width + to);
    const g = v128.load(kept + 2 * width + to);
    const o = v128.load(kept + 3 * width + to);
    const active = activate4(v128.load(cells + to), relu);
    const last = before === 0 ? zero : v128.load(before + to);
    const dh = hiddenGradientAt(pass, at, j, ofHidden);
    const dc = f32x4.add(v128.load(ofMemory + to), f32x4.mul(f32x4.mul(dh, o), slope4(active, relu)));
    storeSome(kept + to, f32x4.mul(f32x4.mul(dc, g), through(i)), count);
    storeSome(kept + width + to, f32x4.mul(f32x4.mul(dc, last), through(f)), count);
    storeSome(kept + 2 * width + to, f32x4.mul(f32x4.mul(dc, i), slope4(g, relu)), count);
    storeSome(kept + 3 * width + to, f32x4.mul(f32x4.mul(dh, active), through(o)), count);
    v128.store(ofMemory + to, f32x4.mul(dc, f));
    v128.store(ofHidden + to, zero);
  }
}

function gruBack(pass: Pass, row: usize, t: usize, ofHidden: usize): void {
  const units = pass.units;
  const relu = pass.relu !== 0;
  const width = units * 4;
  const at = row * pass.steps + t;
  const start = pass.start === 0 ? (0 as usize) : pass.start + row * width;
  const before = t > 0 ? pass.hidden + (at - 1) * width : start;
  const kept = pass.gates + at * 4 * width;
  for (let j: usize = 0; j < units; j += 4) {
    const count = units - j;
    const to = j * 4;
    const z = v128.load(kept + to);
    const r = v128.load(kept + width + to);
    const n = v128.load(kept + 2 * width + to);
    const inner = v128.load(kept + 3 * width + to);
    const last = before === 0 ? f32x4.splat(0) : v128.load(before + to);
    const dh = hiddenGradientAt(pass, at, j, ofHidden);
    const dn = f32x4.mul(f32x4.mul(dh, f32x4.sub(f32x4.splat(ONE), z)), slope4(n, relu));
    storeSome(kept + to, f32x4.mul(f32x4.mul(dh, f32x4.sub(last, n)), through(z)), count);
    storeSome(kept + width + to, f32x4.mul(f32x4.mul(dn, inner), through(r)), count);
    storeSome(kept + 2 * width + to, dn, count);
    storeSome(kept + 3 * width + to, f32x4.mul(dn, r), count);
    v128.store(ofHidden + to, f32x4.mul(dh, z));
  }
}

function rnnBack(pass: Pass, row: usize, t: usize, ofHidden: usize): void {
  const units = pass.units;
  const at = row * pass.steps + t;
  for (let j: usize = 0; j < units; j += 4) {
    const h = v128.load(pass.hidden + (at * units + j) * 4);
    const dh = hiddenGradientAt(pass, at, j, ofHidden);
    storeSome(pass.gates + (at * units + j) * 4, f32x4.mul(dh, slope4(h, pass.relu !== 0)), units - j);
    v128.store(ofHidden + j * 4, f32x4.splat(0));
  }
}

function throughTime(pass: Pass): void {
  const rows = pass.rows;
  const units = pass.units;
  const width = gatesOf(pass.cell) * units;
  const kept = keptOf(pass.cell) * units;
  const stride = padded(units);
  const gru = pass.cell === 1;
  const first: usize = gru ? 2 * units : width; // columns of the first product
  for (let t = pass.steps; t-- > 0; ) {
    for (let r: usize = 0; r < rows; r++) {
      const ofHidden = pass.ofHidden + r * stride * 4;
      if (pass.cell === 0) lstmBack(pass, r, t, ofHidden, pass.ofMemory + r * stride * 4);
      else if (gru) gruBack(pass, r, t, ofHidden);
      else rnnBack(pass, r, t, ofHidden);
      if (pass.repeated !== 0) {
        addValues(pass.sums + r * width * 4, pass.gates + (r * pass.steps + t) * kept * 4, width);
      }
    }
    const gates = pass.gates + t * kept * 4;
    for (let column: usize = 0; column < units; column += PANEL) {
      const out = pass.ofHidden + column * 4;
      const row = pass.steps * kept;
      product(rows, gates, row, 1, pass.statePanels + column * first * 4, first, out, stride, out, stride);
      if (!gru) continue;
      const inner = pass.innerPanels + column * units * 4;
      product(rows, gates + 3 * units * 4, row, 1, inner, units, out, stride, out, stride);
    }
  }
}

/**
 * Columns `column` … of the gradients of the gates of one sequence, as a panel; where the weights of the state see others than
 * those of the inputs (`gru`), those.
 */
function gatePanel(pass: Pass, row: usize, column: usize, ofState: bool): void {
  const units = pass.units;
  const width = gatesOf(pass.cell) * units;
  const kept = keptOf(pass.cell) * units;
  const from = pass.gates + row * pass.steps * kept * 4;
  if (!ofState || column + PANEL <= 2 * units) {
    packColumns(from, pass.steps, kept, column, min(column + PANEL, width), pass.panel);
    return;
  }
  let to = pass.panel;
  for (let t: usize = 0; t < pass.steps; t++) {
    for (let c = column; c < column + PANEL; c++, to += 4) {
      const place = c < 2 * units ? c : c + units;
      store<f32>(to, c < width ? load<f32>(from + (t * kept + place) * 4) : 0);
    }
  }
}

function addSteps(panel: usize, steps: usize, sum: usize): void {
  let left = v128.load(sum);
  let right = v128.load(sum, 16);
  for (let t: usize = 0; t < steps; t++, panel += PANEL * 4) {
    left = f32x4.add(left, v128.load(panel));
    right = f32x4.add(right, v128.load(panel, 16));
  }
  v128.store(sum, left);
  v128.store(sum, right, 16);
}

/** What one sequence adds to a panel of the gradient of the recurrent weights. */
function addState(pass: Pass, row: usize, sum: usize): void {
  const units = pass.units;
  if (pass.start !== 0) product(units, pass.start + row * units * 4, 1, units, pass.panel, 1, sum, PANEL, sum, PANEL);
  const hidden = pass.hidden + row * pass.steps * units * 4;
  product(units, hidden, 1, units, pass.panel + PANEL * 4, pass.steps - 1, sum, PANEL, sum, PANEL);
}

function weightGradients(pass: Pass): void {
  const steps = pass.steps;
  const inputs = pass.inputs;
  const units = pass.units;
  const width = gatesOf(pass.cell) * units;
  const gru = pass.cell === 1;
  for (let column: usize = 0; column < width; column += PANEL) {
    const ofInput = pass.ofInputWeights + column * inputs * 4;
    const ofState = pass.ofStateWeights + column * units * 4;
    const ofBias = pass.ofBias + column * 4;
    for (let row: usize = 0; row < pass.rows; row++) {
      gatePanel(pass, row, column, false);
      addSteps(pass.panel, steps, ofBias);
      if (pass.repeated === 0) {
        product(
          inputs,
          pass.x + row * steps * inputs * 4,
          1,
          inputs,
          pass.panel,
          steps,
          ofInput,
          PANEL,
          ofInput,
          PANEL,
        );
      }
      if (gru) {
        gatePanel(pass, row, column, true);
        addSteps(pass.panel, steps, ofBias + padded(width) * 4);
      }
      addState(pass, row, ofState);
    }
    if (pass.repeated === 0) continue;
    packColumns(pass.sums, pass.rows, width, column, min(column + PANEL, width), pass.panel);
    product(inputs, pass.x, 1, inputs, pass.panel, pass.rows, ofInput, PANEL, ofInput, PANEL);
  }
}

export function recurrentBackward(pass: Pass): void {
  const width = gatesOf(pass.cell) * pass.units;
  const kept = keptOf(pass.cell) * pass.units;
  throughTime(pass);
  if (pass.xGradient !== 0) {
    const from = pass.repeated !== 0 ? pass.sums : pass.gates;
    const row = pass.repeated !== 0 ? width : kept;
    const count = pass.repeated !== 0 ? pass.rows : pass.rows * pass.steps;
    productRows(count, from, row, pass.inputPanels, width, pass.zeros, pass.inputs, pass.xGradient, pass.tile);
  }
  weightGradients(pass);
}
